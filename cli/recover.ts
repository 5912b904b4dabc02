/**
 * After an update that was cut off (`kill -9`, power): the lock that it left, what it had begun, and what it made in
 * Docker without a word in the state. Removes containers and networks only, and only those of this very stack.
 */

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Reporter } from "../offline/report.ts";
import { restoreCheckpoint } from "./checkpoint.ts";
import type { StackObject } from "./containers/found.ts";
import { objectsOf, removeObjects } from "./containers/objects.ts";
import { nameOf } from "./engine.ts";
import { lockDirectory, type PulumiCli, pulumiCaptured, readState, type StackState, wordsOf } from "./pulumi.ts";
import { capture } from "./run.ts";

/** A lock of the file backend. */
export interface Lock {
  /** Process that took it. */
  readonly pid: number;
  /** Machine of that process. */
  readonly hostname: string;
  /** User of that process. */
  readonly username: string;
  /** When it was taken, in ISO 8601. */
  readonly timestamp: string;
  /** Path of its file. */
  readonly file: string;
}

/** What is to be done about a cut off update. */
export interface RecoveryPlan {
  /** Made by the cut off update, and unknown to the state: in the way of the next one. */
  readonly remove: readonly StackObject[];
  /** With our label, but nothing says that this state made them. */
  readonly foreign: readonly StackObject[];
  /** What had begun, for a person: `creating docker:index/container:Container`. */
  readonly begun: readonly string[];
}

/** Splits the locks by whether their process still runs here; one of another machine counts as running. */
export function sortLocks(
  locks: readonly Lock[],
  host: string,
  isPulumi: (pid: number) => boolean,
): { readonly held: readonly Lock[]; readonly dead: readonly Lock[] } {
  const dead = locks.filter((lock) => lock.hostname === host && !isPulumi(lock.pid));
  return { dead, held: locks.filter((lock) => !dead.includes(lock)) };
}

/**
 * What to do about a state and what Docker has. An object that the state does not know was made by a cut off update
 * of this state when its creation is noted there, or when the state knows other objects of the same label: two states
 * can't both own a stack's names. Volumes are never removed: creating one that is there adopts it.
 */
export function planRecovery(state: StackState, objects: readonly StackObject[]): RecoveryPlan {
  const known = new Set(state.resources.map(({ id }) => id));
  const owner = objects.some(({ id, kind }) => kind !== "volume" && known.has(id));
  const creating = new Set(
    state.pending.filter(({ type }) => type === "creating").map(({ resource }) => String(resource.inputs?.name ?? "")),
  );
  const unknown = objects.filter(({ id, kind }) => kind !== "volume" && !known.has(id));
  const isOurs = (object: StackObject) => owner || creating.has(object.name);
  return {
    remove: unknown.filter(isOurs),
    foreign: unknown.filter((object) => !isOurs(object)),
    begun: state.pending.map(({ type, resource }) => `${type} ${resource.type} ${nameOf(resource.urn)}`),
  };
}

/** One sentence for objects that carry our label but are in no state that we know. */
export function foreignMessage(label: string, foreign: readonly StackObject[]): string {
  const list = foreign.map(({ kind, name }) => `  ${kind} ${name}`).join("\n");
  return (
    `Docker has parts of ${label} that this state knows nothing of:\n${list}\n` +
    "They come from another state (another VIGIE_STATE, login or user), or from a state that was deleted. Run it with " +
    "that state, or remove them, their data volumes excepted: npm run down -- --orphans"
  );
}

/**
 * Brings a stack whose last update was cut off into a condition that an update can start from. Does nothing where
 * nothing is left over.
 *
 * @param refuseForeign whether parts that belong to another state are refused; a teardown leaves them alone
 * @throws Error when another update is running, or Docker has parts of the stack that belong to another state.
 */
