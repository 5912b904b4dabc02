/** `pulumi up`, shown as a tree of components with a state and a time each. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { formatSeconds, type Reporter } from "../../offline/report.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import { nameOf } from "../engine.ts";
import { type PulumiCli, pulumiFollowed } from "../pulumi.ts";
import { STACK } from "../resource-kinds.ts";
import { changesText, DONE, type Drawing, drawingOn, PLANNED, type Screen } from "./draw.ts";
import type { Said, Step, UpEvent } from "./events.ts";
import { failuresOf, failureText, lookAt } from "./failures.ts";
import { EventFile } from "./log-file.ts";
import { treeOf } from "./tree.ts";

/** Time between two looks at what the engine has written, in milliseconds: the update soon begins its file anew. */
const PAUSE = 50;

/** Time between two drawings of the same, in milliseconds: its times go on. */
const FRAME = 500;

/** Time between two looks at who is healthy, in milliseconds. */
const HEALTH_PAUSE = 1000;

/** How much of what Pulumi writes is kept, in characters: it is shown where its events don't say why it failed. */
const KEPT = 20_000;

/** Options of Pulumi's that say how it shows what it does, or that nothing is done. */
const OWN_DISPLAY = /^(?:-[jdv]\w*|--(?:diff|json|debug|event-log|show-[\w-]+|urns|preview-only|verbose)(?:=.*)?)$/;

/** Whether these arguments ask for a display of Pulumi's own. */
export const asksForOwnDisplay = (args: readonly string[]): boolean => args.some((word) => OWN_DISPLAY.test(word));

/** Where this process writes. */
export const ownScreen = (): Screen => ({
  write: (text) => void process.stdout.write(text),
  tty: process.stdout.isTTY === true && process.env.CI === undefined,
  size: () => ({ rows: process.stdout.rows ?? 24, columns: process.stdout.columns ?? 80 }),
});

/**
 * Runs `pulumi up` and shows how far each component is; what fails is shown with its reason, the last lines of its
 * container, and the next step.
 *
 * @param args its arguments, `--yes` among them: nobody is asked
 * @returns Pulumi's exit code
 */
