import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { attempt } from "../../cli/official.ts";
import { capture, runInTerminal } from "../../cli/run.ts";

const env = process.env;
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
  const late = join(mkdtempSync(join(tmpdir(), "vigie-run-")), "late");
  const command = ["sh", "-c", `echo trying; (sleep 1; touch '${late}') & wait`];
  expect(await attempt(command, env, { ...watch, seconds: 0.2 })).toEqual({
    ok: false,
    words: "no answer within 0.2 s",
  });
  await setTimeout(1500);
  expect(existsSync(late)).toBe(false);
});

test("a download that shows signs of life may take its time", async () => {
  let signs = 0;
  const command = ["sh", "-c", "echo pulling; sleep 0.5; echo pulled"];
  const result = await attempt(command, env, {
    alive: (output) => output.includes("pulling"),
    onAlive: () => {
      signs++;
    },
    seconds: 0.3,
  });
  expect(result).toEqual({ ok: true, words: "pulled" });
  expect(signs).toBe(1);
});
