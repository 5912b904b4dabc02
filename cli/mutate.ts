/** `npm run mutate`: changes the sources one place at a time, and sees whether a unit test notices. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheDirectory } from "../offline/cache.ts";
import { given } from "../services/given.ts";
import { coveringTests, testFolder } from "./mutate/covering.ts";
import { type Mutant, mutantsOf, sampleOf } from "./mutate/operators.ts";
import { markdownOf, mutationJson, type Result, type Score, scoreOf } from "./mutate/report.ts";
import { filesOf, makeSandbox, type Sandbox } from "./mutate/sandbox.ts";
import { greenTests, tryMutant } from "./mutate/trying.ts";
import { root } from "./places.ts";
import { capture } from "./run.ts";

/** What is mutated where nothing else is said: what rules, texts and faults are made of. */
export const FOLDERS: readonly string[] = ["signals", "config", "cli/drill", "hosts/kinds"];

/** What a command line asks for. */
export interface MutateArguments {
  /** Folders or files. @default {@link FOLDERS} */
  readonly folders: readonly string[];
  /** Only lines that differ from this commit. @default - all */
  readonly since?: string;
  /** So many of each folder, by a seed. @default - all of them */
  readonly sample?: number;
  /** Which ones a sample is. @default 1 */
  readonly seed: number;
  /** How many at once. @default 2 */
  readonly parallel: number;
  /** Whether what an earlier run found is forgotten. @default false */
  readonly again: boolean;
}

/**
 * Reads the command line.
 *
 * @throws Error for an option that there is not, and a number that is none
 */
