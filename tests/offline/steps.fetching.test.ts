import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { logOf, productOf, runSteps, type Step, StepError } from "../../offline/steps.ts";
import { recorder, scratch, step } from "./helpers/scratch.ts";

const gone = "E: Failed to fetch http://mirror.example/x.deb  404  Not Found";
const pauses = [0, 0];

/** Says what apt says where a package is gone, until an attempt. */
const fetches = (id: string, from: number, more: Partial<Step> = {}) =>
  step(
    id,
    async ({ attempt, directory, run }) => {
      expect(existsSync(join(directory, "file"))).toBe(false);
      writeFileSync(join(directory, "file"), String(attempt));
      if (attempt < from) await run("sh", ["-c", `echo '${gone}' >&2; echo 'E: the end' >&2; exit 100`]);
    },
    more,
  );

test.each([1, 2, 3])("a step that can fetch everything at attempt %d is made then, from nothing", async (from) => {
  const cache = scratch();
  const reporter = recorder();
  await runSteps([fetches("a", from)], { cache, reporter, pauses });
  expect(readFileSync(join(productOf(cache, "a"), "file"), "utf8")).toBe(String(from));
  const again = Array.from({ length: from - 1 }, () => `note        a: ${gone}; asked for again`);
  expect(reporter.lines).toEqual(["start a", ...again, "done a"]);
});

test("fails after three attempts with the tool's line first, and keeps the log of all of them", async () => {
  const cache = scratch();
  const error = await runSteps([fetches("a", 4, { fix: "wait." })], { cache, reporter: recorder(), pauses }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StepError);
  const lines = (error as StepError).message.split("\n");
  expect(lines[0]).toBe(`a: ${gone}`);
  expect(lines[1]).toMatch(/^ {2}Tried 3 times; `sh -c .*` ended with 100\.$/);
  expect(lines.slice(2)).toEqual(["Fix: wait.", `Log: ${logOf(cache, "a")}`]);
  expect(readFileSync(logOf(cache, "a"), "utf8").match(/404 {2}Not Found\n/g)).toHaveLength(3);
});

test("fails at once where something else is wrong", async () => {
  const attempts: number[] = [];
  const bad = step("bad", async ({ attempt, run }) => {
    attempts.push(attempt);
    await run("sh", ["-c", "echo 'x.go:1:1: undefined: y' >&2; exit 1"]);
  });
  await expect(runSteps([bad], { cache: scratch(), reporter: recorder(), pauses })).rejects.toThrow("undefined: y");
  expect(attempts).toEqual([1]);
});

test("fails at once when it is stopped while it waits to ask again", async () => {
  const stop = new AbortController();
  const work = runSteps([fetches("a", 3)], {
    ...{ cache: scratch(), reporter: { ...recorder(), note: () => stop.abort() } },
    ...{ pauses: [60, 60], signal: stop.signal },
  });
  await expect(work).rejects.toThrow("Stopped by the caller");
});

/** A base that is made anew, and a step that finds in it what it needs from its second making on. */
function baseAndReader(cache: string, from: number) {
  const count = join(cache, "made");
  const base = step("base", async ({ directory }) => {
    appendFileSync(count, "x");
    writeFileSync(join(directory, "file"), readFileSync(count, "utf8"));
  });
  const reads = async ({ product, directory, run }: Parameters<Step["run"]>[0]) => {
    const made = readFileSync(join(product("base"), "file"), "utf8");
    if (made.length < from) await run("sh", ["-c", "echo 'E: Not in the archive: x_1.deb' >&2; exit 100"]);
    writeFileSync(join(directory, "file"), made);
  };
  return { base, reader: step("reader", reads, { needs: ["base"], remakes: ["base"] }) };
}

test("what a step takes everything from is made anew where something is missing in it", async () => {
  const cache = scratch();
  const reporter = recorder();
  const { base, reader } = baseAndReader(cache, 3);
  await runSteps([base, reader], { cache, reporter, pauses });
  expect(readFileSync(join(productOf(cache, "reader"), "file"), "utf8")).toBe("xxx");
  const missing = "fail reader: E: Not in the archive: x_1.deb; what it is made from is made anew first";
  const round = ["start base", "done base", "start reader"];
  expect(reporter.lines).toEqual([...round, missing, ...round, missing, ...round, "done reader"]);
});

test("fails when it is still missing after that was made anew twice", async () => {
  const cache = scratch();
  const { base, reader } = baseAndReader(cache, 9);
  await expect(runSteps([base, reader], { cache, reporter: recorder(), pauses })).rejects.toThrow(
    /^reader: E: Not in the archive: x_1.deb\n {2}Tried 3 times/,
  );
  expect(readFileSync(join(cache, "made"), "utf8")).toBe("xxx");
});

test("what other steps read is not made anew before they end", async () => {
  const cache = scratch();
  const events: string[] = [];
  const { base, reader } = baseAndReader(cache, 2);
  const beside = step(
    "beside",
    async () => {
      events.push("begins");
      await sleep(300);
      events.push(readFileSync(join(cache, "made"), "utf8"));
    },
    { needs: ["base"], remakes: ["base"] },
  );
  await runSteps([base, beside, reader], { cache, reporter: recorder(), pauses });
  expect(events).toEqual(["begins", "x"]);
  expect(readFileSync(join(cache, "made"), "utf8")).toBe("xx");
});
