/**
 * What a new user waits for: the first `npm run up` with every cache empty, the second one, and the disk that they take.
 * It begins where such a user begins, with a clone and nothing else: a home directory of its own has no cache of Vigie,
 * npm, pip or Go, and Docker has no image that was made here.
 */

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { type BenchResult, loadText, resultOf } from "./context.ts";

/** What may not be exceeded: seconds of the first and of the second, and bytes on the disk after them. */
export const FIRST_UP_MARKS = { firstSeconds: 12 * 60, secondSeconds: 60, bytes: 6e9 } as const;

/** What this benchmark is given: it needs no stack, no session and no CLI. */
export interface FirstUpContext {
  /** The repository's root: what is committed there is cloned. */
  readonly root: string;
  /** Directory on a disk with room, in which the home directory is made. */
  readonly place: string;
  /** Where the lines go. */
  readonly write: (text: string) => void;
}

/** A step of the first command, as its line of progress says: `ok Pulumi CLI 3.259.0 (3 min 05 s)`. */
export interface TimedStep {
  /** What the line calls it. */
  readonly name: string;
  /** How long it took. */
  readonly seconds: number;
}

/** The steps that a log of progress tells of, the longest first. What was there before took no time, and is left out. */
export function timedSteps(log: string): readonly TimedStep[] {
  const lines = log.matchAll(/^ *ok (.+) \((?:(\d+) min )?(\d+(?:\.\d+)?) s\)$/gm);
  return [...lines]
    .map(([, name = "", minutes = "0", seconds = "0"]) => ({ name, seconds: Number(minutes) * 60 + Number(seconds) }))
    .sort((one, other) => other.seconds - one.seconds);
}

/**
 * The environment of a user who has just logged in on a new machine: no cache, and the machine's own ways to its
 * registries, which may stand in files of the home directory that is left.
 *
 * @param home the new home directory
 */
export function freshEnvironment(
  home: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
  old: string = homedir(),
): Record<string, string | undefined> {
  const caches =
    /^(VIGIE_|XDG_|PULUMI_|GOPATH$|GOCACHE$|GOMODCACHE$|GOTMPDIR$|npm_(?!config_registry)|NPM_CONFIG_CACHE$|PIP_CACHE_DIR$|INIT_CWD$)/;
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !caches.test(name))),
    NPM_CONFIG_USERCONFIG: env.NPM_CONFIG_USERCONFIG ?? join(old, ".npmrc"),
    PIP_CONFIG_FILE: env.PIP_CONFIG_FILE ?? join(old, ".config", "pip", "pip.conf"),
    GOENV: env.GOENV ?? join(old, ".config", "go", "env"),
    CI: "true",
    HOME: home,
  };
}

/**
 * Runs README's first command in a clone, then the second one, and takes all of it away again.
 *
 * @throws Error when a stack is up or Docker has images that were made here, with what takes them away; or with the last
 * lines of a command that failed.
 */
export async function benchFirstUp({ root, place, write }: FirstUpContext): Promise<BenchResult> {
  refuseWhatIsThere();
  mkdirSync(place, { recursive: true });
  const home = mkdtempSync(join(place, "first-up-"));
  const clone = join(home, "vigie");
  const env = freshEnvironment(home);
  const npm = (words: readonly string[]) => timed(["npm", "run", ...words], { cwd: clone, env });
  try {
    execFileSync("git", ["clone", "--quiet", "--no-hardlinks", root, clone]);
    write(`first npm run up, every cache empty (load ${loadText()})\n`);
    const first = await npm(["up"]);
    const steps = timedSteps(first.output);
    write(`  ${first.seconds.toFixed(0)} s (load ${loadText()}); where the time goes, two steps at a time:\n`);
    for (const { name, seconds } of steps.slice(0, 15)) write(`  ${seconds.toFixed(0).padStart(5)} s  ${name}\n`);
    const second = await npm(["up"]);
    write(`second npm run up: ${second.seconds.toFixed(0)} s (load ${loadText()})\n`);
    const caches = bytesOf(home);
    const images = imageBytes();
    write(`disk: ${gigabytes(caches)} in the home directory, ${gigabytes(images)} of images\n`);
    const facts = { firstSeconds: first.seconds, secondSeconds: second.seconds, bytes: caches + images };
    const met = Object.entries(FIRST_UP_MARKS).every(([name, mark]) => facts[name as keyof typeof facts] <= mark);
    write(`marks 12 min, 60 s, 6 GB: ${met ? "met" : "missed"}\n`);
    const longest = Object.fromEntries(steps.slice(0, 15).map(({ name, seconds }) => [`seconds of ${name}`, seconds]));
    return resultOf({ name: "first-up", facts: { ...facts, ...longest }, met });
  } finally {
    await npm(["down", "--", "--yes"]).catch((error: unknown) => write(`${String(error)}\n`));
    rmSync(home, { recursive: true, force: true });
  }
}

/** @throws Error that says what is there and what takes it away. */
function refuseWhatIsThere(): void {
  const ids = (words: readonly string[]) => {
    try {
      return execFileSync("docker", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    } catch {
      // No Docker yet: the first command brings it.
      return "";
    }
  };
  if (ids(["ps", "--all", "--quiet", "--filter", "label=vigie.stack=vigie/dev"]) !== "") {
    throw new Error("the stack dev is up, and this measures the first one: run `npm run down` first.");
  }
  if (ids(["images", "--quiet", "--filter", "label=vigie.offline=true"]) !== "") {
    throw new Error(
      "Docker has images that were made here, and a new machine has none: take them away with " +
        "`docker image rm --force $(docker images --quiet --filter label=vigie.offline=true | sort --unique)`.",
    );
  }
}

async function timed(
  [program = "", ...words]: readonly string[],
  options: { readonly cwd: string; readonly env: Record<string, string | undefined> },
): Promise<{ readonly seconds: number; readonly output: string }> {
  const began = process.hrtime.bigint();
  const child = spawn(program, words, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  // Not its pipes' end: a Docker daemon that it starts keeps them open.
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("exit", resolve));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
  if (code === 0) return { seconds, output };
  throw new Error(`\`npm ${words.join(" ")}\` ended with ${code}:\n${output.split("\n").slice(-40).join("\n")}`);
}

function bytesOf(directory: string): number {
  return Number.parseInt(execFileSync("du", ["--summarize", "--bytes", directory], { encoding: "utf8" }), 10);
}

/** What Docker's images take, layers that several share counted once. */
function imageBytes(): number {
  const rows = execFileSync("docker", ["system", "df", "--format", "{{json .}}"], { encoding: "utf8" })
    .trim()
    .split("\n");
  const row = rows.map((line) => JSON.parse(line) as Record<string, string>).find(({ Type }) => Type === "Images");
  const [, number = "0", unit = "B"] = /^([\d.]+)([kMGT]?B)/.exec(row?.Size ?? "") ?? [];
  const units: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
  return Number(number) * (units[unit] ?? 1);
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;

/** Where its home directory goes: beside the cache of this user, since /tmp may be memory. */
export const firstUpPlace = (cache: string): string => join(dirname(cache), "vigie-bench");