export function mutateArguments(args: readonly string[]): MutateArguments {
  const { values } = parseArgs({
    args: [...args],
    allowPositionals: false,
    options: {
      folder: { type: "string", multiple: true },
      since: { type: "string" },
      sample: { type: "string" },
      seed: { type: "string" },
      parallel: { type: "string" },
      again: { type: "boolean" },
    },
  });
  const number = (name: "sample" | "seed" | "parallel"): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} is ${JSON.stringify(text)}; give a number from 1.`);
    return Number(text);
  };
  const [sample, seed = 1, parallel = 2] = [number("sample"), number("seed"), number("parallel")];
  const folders = (values.folder ?? FOLDERS).map((folder) => folder.replace(/\/+$/, ""));
  return {
    folders,
    ...given({ since: values.since }),
    ...given({ sample }),
    ...{ seed, parallel, again: values.again === true },
  };
}

/**
 * Tries the mutants, and writes the score of each folder and all survivors to the cache directory. What an earlier run
 * found is not tried again, as long as neither the source nor, for a survivor, the tests have changed: a run that was cut
 * off goes on.
 *
 * @returns 0, whatever the score: it is no part of the gate
 */
export async function mutate(args: readonly string[]): Promise<number> {
  const asked = mutateArguments(args);
  const all = await filesOf(root);
  const place = join(cacheDirectory(), "mutation");
  mkdirSync(place, { recursive: true });
  const known = openKnown(join(place, "known.json"), asked.again);
  const boxes: Sandbox[] = [];
  const scored: { readonly score: Score; readonly results: readonly Result[] }[] = [];
  try {
    for (let index = 0; index < asked.parallel; index++) boxes.push(await makeSandbox(root));
    const laboratory = newLaboratory(all, boxes, known);
    for (const folder of asked.folders) {
      const mutants = await mutantsIn(folder, all, asked.since);
      const chosen = asked.sample === undefined ? mutants : sampleOf(mutants, asked.sample, asked.seed);
      const results = await laboratory(chosen);
      scored.push({ score: scoreOf(folder, mutants.length, results), results });
    }
  } finally {
    for (const box of boxes) box.remove();
  }
  const sampled = asked.sample === undefined ? "all" : `a sample of ${asked.sample} a folder, seed ${asked.seed}`;
  const how = `${sampled}${asked.since === undefined ? "" : `, of lines that changed since ${asked.since}`}`;
  const [scores, results] = [scored.map(({ score }) => score), scored.flatMap((one) => one.results)];
  writeFileSync(join(place, "report.json"), mutationJson(scores, results, how));
  writeFileSync(join(place, "report.md"), markdownOf(scores, results, how));
  process.stdout.write(`\n${markdownOf(scores, results, how)}\nAlso in ${place}: report.json, report.md\n`);
  return 0;
}

/** The mutants of a folder, or of one file; only on lines that changed since a commit, where one is given. */
async function mutantsIn(
  folder: string,
  all: readonly string[],
  since: string | undefined,
): Promise<readonly Mutant[]> {
  const lines = since === undefined ? undefined : await changedLines(since);
  const files = all.filter((file) => file.endsWith(".ts") && (file === folder || file.startsWith(`${folder}/`)));
  const mutants = files
    .flatMap((file) => mutantsOf(file, readFileSync(join(root, file), "utf8")))
    .filter(({ file, line }) => lines === undefined || lines.get(file)?.has(line) === true);
  if (mutants.length === 0) say(`${folder}: there is nothing to change`);
  return mutants;
}

/** Tries mutants in all sandboxes at once, and gives what came of them in the order of their places. */
function newLaboratory(all: readonly string[], boxes: readonly Sandbox[], known: ReturnType<typeof openKnown>) {
  // As the sandboxes have them: the clone may be edited meanwhile.
  const texts = new Map(
    all.filter((file) => file.endsWith(".ts")).map((file) => [file, readFileSync(join(root, file), "utf8")]),
  );
  const covering = coveringTests(
    root,
    all.filter((file) => /^tests\/(?!e2e\/).*\.test\.ts$/.test(file)),
  );
  const green = greenTests(say);
  const hashes = new Map<string, string>();
  const testsHash = (file: string): string => {
    const folder = testFolder(file);
    const inside = [...texts].filter(([name]) => name.startsWith(folder)).map(([, text]) => text);
    const hash = hashes.get(folder) ?? digest(inside.join("\0"));
    hashes.set(folder, hash);
    return hash;
  };
  return async (mutants: readonly Mutant[]): Promise<readonly Result[]> => {
    const waiting = [...mutants];
    const found: Result[] = [];
    const work = async (box: Sandbox): Promise<void> => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const text = texts.get(mutant.file) ?? "";
        const key = digest([text, mutant.start, mutant.end, mutant.replacement].join("\0"));
        const tests = testsHash(mutant.file);
        const status = known.get(key, tests) ?? (await tryMutant(mutant, text, box, covering(mutant.file), green));
        known.set(key, status, tests);
        found.push({ mutant, status });
        say(`${found.length}/${mutants.length} ${mutant.file}:${mutant.line} ${mutant.operator} ${status}`);
      }
    };
    await Promise.all(boxes.map(work));
    return found.sort((a, b) => order(a.mutant, b.mutant));
  };
}

interface Earlier {
  readonly status: Result["status"];
  /** Hash of the tests that it was tried with. */
  readonly tests: string;
}

/** What earlier runs found: a mutant that was killed stays so, any other is tried again when the tests have changed. */
function openKnown(file: string, again: boolean) {
  const before = !again && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, Earlier>) : {};
  return {
    get(key: string, tests: string): Result["status"] | undefined {
      const entry = before[key];
      return entry !== undefined && (entry.status === "killed" || entry.tests === tests) ? entry.status : undefined;
    },
    set(key: string, status: Result["status"], tests: string): void {
      before[key] = { status, tests };
      writeFileSync(file, JSON.stringify(before));
    },
  };
}

/** Lines of each file that differ from a commit. */
async function changedLines(since: string): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const { code, stdout, stderr } = await capture(["git", "diff", "--unified=0", "--no-color", since, "--"], {
    cwd: root,
  });
  if (code !== 0) throw new Error(`--since ${since}: ${stderr.trim()}`);
  return readDiff(stdout);
}

/** What a diff without context adds, by file. */
export function readDiff(diff: string): ReadonlyMap<string, ReadonlySet<number>> {
  const lines = new Map<string, Set<number>>();
  let file = "";
  for (const line of diff.split("\n")) {
    file = /^\+\+\+ b\/(.*)$/.exec(line)?.[1] ?? file;
    const [, from, count = "1"] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (from === undefined) continue;
    const own = lines.get(file) ?? new Set();
    for (let index = 0; index < Number(count); index++) own.add(Number(from) + index);
    lines.set(file, own);
  }
  return lines;
}

const order = (a: Mutant, b: Mutant): number => (a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1);
const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
const say = (words: string): boolean => process.stderr.write(`${words}\n`);
