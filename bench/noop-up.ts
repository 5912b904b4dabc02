/**
 * The benchmark of a deployment that has nothing to do: `pulumi up` of the stack, when all is as declared, beside
 * `pulumi up` of an empty program on the same runtime. Both without a preview, both with the same CLI and backend.
 */

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { formatTable, type Pair, runPairs, type Summary, summarize } from "./pairs.ts";

/** The ratio that the stack must not exceed. */
export const mark = 1.5;

/** What is measured with. */
export interface BenchOptions {
  /** Path of the Pulumi CLI. */
  readonly cli: string;
  /** Environment of the CLI. */
  readonly env: Readonly<Record<string, string>>;
  /** The repository's root, where the stack's program is. */
  readonly root: string;
  /** The stack. */
  readonly stack: string;
  /** Number of pairs. */
  readonly pairs: number;
  /** Runs a command in silence. */
  readonly capture: (
    command: readonly string[],
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  ) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** Where the lines go. */
  readonly write: (text: string) => void;
}

/** What is kept of a run. */
export interface BenchResult extends Summary {
  /** The name of the benchmark. */
  readonly name: "noop-up";
  /** The ratio that is not to be exceeded. */
  readonly mark: number;
  /** Whether it was not. */
  readonly met: boolean;
  /** Each pair, in seconds. */
  readonly runs: readonly Pair[];
  /** The machine and the versions. */
  readonly machine: Readonly<Record<string, string | number>>;
  /** When it ended, in ISO 8601. */
  readonly date: string;
}

/**
 * Measures, prints the table and gives the result.
 *
 * @throws Error with Pulumi's words when one of the runs fails, or when the stack is not as declared.
 */
export async function benchNoopUp(options: BenchOptions): Promise<BenchResult> {
  const empty = mkdtempSync(join(tmpdir(), "vigie-bench-"));
  try {
    cpSync(join(options.root, "bench", "empty"), empty, { recursive: true });
    symlinkSync(join(options.root, "node_modules"), join(empty, "node_modules"));
    // A backend of its own: the anchor leaves nothing in the user's.
    const backend = join(empty, "backend");
    mkdirSync(backend);
    const emptyEnv = { ...options.env, PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: "bench" };
    const init = await options.capture([options.cli, "stack", "init", "bench", "--no-select", "--non-interactive"], {
      cwd: empty,
      env: emptyEnv,
    });
    if (init.code !== 0) throw new Error(`the empty program's stack can't be made:\n${init.stderr}`);

    const flags = ["--yes", "--skip-preview", "--non-interactive", "--suppress-outputs", "--suppress-progress"];
    const timed = async (
      cwd: string,
      stack: string,
      env: Readonly<Record<string, string>>,
      more: readonly string[],
    ) => {
      const began = process.hrtime.bigint();
      const result = await options.capture([options.cli, "up", "--stack", stack, ...flags, ...more], { cwd, env });
      if (result.code !== 0)
        throw new Error(`\`pulumi up --stack ${stack}\` failed:\n${result.stdout}${result.stderr}`);
      return Number(process.hrtime.bigint() - began) / 1e9;
    };
    // Refused with a difference: the measurement is of a deployment without any.
    const subject = () => timed(options.root, options.stack, options.env, ["--expect-no-changes"]);
    const anchor = () => timed(empty, "bench", emptyEnv, []);

    options.write("warming up: once each\n");
    await anchor();
    await subject();
    const runs = await runPairs(options.pairs, subject, anchor, (pair, index) =>
      options.write(
        `pair ${index + 1} of ${options.pairs}: ${pair.subject.toFixed(2)} s beside ${pair.anchor.toFixed(2)} s\n`,
      ),
    );
    options.write(`\n${formatTable({ subject: `no-op up of ${options.stack}`, anchor: "empty program" }, runs)}`);
    const summary = summarize(runs);
    options.write(`mark ${mark.toFixed(2)}: ${summary.ratio <= mark ? "met" : "missed"}; differences: 0\n`);
    return {
      name: "noop-up",
      ...summary,
      mark,
      met: summary.ratio <= mark,
      runs,
      machine: { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.versions.node },
      date: new Date().toISOString(),
    };
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
}

/** Writes a result where results are kept; committing it is up to a person. */
export function writeResult(root: string, result: BenchResult): string {
  const file = join(root, "bench", "results", `${result.name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
  return file;
}