export async function recover(cli: PulumiCli, reporter: Reporter, refuseForeign = true): Promise<void> {
  const unlocked = await releaseDeadLock(cli, reporter);
  const restored = restoreCheckpoint(cli, reporter);
  const state = (await readState(cli)) ?? { resources: [], pending: [] };
  const interrupted = unlocked || restored || state.pending.length > 0;
  const objects = interrupted ? await settledObjects(cli) : await objectsOf(cli.settings.label, cli.engines);
  const plan = planRecovery(state, objects);
  if (refuseForeign && plan.foreign.length > 0) throw new Error(foreignMessage(cli.settings.label, plan.foreign));
  for (const operation of plan.begun) reporter.note(`  The last update was cut off while ${operation}.`);
  if (plan.remove.length > 0) {
    for (const { kind, name } of plan.remove) reporter.note(`  Removing ${kind} ${name}: made, but not in the state.`);
    const problems = await removeObjects(plan.remove, cli.engines);
    if (problems.length > 0) throw new Error(`Docker keeps what a cut off update left:\n${problems.join("\n")}`);
  }
  if (plan.begun.length > 0) await clearPending(cli, reporter);
}

/** The locks of the stack, where the backend is a directory. */
export function readLocks(cli: PulumiCli): Lock[] {
  if (cli.backendDirectory === undefined) return [];
  const directory = lockDirectory(cli.backendDirectory, cli.settings);
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith(".json"))
      .map((name) => join(directory, name))
      .map((file) => ({ ...(JSON.parse(readFileSync(file, "utf8")) as Omit<Lock, "file">), file }));
  } catch {
    return [];
  }
}

async function releaseDeadLock(cli: PulumiCli, reporter: Reporter): Promise<boolean> {
  const locks = readLocks(cli);
  if (locks.length === 0) return false;
  const commands = new Map<number, string>();
  for (const { pid } of locks) commands.set(pid, await commandOf(pid));
  const { held, dead } = sortLocks(locks, hostname(), (pid) => /pulumi/.test(commands.get(pid) ?? ""));
  if (held.length > 0) {
    const holders = held.map(
      ({ pid, hostname, username, timestamp }) => `  ${username}@${hostname}, process ${pid}, since ${timestamp}`,
    );
    throw new Error(
      `An update of ${cli.settings.label} is running:\n${holders.join("\n")}\n` +
        "Wait for its end, or stop it with Ctrl-C. If it is gone for good: npx pulumi cancel --stack " +
        cli.settings.stack,
    );
  }
  reporter.note(
    `  The last update's process (${dead.map(({ pid }) => pid).join(", ")}) is gone; its lock is released.`,
  );
  const result = await pulumiCaptured(cli, ["cancel", "--yes"]);
  // A stack that was cut off while it was made does not exist, so Pulumi can't cancel anything of it.
  if (result.code !== 0) for (const { file } of dead) rmSync(file, { force: true });
  return true;
}

/** Name of the program that a process runs; empty when there is no such process, or it has ended. */
async function commandOf(pid: number): Promise<string> {
  if (!existsSync("/proc/self/stat")) return (await capture(["ps", "-o", "comm=", "-p", String(pid)])).stdout;
  try {
    return runningCommand(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return "";
  }
}

/**
 * The program's name in a text of `/proc/<pid>/stat`; empty for a process that has ended and that nobody has asked
 * about yet: after a `kill -9` such a one may stay listed for as long as its parent likes.
 */
export function runningCommand(stat: string): string {
  const [, name = "", state = ""] = /^\d+ \((.*)\) (\S)/s.exec(stat) ?? [];
  return state === "Z" || state === "X" ? "" : name;
}

/** A plugin that outlived its CLI may still be at its last call: waits until nothing changes any more. */
async function settledObjects(cli: PulumiCli): Promise<StackObject[]> {
  let before = await objectsOf(cli.settings.label, cli.engines);
  for (let round = 0; round < 10; round++) {
    await sleep(1000);
    const now = await objectsOf(cli.settings.label, cli.engines);
    if (JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
  return before;
}

async function clearPending(cli: PulumiCli, reporter: Reporter): Promise<void> {
  const name = "comparing the state with what is really there";
  const began = Date.now();
  reporter.start(name);
  const result = await pulumiCaptured(cli, ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"]);
  if (result.code !== 0) {
    const error = new Error(`The state can't be refreshed. Pulumi says:\n${wordsOf(result)}`);
    reporter.fail(name, error);
    throw error;
  }
  reporter.done(name, (Date.now() - began) / 1000, false);
}
