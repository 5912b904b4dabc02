/** Brings a backup back: all of it, or nothing is changed. */

import { join } from "node:path";
import type { BackupSource } from "../../config/backup.ts";
import { type Problem, refuseIf } from "../../services/problems.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import { EngineError } from "../containers/errors.ts";
import { missingGifts } from "./beside.ts";
import { kindOf } from "./index.ts";
import type { Staged } from "./kind.ts";
import type { Manifest, SavedSource } from "./manifest.ts";
import type { Turn } from "./sealing.ts";
import { opened } from "./stream.ts";

/** What is brought back, and where to. */
export interface BringBackArgs {
  /** Directory of the backup, whose files were looked at. */
  readonly directory: string;
  /** What it says of itself. */
  readonly manifest: Manifest;
  /** Opens its files. @default - they are not sealed */
  readonly open?: Turn | undefined;
  /** What the stack has. */
  readonly sources: readonly BackupSource[];
  /** The engine that it runs on. */
  readonly engine: ContainerEngine;
  /** Told of each step. @default - nobody */
  readonly said?: (line: string) => void;
}

/** A source of a backup, and the one of the stack that it goes to. */
export interface Pair {
  /** What was kept. */
  readonly saved: SavedSource;
  /** Where it goes. */
  readonly source: BackupSource;
}

/**
 * Looks whether a stack can take a backup.
 *
 * @throws DeclarationError with every store or database that is missing, older, of another flavour, or without what
 * only a superuser can give it
 */
export async function refuseStrangers(args: Omit<BringBackArgs, "directory" | "said">): Promise<readonly Pair[]> {
  const problems: Problem[] = [];
  const pairs: Pair[] = [];
  for (const saved of args.manifest.sources) {
    const property = `${saved.kind} ${saved.name}`;
    const source = args.sources.find(({ kind, name }) => kind === saved.kind && name === saved.name);
    if (source === undefined) {
      const fix = "Deploy it first: a restore makes no stores.";
      problems.push({ property, given: undefined, allowed: "a store of the stack", fix });
      continue;
    }
    const has = kindOf(source).parts(source);
    for (const { name } of saved.parts.filter((part) => !has.includes(part.name))) {
      const fix = "Deploy it first: a restore makes no databases.";
      problems.push({ property, given: name, allowed: `a database of the stack's; it has ${has.join(", ")}`, fix });
    }
    const version = await kindOf(source).version(args.engine, source);
    if (!canRead(version, saved.version)) {
      const allowed = `${saved.version} or newer, and of the same kind: that is what the backup was made with`;
      problems.push({ property, given: version, allowed });
    }
    for (const part of saved.parts.filter(({ name }) => has.includes(name))) {
      const running = await kindOf(source).look(args.engine, source, part.name);
      problems.push(...missingGifts(`${property}, ${part.name}`, part.beside, running));
    }
    pairs.push({ saved, source });
  }
  refuseIf("the stack as the place for this backup", problems);
  return pairs;
}

/** Whether a store of one version reads what one of another has written. */
export function canRead(running: string, written: string): boolean {
  const [flavour, major, minor] = versionOf(running);
  const [otherFlavour, otherMajor, otherMinor] = versionOf(written);
  return flavour === otherFlavour && (major > otherMajor || (major === otherMajor && minor >= otherMinor));
}

function versionOf(text: string): readonly [flavour: string, major: number, minor: number] {
  const [, flavour = "", major = "0", minor = "0"] = /^(?:(\D+) )?(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return [flavour, Number(major), Number(minor)];
}

/**
 * Brings a backup back. Every part is brought back beside what is there; only when all are whole do they change places.
 * What used a volume stands still meanwhile.
 *
 * @throws Error when a part can't be brought back; then everything is as it was
 */
export async function bringBack(args: BringBackArgs): Promise<void> {
  await bringBackPairs(args, await refuseStrangers(args));
}

/**
 * Brings back what was looked at already.
 *
 * @throws Error when a part can't be brought back; then everything is as it was
 */
export async function bringBackPairs(args: BringBackArgs, pairs: readonly Pair[]): Promise<void> {
  const { engine, said = () => undefined } = args;
  const staged: Staged[] = [];
  let keep = false;
  try {
    for (const { saved, source } of pairs) {
      for (const part of saved.parts) {
        const read = () => opened(join(args.directory, part.file), args.open);
        staged.push(await kindOf(source).stage(engine, source, { ...part, read }));
        said(`${part.file} is whole`);
      }
    }
    const users = new Set((await Promise.all(pairs.map(({ source }) => kindOf(source).users(engine, source)))).flat());
    await withoutUsers(engine, [...users], said, () => swapAll(staged));
  } catch (error) {
    keep = error instanceof HalfBack;
    throw error;
  } finally {
    if (!keep) for (const { clear } of staged) await clear();
  }
}

/** Some of the old data could not be put back in its place: nothing may be removed then. */
class HalfBack extends Error {}

async function swapAll(staged: readonly Staged[]): Promise<void> {
  const swapped: Staged[] = [];
  try {
    for (const each of staged) {
      await each.swap();
      swapped.push(each);
    }
  } catch (error) {
    try {
      for (const each of swapped.reverse()) await each.undo();
    } catch (another) {
      throw new HalfBack(
        `${String(error)}\nand then not all could be put back: ${String(another)}\nNothing was removed: docs/backup.md says where the old data is.`,
      );
    }
    throw error;
  }
}

async function withoutUsers(
  engine: ContainerEngine,
  users: readonly string[],
  said: (line: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  const tell = async (verb: "start" | "stop") => {
    if (users.length === 0) return "";
    const words = await engine[verb](users).then(
      () => "",
      (error: unknown) => (error instanceof EngineError ? error.words : String(error)),
    );
    said(`${verb}: ${users.join(", ")}`);
    return words;
  };
  try {
    const words = await tell("stop");
    if (words !== "") throw new Error(`what uses the volumes does not stop: ${words}`);
    await work();
  } finally {
    const words = await tell("start");
    if (words !== "") said(`not all of them start again: ${words}`);
  }
}
