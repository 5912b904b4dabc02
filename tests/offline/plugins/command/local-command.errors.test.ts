import { describe, expect, test } from "vitest";
import { isAlive } from "../../../../offline/alive.ts";
import { localCommandResource } from "../../../../offline/plugins/command/local-command.ts";
import { testOperation } from "../operation.ts";
import { recorded } from "../recorded.ts";

const resource = localCommandResource();
const context = { olds: {}, name: "f", randomSeed: new Uint8Array() };

describe("command.local.Command", () => {
  test("fails with the recorded words when its command fails", async () => {
    const { operation } = testOperation();
    const failed = resource.create({ create: "echo out; echo err >&2; exit 7" }, operation);
    await expect(failed).rejects.toThrow('exit status 7: running "echo out; echo err >&2; exit 7":\n');
    await expect(failed).rejects.toThrow(/^(?=[\s\S]*\nout\n)(?=[\s\S]*\nerr\n)/);
    expect(recorded<{ tail: string }>("others", "localCommand.fails").tail).toContain(
      'error: exit status 7: running "echo out; echo err >&2; exit 7":',
    );
  });

  test("fails when its directory is not there", async () => {
    const { operation } = testOperation();
    await expect(resource.create({ create: "true", dir: "/not/there" }, operation)).rejects.toThrow("/not/there");
  });

  test("fails when its interpreter is not there", async () => {
    const { operation } = testOperation();
    await expect(resource.create({ create: "x", interpreter: ["/not/there"] }, operation)).rejects.toThrow("ENOENT");
  });

  test("fails at an abort, and ends what the command started", async () => {
    const { operation, abort } = testOperation();
    const running = resource.create(
      { create: "sleep 60 & echo $!; wait" },
      {
        ...operation,
        log: (severity, line) => {
          operation.log(severity, line);
          abort();
        },
      },
    );
    await expect(running).rejects.toThrow(/signal: SIGTERM[\s\S]*\n\d+\n/);
    const pid = Number(/\n(\d+)\n/.exec(String(await running.catch((error: Error) => error.message)))?.[1]);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test("fails at Check for what the stand-in lacks", () => {
    const { failures } = resource.check({ create: "true", assetPaths: ["*"], logging: "all" }, context);
    expect(failures).toEqual([
      { property: "assetPaths", reason: expect.stringContaining('"assetPaths" of command.local.Command') },
      { property: "logging", reason: expect.stringContaining("stdout, stderr, stdoutAndStderr, none") },
    ]);
  });
});
