/**
 * The benchmark of a host's setup: twenty tasks on a machine that is reached by SSH through a proxy that adds 20 ms to
 * a round trip, beside one shell script by hand that does the same. Both on a fresh machine, where everything is to be
 * done, and once more, where nothing is.
 */

import { spawn } from "node:child_process";
import { runSetup } from "../components/hosts/setup-run.ts";
import { compilePhase } from "../hosts/compile.ts";
import { failureOf } from "../hosts/progress.ts";
import type { StepStatus } from "../hosts/report.ts";
import { type BenchContext, type BenchResult, compare, resultOf, sayPair, secondsOf } from "./context.ts";
import { startDelayProxy } from "./delay-proxy.ts";
import { runPairs } from "./pairs.ts";
import { byHand, tasks, undo } from "./setup-tasks.ts";

/** The ratio that the setup must not exceed. */
export const SETUP_MARK = 1.3;

/** What the proxy adds to a round trip, in milliseconds. */
const DELAY = 20;

/**
 * Measures, prints the tables and gives the result. The machine is a rehearsal host of the tests, made and taken away.
 *
 * @throws Error when one of the runs fails, or does not do what it is measured for.
 */
export async function benchSetup(context: Pick<BenchContext, "pairs" | "write">): Promise<BenchResult> {
  const { makeHost } = await import("../tests/e2e/hosts/host.ts");
  const host = await makeHost("bench", "bare");
  const proxy = await startDelayProxy({ host: host.address, port: host.port }, DELAY);
  try {
    const ssh = sshCommand(proxy.port, host.keyFile);
    const phase = compilePhase({ name: "bench", tasks });
    const subject = async (expected: StepStatus) => {
      const run = await runSetup(ssh, phase.script("apply"), phase.input({}));
      const failure = failureOf("the machine", run);
      if (failure !== undefined) throw new Error(failure);
      const others = run.steps.filter(({ status }) => status !== expected).map(({ title }) => title);
      if (others.length > 0) throw new Error(`these tasks were not ${expected}: ${others.join(", ")}`);
    };
    const fresh = async () => {
      const { code, output } = await host.exec(undo);
      if (code !== 0) throw new Error(`the machine can't be made fresh again: ${output}`);
    };
    const measured = async (title: string, before: () => Promise<void>, expected: StepStatus) => {
      context.write(`\n${title}: once each to warm up\n`);
      const timed = (work: () => Promise<void>) => async () => {
        await before();
        return await secondsOf(work);
      };
      const ours = timed(() => subject(expected));
      const theirs = timed(() => runScript(ssh, byHand));
      await theirs();
      await ours();
      const runs = await runPairs(context.pairs, ours, theirs, sayPair(context));
      const names = { subject: `${tasks.length} tasks, ${title}`, anchor: `script by hand, ${title}` };
      return compare(names, SETUP_MARK, runs, context.write);
    };
    const comparisons = [
      await measured("all to be done", fresh, "changed"),
      await measured("nothing to be done", async () => undefined, "ok"),
    ];
    return resultOf({
      name: "setup",
      comparisons,
      facts: { tasks: tasks.length, delayMilliseconds: DELAY },
      met: comparisons.every(({ met }) => met),
    });
  } finally {
    proxy.close();
    await host.close();
  }
}

/** A connection of its own for each run. The machine and its key live as long as the benchmark. */
function sshCommand(port: number, keyFile: string): string[] {
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes"];
  return [
    ...["ssh", "-F", "/dev/null", "-p", String(port), "-i", keyFile],
    ...options.flatMap((option) => ["-o", option]),
    "root@127.0.0.1",
  ];
}

function runScript([program = "", ...words]: readonly string[], script: string): Promise<void> {
  const child = spawn(program, [...words, script], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output += data;
    });
  }
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => (code === 0 ? done() : fail(new Error(`the script by hand failed: ${output}`))));
  });
}
