/** Runs steps in a process of its own: `run-steps.ts CACHE sleepy|counted`. */

import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runSteps, type Step, StepsInterrupted } from "../../../offline/steps.ts";

const [cache = "", what] = process.argv.slice(2);
const say = (line: string) => void process.stderr.write(`${line}\n`);
const reporter = {
  start: (name: string) => say(`start ${name}`),
  done: (name: string, _seconds: number, skipped: boolean) => say(`${skipped ? "skip" : "done"} ${name}`),
  fail: (name: string, error: Error) => say(`fail ${name}: ${error.message}`),
  note: (text: string) => say(`note ${text}`),
};
const step = (id: string, run: Step["run"], needs: string[] = []): Step => ({
  ...{ id, name: id, inputs: "1", produces: "a test's file" },
  run,
  needs,
});

const sleepy = [
  step("quick", async ({ directory }) => writeFileSync(join(directory, "file"), "made")),
  step(
    "slow",
    async ({ directory, run }) => {
      writeFileSync(join(directory, "half"), "done");
      await run("sh", ["-c", `sleep 60 & echo $! > ${join(cache, "pid")}; wait`]);
    },
    ["quick"],
  ),
];
const counted = [
  step("counted", async () => {
    appendFileSync(join(cache, "count"), "x");
    // Until somebody says that it may end.
    while (!existsSync(join(cache, "go"))) await sleep(20);
  }),
];

try {
  await runSteps(what === "sleepy" ? sleepy : counted, { cache, reporter });
} catch (error) {
  if (!(error instanceof StepsInterrupted)) throw error;
  process.exit(130);
}
