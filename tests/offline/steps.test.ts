import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { isAlive } from "../../offline/alive.ts";
import { productOf, runSteps } from "../../offline/steps.ts";
import { recorder, scratch, step } from "./helpers/scratch.ts";

const program = join(import.meta.dirname, "helpers", "run-steps.ts");

const writes = (name: string, text = "made") =>
  step(name, async ({ directory }) => writeFileSync(join(directory, "file"), text));

test("a step's directory becomes its product", async () => {
  const cache = scratch();
  await runSteps([writes("a")], { cache, reporter: recorder() });
  expect(readFileSync(join(productOf(cache, "a"), "file"), "utf8")).toBe("made");
  expect(readdirSync(join(cache, "building"))).toEqual([]);
  expect(existsSync(join(cache, "lock"))).toBe(false);
});

test("a step is skipped while its inputs and its product are the same", async () => {
  const cache = scratch();
  const reporter = recorder();
  await runSteps([writes("a")], { cache, reporter });
  await runSteps([writes("a", "again")], { cache, reporter });
  expect(reporter.lines).toEqual(["start a", "done a", "skip a"]);
  expect(readFileSync(join(productOf(cache, "a"), "file"), "utf8")).toBe("made");
});

test("other inputs, a lost product, a lost stamp and a thing that is gone outside each make it run again", async () => {
  const cache = scratch();
  const runs = async (more = {}) => {
    const reporter = recorder();
    await runSteps([{ ...writes("a"), ...more }], { cache, reporter });
    return reporter.lines.includes("start a");
  };
  expect(await runs()).toBe(true);
  expect(await runs({ inputs: "2" })).toBe(true);
  expect(await runs({ inputs: "2" })).toBe(false);
  rmSync(productOf(cache, "a"), { recursive: true });
  expect(await runs({ inputs: "2" })).toBe(true);
  rmSync(`${productOf(cache, "a")}.stamp`);
  expect(await runs({ inputs: "2" })).toBe(true);
  expect(await runs({ inputs: "2", present: async () => false })).toBe(true);
  expect(await runs({ inputs: "2", present: async () => true })).toBe(false);
});

test("two steps at most run at a time, and none before what it needs", async () => {
  const events: string[] = [];
  let running = 0;
  let most = 0;
  const work = (id: string, needs: string[] = []) =>
    step(
      id,
      async () => {
        most = Math.max(most, ++running);
        events.push(`+${id}`);
        await sleep(20);
        events.push(`-${id}`);
        running--;
      },
      { needs },
    );
  const steps = [work("a"), work("b", ["a"]), work("c"), work("d"), work("e", ["b", "d"])];
  await runSteps(steps, { cache: scratch(), reporter: recorder() });
  expect(most).toBe(2);
  expect(events.indexOf("+b")).toBeGreaterThan(events.indexOf("-a"));
  expect(events.indexOf("+e")).toBeGreaterThan(Math.max(events.indexOf("-b"), events.indexOf("-d")));
  expect(events.slice(0, 2)).toEqual(["+a", "+c"]);
});

test("a step reads the product of a step that it needs", async () => {
  const cache = scratch();
  const reads = step(
    "b",
    async ({ directory, product }) => {
      writeFileSync(join(directory, "copy"), readFileSync(join(product("a"), "file")));
    },
    { needs: ["a"] },
  );
  await runSteps([writes("a"), reads], { cache, reporter: recorder() });
  expect(readFileSync(join(productOf(cache, "b"), "copy"), "utf8")).toBe("made");
});

test("Ctrl-C ends the children, keeps what is finished and leaves nothing half done", async () => {
  const cache = scratch();
  const child = start(cache, "sleepy");
  const pid = Number(await fileWith(join(cache, "pid")));
  child.kill("SIGINT");
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(130);
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(existsSync(productOf(cache, "quick"))).toBe(true);
  expect(existsSync(productOf(cache, "slow"))).toBe(false);
  expect(readdirSync(join(cache, "building"))).toEqual([]);
  expect(existsSync(join(cache, "lock"))).toBe(false);
});

test("after kill -9 the next run takes the lock over, clears what was half done and goes on", async () => {
  const cache = scratch();
  const child = start(cache, "sleepy");
  const pid = Number(await fileWith(join(cache, "pid")));
  child.kill("SIGKILL");
  await once(child, "exit");
  process.kill(pid, "SIGKILL");
  expect(existsSync(join(cache, "lock"))).toBe(true);
  const reporter = recorder();
  await runSteps([writes("quick")], { cache, reporter });
  expect(reporter.lines).toEqual(["skip quick"]);
  expect(readdirSync(join(cache, "building"))).toEqual([]);
});

test("two runs at once make each product once, and the second one waits", async () => {
  const cache = scratch();
  const first = start(cache, "counted");
  await fileWith(join(cache, "count"));
  const second = start(cache, "counted");
  let said = "";
  second.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (said.includes("note ")) writeFileSync(join(cache, "go"), "");
  });
  await Promise.all([once(first, "exit"), once(second, "close")]);
  expect(readFileSync(join(cache, "count"), "utf8")).toBe("x");
  expect(said).toContain(`note Process ${first.pid} is preparing`);
  expect(said).toContain("skip counted");
});

function start(cache: string, what: string): ChildProcess {
  return spawn(process.execPath, [program, cache, what], { stdio: ["ignore", "ignore", "pipe"] });
}

async function fileWith(path: string): Promise<string> {
  for (;;) {
    if (existsSync(path)) {
      const text = readFileSync(path, "utf8");
      if (text !== "") return text;
    }
    await sleep(10);
  }
}
