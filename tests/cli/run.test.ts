import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { type Attempt, attempt } from "../../cli/attempt.ts";
import { capture, runInTerminal } from "../../cli/run.ts";
import { isAlive } from "../../offline/alive.ts";

const env = process.env;
afterEach(() => void vi.useRealTimers());

const watch = { alive: () => false, onAlive: () => undefined };

test("a captured program gives its words and its exit code", async () => {
  expect(await capture(["sh", "-c", "echo out; echo err >&2; exit 3"])).toEqual({
    code: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("a program that is not there is an exit code, not an exception", async () => {
  const result = await capture(["/nowhere/program"]);
  expect(result.code).toBe(127);
  expect(result.stderr).toContain("ENOENT");
});

test("a captured program that takes too long is ended", async () => {
  expect((await capture(["sleep", "60"], { timeoutSeconds: 0.2 })).code).toBe(124);
});

test("a program in the terminal ends with its own code, or with its signal's", async () => {
  expect(await runInTerminal(["sh", "-c", "exit 5"])).toBe(5);
  expect(await runInTerminal(["sh", "-c", "kill -KILL $$"])).toBe(137);
});

test("a download that succeeds is a success, with its last words", async () => {
  expect(await attempt(["sh", "-c", "echo one; echo two"], env, watch)).toEqual({ ok: true, words: "two" });
});

test("a download that says why it can't be had is a failure with its words", async () => {
  expect(await attempt(["sh", "-c", "echo no such host >&2; exit 1"], env, watch)).toEqual({
    ok: false,
    words: "no such host",
  });
});

test("a silent download is ended, with all that it started", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "vigie-run-")), "pid");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let ended: Promise<Attempt> | undefined;
  await new Promise<void>((trying) => {
    const alive = (output: string) => {
      if (output.includes("trying")) trying();
      return false;
    };
    ended = attempt(["sh", "-c", `sleep 600 & echo $! >'${file}'; echo trying; wait`], env, { ...watch, alive });
  });
  vi.advanceTimersByTime(8000);
  expect(await ended).toEqual({ ok: false, words: "no answer within 8 s" });
  vi.useRealTimers();
  await expect.poll(() => isAlive(Number(readFileSync(file, "utf8")))).toBe(false);
});

test("a download that shows signs of life may take its time", async () => {
  const go = join(mkdtempSync(join(tmpdir(), "vigie-run-")), "go");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let signs = 0;
  const command = ["sh", "-c", `echo pulling; until [ -e '${go}' ]; do sleep 0.05; done; echo pulled`];
  const result = await attempt(command, env, {
    alive: (output) => output.includes("pulling"),
    onAlive: () => {
      signs++;
      vi.advanceTimersByTime(600_000);
      writeFileSync(go, "");
    },
  });
  expect(result).toEqual({ ok: true, words: "pulled" });
  expect(signs).toBe(1);
});
