/** Stacks as they were once deployed, in the repository; and what a program would make of one. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { readPacked, writePacked } from "../../packed.ts";
import { ProgramCopy } from "../copy.ts";
import { environmentOf, withoutState } from "../environment.ts";
import { run, sh } from "../shell.ts";

/** The stacks that are kept: both systems on this machine, on one that is reached by SSH, and on two of those. */
export const STATES = ["dev", "ssh", "two-hosts"] as const;

/** One of them. */
export type StateName = (typeof STATES)[number];

/** A resource of a state, by what is asked of it here. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A stack as it was deployed. Its passwords were drawn for it, and it is gone: they open nothing. */
export interface RecordedState {
  /** Name of the stack. */
  readonly stack: string;
  /** Its file: `Pulumi.<stack>.yaml`. */
  readonly config: string;
  /** The keys of its hosts. @default - it is on this machine */
  readonly knownHosts?: string;
  /** The images that were made on the machine, by their names in the catalogue. */
  readonly images: Readonly<Record<string, string>>;
  /** Its resources, with {@link PROGRAM} and {@link STATE} where the program and the state were. */
  readonly resources: readonly StateResource[];
}

/** What a program would do with one resource. */
export interface PlannedStep {
  /** The engine's word: `update`, `replace`, `create`, `delete`. */
  readonly op: string;
  readonly urn: string;
  /** The properties that differ. */
  readonly properties: readonly string[];
  /** The inputs that the program gives. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Where the program was, in what is kept. */
export const PROGRAM = "/the/program";
/** Where the state was, likewise. */
export const STATE = "/the/state";

// Builds trust a company's certificates: which ones is told by a hash in the images' names.
const CERTIFICATES = "-----BEGIN CERTIFICATE-----\nof nobody\n-----END CERTIFICATE-----\n";

const fileOf = (name: StateName): string => path.join(import.meta.dirname, `${name}.json.br`);

/** A state of the repository. */
export const readState = (name: StateName): RecordedState => readPacked(fileOf(name));

/** Keeps a state in the repository. */
export const writeState = (name: StateName, state: RecordedState): number => writePacked(fileOf(name), state);

/**
 * What the program of this repository would do with a stack: the real engine's plan. Nobody is dialled, and Docker is
 * not asked.
 *
 * @returns the steps that change something
 * @throws Error with the engine's words
 */
export async function planAgainst(state: RecordedState): Promise<readonly PlannedStep[]> {
  const copy = new ProgramCopy();
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-states-"));
  try {
    const env = prepare(state, copy.directory, directory);
    const pulumi = (words: readonly string[]) =>
      run("npx", ["pulumi", ...words, "--stack", state.stack, "--non-interactive"], { cwd: copy.directory, env });
    await sh("npx", ["pulumi", "stack", "init", state.stack, "--non-interactive"], copy.directory, env);
    const empty = await sh("npx", ["pulumi", "stack", "export", "--stack", state.stack], copy.directory, env);
    const { deployment, ...rest } = JSON.parse(empty) as { readonly deployment: object };
    const resources = JSON.parse(
      JSON.stringify(state.resources).replaceAll(PROGRAM, copy.directory).replaceAll(STATE, directory),
    );
    const file = path.join(directory, "import.json");
    writeFileSync(file, JSON.stringify({ ...rest, deployment: { ...deployment, resources } }));
    const imported = await pulumi(["stack", "import", "--file", file]);
    if (imported.code !== 0) throw new Error(`the state can't be taken: ${imported.output}`);
    const { code, stdout, output } = await pulumi(["preview", "--json"]);
    if (code !== 0) throw new Error(`the preview ended with ${code}: ${output.slice(-4000)}`);
    return stepsOf(stdout.replaceAll(copy.directory, PROGRAM).replaceAll(directory, STATE));
  } finally {
    rmSync(copy.directory, { recursive: true, force: true });
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Lays out the stack's files. @returns the environment of its commands */
function prepare(state: RecordedState, program: string, directory: string): NodeJS.ProcessEnv {
  writeFileSync(path.join(program, `Pulumi.${state.stack}.yaml`), state.config.replaceAll(STATE, directory));
  if (state.knownHosts !== undefined) {
    writeFileSync(path.join(program, `Pulumi.${state.stack}.known_hosts`), state.knownHosts);
  }
  const files = {
    images: JSON.stringify(state.images),
    certificates: CERTIFICATES,
    passphrase: "recorded\n",
    key: "nobody's\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text, { mode: 0o600 });
  mkdirSync(path.join(directory, "pulumi"));
  const env = environmentOf(program, { ...withoutState(), VIGIE_STATE: directory });
  return {
    ...env,
    PULUMI_BACKEND_URL: `file://${directory}/pulumi`,
    PULUMI_CONFIG_PASSPHRASE_FILE: path.join(directory, "passphrase"),
    VIGIE_IMAGES: path.join(directory, "images"),
    VIGIE_CA_BUNDLE: path.join(directory, "certificates"),
    VIGIE_CHECK_HOST: "false",
  };
}

interface Preview {
  readonly steps: readonly {
    readonly op: string;
    readonly urn: string;
    readonly newState?: { readonly inputs?: Readonly<Record<string, unknown>> };
    readonly oldState?: { readonly inputs?: Readonly<Record<string, unknown>> };
    readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
    readonly diffReasons?: readonly string[] | null;
  }[];
}

function stepsOf(stdout: string): readonly PlannedStep[] {
  const { steps } = JSON.parse(stdout) as Preview;
  return steps
    .filter(({ op, oldState, newState }) => op !== "same" && !isSocketAlone(oldState?.inputs, newState?.inputs))
    .map(({ op, urn, newState, detailedDiff, diffReasons }) => ({
      op,
      urn,
      properties: [...new Set([...Object.keys(detailedDiff ?? {}), ...(diffReasons ?? [])])].sort(),
      inputs: newState?.inputs ?? {},
    }));
}

/** Whether two inputs differ in the name of ssh's shared connection alone: it is a hash of the state's directory. */
function isSocketAlone(before: unknown, after: unknown): boolean {
  const [old, now] = [before, after].map((inputs) => JSON.stringify(inputs ?? {}));
  const nameless = (text = "") => text.replace(/(\/ssh\/[a-z-]+\/)[0-9a-f]{13}\b/g, "$1");
  return old !== now && nameless(old) === nameless(now);
}

/** What an existing stack goes through, a line a resource: names alone, so that a hash of sources says nothing. */
export function linesOf(steps: readonly PlannedStep[]): string {
  const lines = steps
    // The engine tells a replacement in three steps.
    .filter(({ op }) => !/^(create-replacement|delete-replaced|discard-replaced)$/.test(op))
    .map(({ op, urn, properties }) => {
      const [type = "", name = ""] = urn.split("::").slice(-2);
      const kind = type.split("$").at(-1);
      const of = [...new Set(properties.map((property) => property.replace(/[.[].*$/, "")))].join(", ");
      return `${op} ${kind} ${name}${of === "" ? "" : `: ${of}`}`;
    })
    .sort();
  return [...lines, ""].join("\n");
}