export async function followedUp(
  cli: PulumiCli,
  args: readonly string[],
  reporter: Reporter,
  screen: Screen = ownScreen(),
): Promise<number> {
  // Settings stand in the events: the directory is nobody else's.
  const directory = mkdtempSync(join(tmpdir(), "vigie-up-"));
  const follower = new Follower(new EventFile(join(directory, "events.json")), cli, reporter, drawingOn(screen));
  let written = "";
  const over = new AbortController();
  try {
    const watching = Promise.all([
      follower.watch(over.signal),
      screen.tty ? follower.watchHealth(over.signal) : undefined,
    ]);
    if (!args.includes("--skip-preview")) reporter.start(PREVIEW);
    const code = await pulumiFollowed(cli, args, join(directory, "events.json"), (text) => {
      written = (written + text).slice(-KEPT);
    }).finally(() => over.abort());
    await watching;
    screen.write(await follower.end(code, written, cli.engines.all));
    return code;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const PREVIEW = "Preview";

/** Keeps what has happened, and has it drawn. */
class Follower {
  readonly #file: EventFile;
  readonly #cli: PulumiCli;
  readonly #reporter: Reporter;
  readonly #drawing: Drawing;
  readonly #events: UpEvent[] = [];
  readonly #started = Date.now();
  #began = false;
  #seen = false;
  #drew = 0;

  constructor(file: EventFile, cli: PulumiCli, reporter: Reporter, drawing: Drawing) {
    this.#file = file;
    this.#cli = cli;
    this.#reporter = reporter;
    this.#drawing = drawing;
  }

  async watch(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      this.#look();
      await sleep(PAUSE, undefined, { signal: over }).catch(() => undefined);
    }
    this.#look();
  }

  #look(): void {
    const now = Date.now();
    const fresh = this.#file.fresh(now);
    for (const event of fresh) {
      this.#events.push(event);
      if (event.kind === "ended" && event.planned) this.#previewed(event.failed, event.changes, event.seconds);
      if (event.kind === "begun" && !event.planned) this.#begin();
      // The program runs twice, and says all twice; why something failed is shown at the end.
      if (event.kind === "said" && event.severity !== "error" && this.#isNews(event)) {
        this.#drawing.say(saidText(event));
      }
    }
    if (!this.#began || (fresh.length === 0 && now - this.#drew < FRAME)) return;
    this.#drew = now;
    this.#drawing.show(treeOf(this.#events), now);
  }

  /** The end of the preview may be lost: the update begins its file anew. */
  #begin(): void {
    if (this.#began) return;
    this.#began = true;
    const planned = this.#events.flatMap((event) => (event.kind === "begun" && event.planned ? [event] : []));
    const changes: Record<string, number> = {};
    for (const { op } of planned) changes[op] = (changes[op] ?? 0) + 1;
    if (planned.length > 0) this.#previewed(false, changes, (Date.now() - this.#started) / 1000);
  }

  #isNews(said: Said): boolean {
    const same = this.#events.filter(
      (other) => other.kind === "said" && other.text === said.text && other.urn === said.urn,
    );
    return same.length === 1;
  }

  #previewed(failed: boolean, changes: Readonly<Record<string, number>>, seconds: number): void {
    if (this.#seen) return;
    this.#seen = true;
    if (failed) {
      this.#reporter.fail(PREVIEW, new Error("nothing is changed"));
    } else {
      this.#reporter.done(PREVIEW, seconds, false);
      this.#reporter.note(`       ${changesText(changes, PLANNED)}`);
    }
  }

  /** Asks Docker for what the engine does not tell: who runs, and is not healthy yet. */
  async watchHealth(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const names = beingMade(this.#events);
      if (names.length > 0) {
        this.#events.push({ kind: "waiting", containers: await startingOf(names, this.#cli.engines.all) });
      }
      await sleep(HEALTH_PAUSE, undefined, { signal: over }).catch(() => undefined);
    }
  }

  /** What is to be said at the end. */
  async end(code: number, written: string, engines: readonly ContainerEngine[]): Promise<string> {
    const tree = treeOf(this.#events);
    if (this.#began) this.#drawing.end(tree, Date.now());
    const ended = this.#events.find((event) => event.kind === "ended" && !event.planned);
    const summary =
      ended?.kind === "ended"
        ? `\nResources: ${changesText(ended.changes, DONE)}\nDuration: ${formatSeconds(ended.seconds)}\n`
        : "";
    if (code === 0) return summary;
    const failures = failuresOf(this.#events);
    const texts = await Promise.all(
      failures.map(async (failure) =>
        failureText(failure, failure.container === undefined ? undefined : await lookAt(failure.container, engines)),
      ),
    );
    return `${summary}\n${texts.length === 0 ? written : texts.join("\n")}`;
  }
}

/** A line with who says it, where that is a part of the program. */
function saidText({ severity, urn, text }: Said): string {
  const who = urn === "" || urn.includes(`::${STACK}::`) ? "" : `${nameOf(urn)}: `;
  return `${severity === "warning" ? "warning: " : ""}${who}${text}`;
}

/** Names in Docker of the containers that are being made. */
export function beingMade(events: readonly UpEvent[]): readonly string[] {
  const made = new Map<string, string>();
  for (const event of events) {
    if (!isMaking(event)) continue;
    if (event.kind === "begun") made.set(event.urn, event.container);
    else made.delete(event.urn);
  }
  return [...made.values()];
}

function isMaking(event: UpEvent): event is Step & { readonly container: string } {
  if (event.kind === "said" || event.kind === "ended" || event.kind === "waiting") return false;
  return !event.planned && event.container !== undefined && /^create/.test(event.op);
}

/** Those of them that run, and whose healthcheck has not agreed yet. */
async function startingOf(names: readonly string[], engines: readonly ContainerEngine[]): Promise<readonly string[]> {
  const found = await Promise.all(engines.map((engine) => engine.within(15).healthOf(names)));
  return found.flatMap((all) =>
    [...all].filter(([, health]) => health === "starting" || health === "unhealthy").map(([name]) => name),
  );
}
