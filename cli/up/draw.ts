/** Shows a {@link Tree} to a person: redrawn in place on a terminal, a line a component in a log. */

import { styleText } from "node:util";
import { formatSeconds } from "../../offline/report.ts";
import type { Component, ComponentState, Tree } from "./tree.ts";

/** Where it is shown. */
export interface Screen {
  /** Writes text. */
  readonly write: (text: string) => void;
  /** Whether the cursor can be moved. */
  readonly tty: boolean;
  /** Lines and columns of it, where the cursor can be moved. */
  readonly size: () => { readonly rows: number; readonly columns: number };
}

/** Shows how far an update is. */
export interface Drawing {
  /** Shows the tree as it is now; `now` in milliseconds since 1970. */
  show(tree: Tree, now: number): void;
  /** Shows a line that belongs to no component. */
  say(text: string): void;
  /** Shows how it has ended. */
  end(tree: Tree, now: number): void;
}

/** The drawing that suits a screen. */
export const drawingOn = (screen: Screen): Drawing => (screen.tty ? onTerminal(screen) : inLog(screen));

/** Seconds between the signs of life of a log in which nothing else is written. */
const SIGN_OF_LIFE = 30;

/** As long as the longest state. */
const STATE_WIDTH = "waiting for health".length;

const TIME_WIDTH = "12 min 05 s".length;

/** Every component once, when nothing more comes of it; the cursor stays where it is. */
function inLog({ write }: Screen): Drawing {
  const told = new Set<string>();
  let wrote: number | undefined;
  const tell = (tree: Tree, now: number) => {
    for (const { component, path } of walk(tree.components)) {
      if (!component.complete || told.has(component.urn)) continue;
      told.add(component.urn);
      wrote = now;
      write(`${logLine(component, path, now)}\n`);
    }
  };
  return {
    show(tree, now) {
      tell(tree, now);
      wrote ??= now;
      if (now - wrote < SIGN_OF_LIFE * 1000) return;
      wrote = now;
      const busy = walk(tree.components).filter(({ component }) => !component.complete && component.what.length > 0);
      const words = busy.map(({ component, path }) => `${path} ${component.state}${timeOf(component, now, " for ")}`);
      if (words.length > 0) write(`   ... ${words.join(", ")}\n`);
    },
    say: (text) => write(`${text}\n`),
    end: tell,
  };
}

function logLine(component: Component, path: string, now: number): string {
  const { state, what } = component;
  const time = timeOf(component, now).padStart(TIME_WIDTH);
  return `  ${coloured(state, state.padEnd(STATE_WIDTH))} ${time}  ${path}${named(what)}`;
}

/** The tree in place: what is whole gives way where the screen is too small for all. */
function onTerminal({ write, size }: Screen): Drawing {
  let drawn = 0;
  let last: readonly string[] = [];
  const erase = () => {
    if (drawn > 0) write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = (lines: readonly string[]) => {
    write(lines.map((line) => `${line}\n`).join(""));
    drawn = lines.length;
  };
  return {
    show(tree, now) {
      last = treeLines(tree, now, size());
      erase();
      draw(last);
    },
    say(text) {
      erase();
      write(`${text}\n`);
      draw(last);
    },
    end(tree, now) {
      erase();
      // Nothing is redrawn any more: it may be longer than the screen.
      draw(treeLines(tree, now, { rows: Number.POSITIVE_INFINITY, columns: size().columns }));
      drawn = 0;
    },
  };
}

/** A component, how deep it is, and how it is called from the top. */
interface Placed {
  readonly component: Component;
  readonly depth: number;
  /** `monitoring / prometheus`. */
  readonly path: string;
}

/** Children first where `deepFirst`: a log tells of the whole after its parts. */
function walk(components: readonly Component[], deepFirst = true, above: readonly string[] = []): readonly Placed[] {
  return components.flatMap((component) => {
    const names = [...above, component.name];
    const self = { component, depth: above.length, path: names.join(" / ") };
    const below = walk(component.children, deepFirst, names);
    return deepFirst ? [...below, self] : [self, ...below];
  });
}

/**
 * The lines of a tree, no more than a screen has: where there are too many, those that are whole are summed up in one.
 *
 * @param now in milliseconds since 1970
 */
export function treeLines(
  tree: Tree,
  now: number,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): readonly string[] {
  const all = walk(tree.components, false);
  const width = Math.max(0, ...all.map(({ component, depth }) => 2 * depth + component.name.length));
  const lineOf = ({ component, depth }: Placed) => {
    const { state, what } = component;
    const name = `${"  ".repeat(depth)}${component.name}`.padEnd(width);
    const time = timeOf(component, now).padStart(TIME_WIDTH);
    const left = `  ${name}  ${state.padEnd(STATE_WIDTH)} ${time}`;
    const text = `${left}${what.length === 0 ? "" : `  ${what.join(", ")}`}`.slice(0, columns - 1).trimEnd();
    return coloured(state, text);
  };
  // The last line is the cursor's.
  const room = rows - 2;
  if (all.length <= room) return all.map(lineOf);
  const whole = all.filter(({ component }) => component.complete && component.state !== "failed");
  const shown = all.filter((one) => !whole.includes(one)).slice(0, Math.max(0, room - 1));
  const counts = countsOf(all.filter((one) => !shown.includes(one)).map(({ component }) => component.state));
  return [...shown.map(lineOf), `  … and ${counts}`.slice(0, columns - 1)];
}

function countsOf(states: readonly ComponentState[]): string {
  return [...new Set(states)].map((state) => `${states.filter((other) => other === state).length} ${state}`).join(", ");
}

/** How long its changes took, or take so far; nothing where nothing changes. */
function timeOf({ began, ended, complete }: Component, now: number, before = ""): string {
  if (began === undefined) return "";
  const until = complete ? (ended ?? began) : now;
  return `${before}${formatSeconds(Math.max(0, until - began) / 1000)}`;
}

const named = (what: readonly string[]): string => (what.length === 0 ? "" : `: ${what.join(", ")}`);

/** Red is for failures alone. */
function coloured(state: ComponentState, text: string): string {
  if (state === "failed") return styleText("red", text);
  return state === "unchanged" || state === "waiting" || state === "not reached" ? styleText("dim", text) : text;
}

/** Numbers of resources in words: `3 created, 212 unchanged`. */
export function changesText(
  changes: Readonly<Record<string, number>>,
  words: Readonly<Record<string, string>>,
): string {
  const parts = Object.entries(words)
    .map(([op, word]) => [changes[op] ?? 0, word] as const)
    .filter(([count]) => count > 0);
  return parts.map(([count, word]) => `${count} ${word}`).join(", ") || "none";
}

/** What was done, by the engine's words for it. */
export const DONE = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  import: "imported",
  same: "unchanged",
} as const;

/** What would be done. */
export const PLANNED = {
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
  import: "to import",
  same: "stay",
} as const;
