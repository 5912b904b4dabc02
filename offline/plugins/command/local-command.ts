/** command.local.Command: a command of this machine's shell. */
import { randomBytes } from "node:crypto";
import type { local } from "@pulumi/command";
import { checkInputs } from "../framework/check.ts";
import { diffInputs } from "../framework/diff.ts";
import type { Operation, Resource } from "../framework/provider.ts";
import type { Fields, Schema } from "../framework/schema.ts";
import { UNKNOWN, type Value, type Values } from "../framework/values.ts";
import { runCommand } from "./run.ts";

const text: Schema = { kind: "string" };
const LOGGING = ["stdout", "stderr", "stdoutAndStderr", "none"];

/** Every property of command.local.Command that the stand-in implements. */
export const localCommandFields = {
  addPreviousOutputInEnv: { kind: "bool" },
  create: text,
  delete: text,
  dir: text,
  environment: { kind: "map", of: text },
  interpreter: { kind: "list", of: text },
  logging: {
    kind: "string",
    check: (value: Value) =>
      typeof value === "string" && !LOGGING.includes(value)
        ? `expected one of ${LOGGING.join(", ")}, got ${JSON.stringify(value)}`
        : undefined,
  },
  stdin: text,
  triggers: { kind: "list", of: { kind: "any" }, replace: true },
  update: text,
} satisfies Fields & Partial<Record<keyof local.CommandArgs, Schema>>;

/** The resource command.local.Command. */
export function localCommandResource(): Resource {
  return {
    check: (news) => checkInputs(localCommandFields, news, { resource: "command.local.Command" }),
    diff: (olds, news) => diffInputs(localCommandFields, olds, news),
    namesReplaces: false,
    tainted: ["stdout", "stderr"],
    previewCreate: (news) => ({ ...news, stdout: UNKNOWN, stderr: UNKNOWN }),
    previewUpdate: (_olds, news) => ({ ...news, stdout: UNKNOWN, stderr: UNKNOWN }),
    create: async (news, operation) => ({
      id: `${operation.name}${randomBytes(4).toString("hex")}`,
      outputs: await run(news.create, news, {}, operation),
    }),
    // What a command has done can't be looked at.
    read: async (id, olds) => ({ id, outputs: olds }),
    update: (_id, olds, news, operation) => run(news.update ?? news.create, news, olds, operation),
    delete: async (_id, olds, operation) => {
      await run(olds.delete, olds, olds, operation);
    },
  };
}

async function run(
  command: Value | undefined,
  inputs: Values,
  previous: Values,
  operation: Operation,
): Promise<Values> {
  if (typeof command !== "string") {
    return { ...inputs, stdout: previous.stdout ?? "", stderr: previous.stderr ?? "" };
  }
  const output = await runCommand({
    command,
    interpreter: (inputs.interpreter as string[] | undefined) ?? [],
    directory: inputs.dir as string | undefined,
    environment: {
      ...(inputs.environment as Record<string, string> | undefined),
      ...(inputs.addPreviousOutputInEnv === false ? {} : previousOutput(previous)),
    },
    stdin: inputs.stdin as string | undefined,
    logging: (inputs.logging as string | undefined) ?? "stdoutAndStderr",
    log: (line) => operation.log("info", line),
    signal: operation.signal,
  });
  return { ...inputs, ...output };
}

function previousOutput(previous: Values): Record<string, string> {
  const { stdout, stderr } = previous;
  return {
    ...(typeof stdout === "string" && stdout !== "" && { PULUMI_COMMAND_STDOUT: stdout }),
    ...(typeof stderr === "string" && stderr !== "" && { PULUMI_COMMAND_STDERR: stderr }),
  };
}
