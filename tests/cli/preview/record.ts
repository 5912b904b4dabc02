/**
 * Records what the real engine plans for each of the edits, on the stack `dev` as it is deployed here:
 *
 *     npm run up -- --no-verify && node tests/cli/preview/record.ts && npm test -- tests/cli/preview -u
 *
 * The golden reports are made from it. Names of edits after it record only these anew. Secrets, as the state has them, are
 * looked for in all that was recorded: where one is found nothing is kept. Nothing that is deployed is changed.
 */

import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ProgramCopy } from "../../e2e/copy.ts";
import { environmentOf } from "../../e2e/environment.ts";
import { run, sh } from "../../e2e/shell.ts";
import { EDITS, type Edit, MARKER } from "./edits.ts";
import {
  differenceOf,
  type RecordedDifference,
  type RecordedEvent,
  type Recording,
  readRecording,
  writeRecording,
} from "./recording.ts";

const STACK = ["--stack", "dev", "--non-interactive"];

/** Outputs that a report is made of; the others have no place in the repository. */
const OUTPUTS = ["proof", "flows", "drills", "backups"];

interface State {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
}

/** The plan of one edit. */
async function planOfEdit(edit: Edit): Promise<readonly RecordedEvent[]> {
  const copy = new ProgramCopy();
  try {
    for (const [file, from, to] of edit.files ?? []) copy.edit(file, from, to);
    const lines = (edit.config ?? []).map((line) => `  ${line}\n`).join("");
    replaceKeys(copy, edit.config ?? []);
    appendFileSync(join(copy.directory, "Pulumi.dev.yaml"), lines);
    const env = environmentOf(copy.directory);
    for (const [path, value] of Object.entries(edit.secrets ?? {})) {
      await sh("npx", ["pulumi", "config", "set", "--secret", "--path", path, value, ...STACK], copy.directory, env);
    }
    const streaming = { ...env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true", VIGIE_CHECK_HOST: "false" };
    const { code, stdout, output } = await run("npx", ["pulumi", "preview", "--json", ...STACK], {
      cwd: copy.directory,
      env: streaming,
    });
    if (code !== 0) throw new Error(`${edit.name}: the preview ended with ${code}:\n${withoutEvents(output)}`);
    return stdout.split("\n").flatMap((line) => eventOf(line, [copy.directory, env.VIGIE_STATE ?? ""]));
  } finally {
    rmSync(copy.directory, { recursive: true, force: true });
  }
}

/** A key that the file has already would be there twice. */
function replaceKeys(copy: ProgramCopy, lines: readonly string[]): void {
  for (const line of lines) {
    const [key = ""] = /^vigie:\w+: /.exec(line) ?? [];
    for (const old of key === "" ? [] : ["true", "false"]) {
      try {
        copy.edit("Pulumi.dev.yaml", `  ${key}${old}\n`, "");
      } catch {
        // It has it otherwise, or not at all.
      }
    }
  }
}

const withoutEvents = (output: string): string =>
  output
    .split("\n")
    .filter((line) => !line.startsWith("{") || line.includes('"severity":"error"'))
    .join("\n");

/** What of an event a report is made of, without this machine's directories. */
function eventOf(line: string, directories: readonly string[]): readonly RecordedEvent[] {
  if (!line.startsWith("{")) return [];
  const event = JSON.parse(line) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  for (const kind of ["resourcePreEvent", "resOutputsEvent"]) {
    const metadata = event[kind]?.metadata as Readonly<Record<string, unknown>> | undefined;
    if (metadata !== undefined) return trimmed(kind, metadata, directories);
  }
  const { summaryEvent, diagnosticEvent } = event;
  if (summaryEvent !== undefined) return [{ summaryEvent: { result: summaryEvent.result } }];
  if (diagnosticEvent === undefined || diagnosticEvent.severity !== "warning") return [];
  const { severity, message } = diagnosticEvent;
  return [{ diagnosticEvent: { severity, message } }];
}

function trimmed(kind: string, metadata: Readonly<Record<string, unknown>>, directories: readonly string[]) {
  const { op, urn, type, keys, diffs } = metadata;
  // Before the program has given its outputs, and after: of all others the first says enough.
  const isStack = type === "pulumi:pulumi:Stack";
  if (kind === "resOutputsEvent" && !isStack) return [];
  const state = (value: unknown) => stateOf((value ?? undefined) as State | undefined, isStack);
  const kept = { op, urn, type, keys, diffs, old: state(metadata.old), new: state(metadata.new) };
  let text = JSON.stringify({ [kind]: { metadata: kept } });
  for (const directory of directories.filter((one) => one !== "")) text = text.replaceAll(directory, "/here");
  return [JSON.parse(text) as RecordedEvent];
}

function stateOf(state: State | undefined, isStack: boolean): State | undefined {
  if (state === undefined) return undefined;
  const outputs = Object.entries(state.outputs ?? {}).filter(([name]) => OUTPUTS.includes(name));
  return {
    ...(isStack ? { outputs: Object.fromEntries(outputs) } : { inputs: state.inputs ?? {} }),
    ...(state.protect === true ? { protect: true } : {}),
  };
}

/** Every secret of the state, in clear. */
async function secretsOfState(): Promise<ReadonlySet<string>> {
  const copy = new ProgramCopy();
  try {
    const exported = await sh(
      "npx",
      ["pulumi", "stack", "export", "--show-secrets", ...STACK],
      copy.directory,
      environmentOf(copy.directory),
    );
    const { deployment } = JSON.parse(exported) as {
      readonly deployment: { readonly resources: readonly { readonly type: string; readonly outputs?: object }[] };
    };
    const found = deployment.resources
      .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
      .map(({ outputs }) => (outputs as { readonly result?: { readonly plaintext?: string } }).result?.plaintext);
    return new Set([MARKER, ...found.flatMap((text) => (text === undefined ? [] : [String(JSON.parse(text))]))]);
  } finally {
    rmSync(copy.directory, { recursive: true, force: true });
  }
}

/** Several at a time: each waits for the engine's plugins most of its time. */
async function recordAll(edits: readonly Edit[], base: readonly RecordedEvent[]): Promise<Recording["edits"]> {
  const recorded: Record<string, RecordedDifference> = {};
  const waiting = [...edits];
  const work = async (): Promise<void> => {
    for (let edit = waiting.shift(); edit !== undefined; edit = waiting.shift()) {
      const began = Date.now();
      try {
        recorded[edit.name] = differenceOf(base, await planOfEdit(edit));
        const seconds = Math.round((Date.now() - began) / 1000);
        process.stderr.write(`${edit.name}: ${seconds} s, ${recorded[edit.name]?.events.length} events\n`);
      } catch (error) {
        process.exitCode = 1;
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: 3 }, work));
  return recorded;
}

const secrets = await secretsOfState();
if (secrets.size < 10) throw new Error(`only ${secrets.size} secrets in the state: is the stack dev deployed here?`);
const only = process.argv.slice(2);
const base = only.length > 0 ? readRecording().base : await planOfEdit({ name: "the program as it is" });
const edits = EDITS.filter(({ name }) => only.length === 0 || only.includes(name));
const recording: Recording = {
  base,
  edits: { ...(only.length > 0 ? readRecording().edits : {}), ...(await recordAll(edits, base)) },
};
const text = JSON.stringify(recording);
const seen = [...secrets].filter((secret) => text.includes(secret));
if (seen.length > 0) throw new Error(`${seen.length} secrets are in what was recorded: nothing is kept.`);
process.stderr.write(`${writeRecording(recording)} bytes of ${text.length}\n`);
