/**
 * The benchmark of a host's setup: twenty tasks on a machine that is reached by SSH through a proxy that adds 20 ms to
 * a round trip, beside one shell script by hand that does the same. Both once on a fresh machine, where everything is
 * to be done, and once more, where nothing is.
 */

import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { runSetup } from "../components/setup-run.ts";
import { compilePhase } from "../hosts/compile.ts";
import { failureOf } from "../hosts/progress.ts";
import { startDelayProxy } from "./delay-proxy.ts";
import { formatTable, type Pair, runPairs, type Summary, summarize } from "./pairs.ts";
import { byHand, tasks, undo } from "./setup-tasks.ts";

/** The ratio that the setup must not exceed. */
export const setupMark = 1.3;

/** What the proxy adds to a round trip, in milliseconds. */
const DELAY = 20;

/** A machine to measure on. */
export interface BenchMachine {
  /** Its address. */
  readonly address: string;
  /** Port of its sshd. */
  readonly port: number;
  /** File of a private key that root takes. */
  readonly keyFile: string;
  /** Runs a script on it as root, without SSH. */
  readonly exec: (script: string) => Promise<{ readonly code: number; readonly output: string }>;
}

/** What is kept of a run. */
export interface SetupBenchResult extends Summary {
  /** The name of the benchmark. */
  readonly name: "setup-first" | "setup-again";
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
 * Measures, prints the tables and gives the results: of the first run on a machine, and of the one after it.
 *
 * @throws Error when one of the runs fails, or does not do what it is measured for.
 */
export async function benchSetup(
  machine: BenchMachine,
  pairs: number,
  write: (text: string) => void,
): Promise<SetupBenchResult[]> {
  const proxy = await startDelayProxy({ host: machine.address, port: machine.port }, DELAY);
  try {
    const ssh = sshCommand(proxy.port, machine.keyFile);
    const phase = compilePhase({ name: "bench", tasks });
    const expectSteps = async (status: "changed" | "ok") => {
      const run = await runSetup(ssh, phase.script("apply"), phase.input({}));
      const failure = failureOf("the machine", run);
      if (failure !== undefined) throw new Error(failure);
      const others = run.steps.filter((step) => step.status !== status);
      if (others.length > 0) throw new Error(`not ${status}: ${others.map(({ title }) => title).join(", ")}`);
    };
    const hand = () => runBare(ssh, byHand);
    const fresh = async () => {
      const { code, output } = await machine.exec(undo);
      if (code !== 0) throw new Error(`the machine can't be made fresh again: ${output}`);
    };

    const results: SetupBenchResult[] = [];
    for (const [name, before, status] of [
      ["setup-first", fresh, "changed"],
      ["setup-again", async () => undefined, "ok"],
    ] as const) {
      write(`${name}: warming up, once each\n`);
      await before();
      await hand();
      await before();
      await expectSteps(status);
      const timed = (run: () => Promise<void>) => async () => {
        await before();
        const began = process.hrtime.bigint();
        await run();
        return Number(process.hrtime.bigint() - began) / 1e9;
      };
      const runs = await runPairs(
        pairs,
        timed(() => expectSteps(status)),
        timed(hand),
      );
      const summary = summarize(runs);
      write(`${formatTable({ subject: `${tasks.length} tasks`, anchor: "script by hand" }, runs)}`);
      write(`mark ${setupMark.toFixed(2)}: ${summary.ratio <= setupMark ? "met" : "missed"}\n\n`);
      results.push({
        name,
        ...summary,
        mark: setupMark,
        met: summary.ratio <= setupMark,
        runs,
        machine: { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.versions.node },
        date: new Date().toISOString(),
      });
    }
    return results;
  } finally {
    proxy.close();
  }
}

/** One connection for each run, as a deployment makes it; the machine lives as long as the benchmark. */
function sshCommand(port: number, keyFile: string): string[] {
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes"];
  return [
    ...["ssh", "-F", "/dev/null", "-p", String(port), "-i", keyFile],
    ...options.flatMap((option) => ["-o", option]),
    "root@127.0.0.1",
  ];
}

function runBare([program = "", ...words]: readonly string[], script: string): Promise<void> {
  const child = spawn(program, [...words, script], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => (code === 0 ? done() : fail(new Error(`the script by hand failed: ${output}`))));
  });
}
