import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logOf, productOf, runSteps, type Step, StepError } from "../../offline/steps.ts";
import { recorder, scratch, step } from "./helpers/scratch.ts";

async function failureOf(steps: readonly Step[], cache: string, more = {}): Promise<StepError> {
  try {
    await runSteps(steps, { cache, reporter: recorder(), ...more });
  } catch (error) {
    expect(error).toBeInstanceOf(StepError);
    return error as StepError;
  }
  throw new Error("no step failed");
}

test("fails with the step, the command, its last 20 lines, the log and the fix", async () => {
  const cache = scratch();
  const talks = step("talks", async ({ run }) => void (await run("sh", ["-c", "seq 1 30 >&2; exit 3"])), {
    name: "A talking step",
    fix: "say less.",
  });
  const error = await failureOf([talks], cache);
  const lines = error.message.split("\n");
  expect(lines[0]).toBe("A talking step: `sh -c 'seq 1 30 >&2; exit 3'` ended with 3");
  expect(lines.slice(1, 21).map((line) => line.trim())).toEqual(Array.from({ length: 20 }, (_, i) => String(i + 11)));
  expect(lines.slice(21)).toEqual(["Fix: say less.", `Log: ${logOf(cache, "talks")}`]);
  expect(readFileSync(logOf(cache, "talks"), "utf8")).toContain("\n1\n2\n3\n");
  expect(error.step).toBe("talks");
});

test("fails when a program is not on the machine, and says so", async () => {
  const error = await failureOf(
    [step("a", async ({ run }) => void (await run("vigie-no-such-program", [])))],
    scratch(),
  );
  expect(error.message).toContain("`vigie-no-such-program` is not on this machine");
});

test("fails and keeps the finished steps and the old product", async () => {
  const cache = scratch();
  const good = step("good", async ({ directory }) => writeFileSync(join(directory, "file"), "good"));
  const old = step("bad", async ({ directory }) => writeFileSync(join(directory, "file"), "old"));
  await runSteps([old], { cache, reporter: recorder() });
  const bad = step(
    "bad",
    async () => {
      throw new Error("no luck");
    },
    { needs: ["good"], inputs: "2" },
  );
  expect((await failureOf([good, bad], cache)).message).toContain("bad: no luck");
  expect(existsSync(join(productOf(cache, "good"), "file"))).toBe(true);
  expect(readFileSync(join(productOf(cache, "bad"), "file"), "utf8")).toBe("old");
});

test("fails before a step that has too little room, naming the place, both sizes and the fix", async () => {
  const cache = scratch();
  const ran: string[] = [];
  const big = step("big", async () => void ran.push("big"), { room: [{ path: "/var/lib/docker", bytes: 2e9 }] });
  const error = await failureOf([big], cache, { freeBytes: async () => 1.5e8 });
  expect(ran).toEqual([]);
  expect(error.message).toContain("/var/lib/docker has 150 MB free and this step needs 2.0 GB.");
  expect(error.message).toContain("VIGIE_CACHE");
});

test.each([
  ["the file system", async () => Promise.reject(Object.assign(new Error("write ENOSPC"), { code: "ENOSPC" }))],
  [
    "a program",
    async ({ run }) => void (await run("sh", ["-c", "echo 'tar: x: No space left on device' >&2; exit 2"])),
  ],
] as [string, Step["run"]][])(
  "fails when the disk runs full under %s, with what is free and the fix",
  async (_, run) => {
    const cache = scratch();
    const error = await failureOf([step("full", run)], cache, { freeBytes: async () => 3e6 });
    expect(error.message).toContain(`A disk is full: ${cache} has 3 MB free.`);
    expect(error.message).toContain("The finished steps are kept.");
  },
);

test("fails while the step beside it ends and is kept, and starts no further one", async () => {
  const reporter = recorder();
  const cache = scratch();
  const steps = [
    step("long", async ({ run }) => void (await run("sleep", ["0.5"]))),
    step("bad", async ({ run }) => void (await run("false", []))),
    step("next", async () => {}),
  ];
  await expect(runSteps(steps, { cache, reporter })).rejects.toThrow("bad: `false` ended with 1");
  expect(reporter.lines.at(-1)).toBe("done long");
  expect(reporter.lines).not.toContain("start next");
  expect(existsSync(productOf(cache, "long"))).toBe(true);
});

test("fails at once where the failed step decides over all: what is in progress is stopped", async () => {
  const reporter = recorder();
  const steps = [
    step("long", async ({ run }) => void (await run("sleep", ["60"]))),
    step("docker", async ({ run }) => void (await run("false", [])), { decides: true }),
  ];
  await expect(runSteps(steps, { cache: scratch(), reporter })).rejects.toThrow(/^docker: `false` ended with 1\nLog: /);
  expect(reporter.lines.at(-1)).toBe("fail long: stopped, since nothing can be done with it");
});

test("fails with every step that failed", async () => {
  const steps = [
    step("one", async ({ run }) => void (await run("sh", ["-c", "sleep 0.3; exit 3"]))),
    step("two", async ({ run }) => void (await run("false", []))),
  ];
  const error = await failureOf(steps, scratch());
  expect(error.step).toBe("two");
  expect(error.message).toMatch(
    /^two: `false` ended with 1\n[\s\S]*\n\none: `sh -c 'sleep 0.3; exit 3'` ended with 3\n/,
  );
});

test("fails on a step that needs one that doesn't stand before it", async () => {
  const steps = [step("a", async () => {}, { needs: ["b"] }), step("b", async () => {})];
  await expect(runSteps(steps, { cache: scratch(), reporter: recorder() })).rejects.toThrow('Step "a" needs "b"');
});

test("fails on two steps with one id", async () => {
  const steps = [step("a", async () => {}), step("a", async () => {})];
  await expect(runSteps(steps, { cache: scratch(), reporter: recorder() })).rejects.toThrow('two steps "a"');
});
