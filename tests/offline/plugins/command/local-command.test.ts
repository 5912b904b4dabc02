import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { localCommandResource } from "../../../../offline/plugins/command/local-command.ts";
import type { Values } from "../../../../offline/plugins/framework/values.ts";
import { testOperation } from "../operation.ts";
import {
  asStep,
  changedProperties,
  type RecordedPreview,
  type RecordedResource,
  recorded,
  stepOf,
} from "../recorded.ts";

const resource = localCommandResource();
const directory = mkdtempSync(path.join(tmpdir(), "vigie-command-"));
afterEach(() => rmSync(path.join(directory, "out"), { force: true }));

const CHANGES: Record<string, Record<string, Values[string]>> = {
  localCommand: {
    addPreviousOutputInEnv: true,
    create: "echo -n other",
    delete: "true",
    dir: "/",
    environment: { A: "2" },
    interpreter: ["/bin/bash", "-c"],
    logging: "none",
    stdin: "in2",
    triggers: ["t2"],
    update: "true",
  },
  localCommandNoUpdate: { create: "echo -n other", environment: { A: "1" }, triggers: ["t2"] },
};

function resourceOf(kind: string): RecordedResource {
  const [found] = recorded<RecordedResource[]>("others", kind);
  if (found === undefined) throw new Error(`no ${kind} is recorded`);
  return found;
}

describe.each(Object.keys(CHANGES))("recorded as %s", (kind) => {
  const { inputs, outputs } = resourceOf(kind);

  test("every recorded change is tried", () => {
    expect(Object.keys(CHANGES[kind] ?? {}).sort()).toEqual(changedProperties("others", kind).sort());
  });

  test("nothing changed is no diff", () => {
    expect(asStep(resource.diff(outputs, inputs, inputs))).toEqual(
      stepOf(recorded<RecordedPreview>("others", `${kind}.same`)),
    );
  });

  test.each(Object.keys(CHANGES[kind] ?? {}))("a changed %s does what the real plugin does", (name) => {
    const news = { ...inputs, [name]: CHANGES[kind]?.[name] as Values[string] };
    const { replaceReasons: _unnamed, ...step } = asStep(resource.diff(outputs, news, inputs)) ?? { op: "none" };
    expect(step).toEqual(stepOf(recorded<RecordedPreview>("others", `${kind}.change.${name}`)));
  });

  test("its creation gives the recorded outputs", async () => {
    const { operation } = testOperation();
    const created = await resource.create(inputs, operation);
    expect(created.outputs).toEqual(outputs);
    expect(created.id).toMatch(/^f[0-9a-f]{8}$/);
  });
});

describe("an update", () => {
  test("runs the update command and gives the recorded outputs", async () => {
    const { inputs, outputs } = resourceOf("localCommand");
    const [after] = recorded<RecordedResource[]>("others", "localCommand.update.state");
    const { operation } = testOperation();
    expect(await resource.update("id", outputs, { ...inputs, stdin: "in2" }, operation)).toEqual(after?.outputs);
  });

  test("runs the create command where no update command is given", async () => {
    const { operation } = testOperation();
    const outputs = await resource.update("id", { create: "true" }, { create: "echo again" }, operation);
    expect(outputs.stdout).toBe("again");
  });

  test("gets what the last one printed", async () => {
    const { operation } = testOperation();
    const news = { update: 'echo "$PULUMI_COMMAND_STDOUT/$PULUMI_COMMAND_STDERR"' };
    const olds = { stdout: "out", stderr: "err" };
    expect((await resource.update("id", olds, news, operation)).stdout).toBe("out/err");
    const without = { ...news, addPreviousOutputInEnv: false };
    expect((await resource.update("id", olds, without, operation)).stdout).toBe("/");
  });
});

describe("a command", () => {
  test("gets its environment, directory, input and interpreter", async () => {
    const { operation } = testOperation();
    const { outputs } = await resource.create(
      {
        create: 'echo "$WORD"; pwd; cat',
        environment: { WORD: "hello" },
        dir: directory,
        stdin: "typed",
        interpreter: ["/bin/bash", "-c"],
      },
      operation,
    );
    expect(outputs.stdout).toBe(`hello\n${directory}\ntyped`);
  });

  test("shows its output line by line, unless told not to", async () => {
    const shown = testOperation();
    await resource.create({ create: "printf 'a\\nb'" }, shown.operation);
    expect(shown.lines).toEqual(["info: a", "info: b"]);
    const errors = testOperation();
    await resource.create({ create: "echo a; echo b >&2", logging: "stderr" }, errors.operation);
    expect(errors.lines).toEqual(["info: b"]);
    const hidden = testOperation();
    await resource.create({ create: "echo a", logging: "none" }, hidden.operation);
    expect(hidden.lines).toEqual([]);
  });

  test("runs its delete command with its last output", async () => {
    const { operation } = testOperation();
    const file = path.join(directory, "out");
    await resource.delete("id", { delete: `echo -n "$PULUMI_COMMAND_STDOUT" > ${file}`, stdout: "last" }, operation);
    expect(readFileSync(file, "utf8")).toBe("last");
  });

  test("may lack commands", async () => {
    const { operation } = testOperation();
    expect((await resource.create({}, operation)).outputs).toEqual({ stdout: "", stderr: "" });
    await expect(resource.delete("id", { stdout: "", stderr: "" }, operation)).resolves.toBeUndefined();
  });
});
