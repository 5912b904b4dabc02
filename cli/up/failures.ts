/** Why an update has failed, and what to do next. */

import { styleText } from "node:util";
import type { ContainerEngine } from "../containers/engine.ts";
import type { ContainerState } from "../containers/found.ts";
import { nameOf } from "../engine.ts";
import { kindOf, STACK } from "../resource-kinds.ts";
import type { Step, UpEvent } from "./events.ts";

/** Something that was not made. */
export interface UpFailure {
  /** Its name in the program; empty where the program itself failed. */
  readonly name: string;
  /** What it is, for a person: `container`. */
  readonly what: string;
  /** Component that it belongs to. @default - none, or it is one */
  readonly component?: string;
  /** Why, in the words of who refused. */
  readonly reason: string;
  /** Name of the container in Docker, where it is one. */
  readonly container?: string;
}

/** What Docker knows of a container that failed. */
export interface SeenFailure {
  /** Its state in words: `running, unhealthy`. */
  readonly state: string;
  /** What its healthcheck said last; empty where it has said nothing. */
  readonly health: string;
  /** The last lines that it wrote. */
  readonly lines: readonly string[];
}

/** Lines of a container's log that are shown. */
const LAST_LINES = 12;

/** What failed, each once, in the order in which it was said. */
export function failuresOf(events: readonly UpEvent[]): readonly UpFailure[] {
  const steps = events.flatMap((event) => (event.kind === "begun" || event.kind === "failed" ? [event] : []));
  const failed = steps.filter(({ kind }) => kind === "failed");
  const errors = events.flatMap((event) => (event.kind === "said" && event.severity === "error" ? [event] : []));
  // What the engine says at its end of all that is said before.
  const said = errors.filter(({ text }) => !/^(?:update|preview) failed$/.test(text));
  const urns = new Set([...said.map(({ urn }) => urn), ...failed.map(({ urn }) => urn)]);
  return [...urns].map((urn) => {
    const step = steps.find((one) => one.urn === urn);
    const words = said.filter((one) => one.urn === urn).map(({ text }) => reasonOf(text));
    return failureOf(urn, step, [...new Set(words)].join("\n") || "no reason is given");
  });
}

function failureOf(urn: string, step: Step | undefined, reason: string): UpFailure {
  const [, type = ""] = /([^$:]+:[^$:]+:[^$:]+)::[^:]*$/.exec(urn) ?? [];
  const what = whatOf(urn, type);
  if (what === "program") return { name: "", what, reason };
  const { parent = "", container, custom = true } = step ?? {};
  return {
    name: nameOf(urn),
    what,
    ...(custom && parent !== "" && !parent.includes(STACK) ? { component: nameOf(parent) } : {}),
    reason,
    ...(container === undefined ? {} : { container }),
  };
}

/** What has failed, for a person: who reads an error is told what ran. */
function whatOf(urn: string, type: string): string {
  if (urn === "" || type === STACK) return "program";
  return type === "command:local:Command" ? "command" : kindOf(type);
}

/** Without what only the engine and its libraries are told by: counts, URNs, frames of Node itself. */
export function reasonOf(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.replace(/^\s*\* /, "").replace(/\b(?:creating|updating|deleting) urn:\S+: /g, ""))
    .filter((line) => !/^\s*(?:\d+ errors? occurred:)?\s*$/.test(line))
    .filter((line) => !/^Running program '.*' failed with an unhandled exception:$/.test(line))
    .filter((line) => !/^\s+at (?:.*\()?node:|^\s+at .*node_modules\//.test(line));
  return lines.join("\n").trim();
}

/** What an engine knows of it; undefined where none has such a container. */
export async function lookAt(container: string, engines: readonly ContainerEngine[]): Promise<SeenFailure | undefined> {
  for (const engine of engines.map((each) => each.within(PATIENCE))) {
    const state = await engine.stateOf(container);
    if (state === undefined) continue;
    const lines = (await engine.logs(container, LAST_LINES)).split("\n").filter((line) => line.trim() !== "");
    return { ...wordsOf(state), lines: lines.slice(-LAST_LINES) };
  }
  return undefined;
}

/** Seconds that an answer may take. */
const PATIENCE = 15;

/** A container's state in words. */
export function wordsOf({
  status,
  exitCode,
  outOfMemory,
  health,
}: ContainerState): Pick<SeenFailure, "state" | "health"> {
  const words = [
    status,
    ...(status === "exited" || status === "restarting" ? [`exit code ${exitCode}`] : []),
    ...(outOfMemory ? ["killed for memory"] : []),
    ...(health === undefined ? [] : [health.status]),
  ];
  return { state: words.join(", "), health: health?.said ?? "" };
}

/** A failure in words: the resource, the reason, its last lines, what to do next. */
export function failureText(failure: UpFailure, seen: SeenFailure | undefined): string {
  const { name, what, component, reason, container } = failure;
  const head = name === "" ? "the program" : `${what} ${name}${component === undefined ? "" : ` of ${component}`}`;
  const lines = [
    `${styleText("red", "failed")} ${head}`,
    ...part("why", reason.split("\n")),
    ...(seen === undefined ? [] : part("it is", [seen.state])),
    ...(seen === undefined || seen.health === ""
      ? []
      : part("its healthcheck says", seen.health.split("\n").slice(-3))),
    ...(seen === undefined ? [] : part("its last lines", seen.lines.length === 0 ? ["none"] : seen.lines)),
    ...part("next", [nextOf(what, container, seen)]),
  ];
  return `${lines.join("\n")}\n`;
}

function part(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 1 ? [`  ${title}: ${lines[0]}`] : [`  ${title}:`, ...lines.map((line) => `    ${line}`)];
}

function nextOf(what: string, container: string | undefined, seen: SeenFailure | undefined): string {
  if (what === "program") return "correct what it says";
  if (container !== undefined && seen !== undefined) {
    return `\`docker logs ${container}\` has all that it wrote, \`docker inspect ${container}\` how it was started`;
  }
  if (what === "command") return "correct what the command says";
  return "`npm run doctor` looks at this machine, and has a fix for each problem that it knows";
}
