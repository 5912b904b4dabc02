import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { takeLock } from "../../offline/lock.ts";
import { scratch } from "./helpers/scratch.ts";

test("the lock names its holder and is gone after the release", async () => {
  const path = join(scratch(), "lock");
  const release = await takeLock(path);
  expect(readFileSync(path, "utf8")).toMatch(new RegExp(`^${process.pid} \\d+ `));
  release();
  expect(existsSync(path)).toBe(false);
});

test("many that want the lock have it one after another", async () => {
  const path = join(scratch(), "lock");
  let holders = 0;
  let most = 0;
  const once = async () => {
    const release = await takeLock(path, { pollMilliseconds: 5 });
    most = Math.max(most, ++holders);
    await sleep(5);
    holders--;
    release();
  };
  await Promise.all([once(), once(), once(), once()]);
  expect(most).toBe(1);
});

test.each([
  ["a process that is gone", "2147483646 12345 abc\n"],
  ["another process that got the same id", `${process.pid} 1 abc\n`],
  ["nobody, since it is damaged", "\n"],
])("the lock of %s is taken over", async (_, content) => {
  const path = join(scratch(), "lock");
  writeFileSync(path, content);
  const release = await takeLock(path);
  release();
  expect(existsSync(path)).toBe(false);
});

test("fails with the signal's reason when the waiting is ended", async () => {
  const path = join(scratch(), "lock");
  const release = await takeLock(path);
  const stop = new AbortController();
  const waited: number[] = [];
  const second = takeLock(path, {
    signal: stop.signal,
    pollMilliseconds: 5,
    onWait: (pid) => {
      waited.push(pid);
      stop.abort(new Error("enough"));
    },
  });
  await expect(second).rejects.toThrow("enough");
  expect(waited).toEqual([process.pid]);
  release();
});
