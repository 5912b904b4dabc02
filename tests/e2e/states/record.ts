/**
 * Keeps a stack that is deployed as a state of the repository:
 *
 *     node tests/e2e/states/record.ts dev <directory with export.json, Pulumi.dev.yaml, images.json and place.json>
 *
 * `export.json` is what `pulumi stack export --show-secrets` says, `images.json` the file that $VIGIE_IMAGES names, and
 * `place.json` says `{ stack, program, state, keyFile }`: the stack's name, the directories of the program and of its state,
 * and the file of the key for its hosts; `Pulumi.<stack>.known_hosts` lies beside them where it has hosts.
 *
 * A state is renewed only on purpose. Whoever does it says in the commit what an existing stack goes through: the lines of
 * `<name>.txt` beside the old one. Take the stack down afterwards: its passwords are kept with it. What is kept holds on any
 * machine: without its paths and the certificates that it trusted.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  linesOf,
  type PlannedStep,
  PROGRAM,
  planAgainst,
  type RecordedState,
  STATE,
  type StateName,
  type StateResource,
  writeState,
} from "./recorded.ts";

interface Place {
  readonly stack: string;
  /** Directory of the program. */
  readonly program: string;
  /** Directory of its state. */
  readonly state: string;
  /** File of the key for its hosts. @default - it has none */
  readonly keyFile?: string;
}

const IMAGE = "docker:index/remoteImage:RemoteImage";
const HOSTS = /^vigie:index:(LocalDockerHost|SshHost)$/;

/** Places in the sources, times and the stack's outputs say nothing about a difference, and are most of a state. */
function trimmed(resource: Record<string, unknown>): Record<string, unknown> {
  const { sourcePosition: _, stackTrace: __, created: ___, modified: ____, ...kept } = resource;
  return kept.type === "pulumi:pulumi:Stack" ? { ...kept, outputs: {} } : kept;
}

function recordedFrom(directory: string): RecordedState {
  const read = (name: string): string => readFileSync(path.join(directory, name), "utf8");
  const { stack, program, state, keyFile } = JSON.parse(read("place.json")) as Place;
  const exported = JSON.parse(read("export.json")) as {
    readonly deployment: { readonly resources: readonly Record<string, unknown>[] };
  };
  const resources = exported.deployment.resources.map(trimmed) as unknown as readonly StateResource[];
  const without = (text: string): string =>
    [[program, PROGRAM] as const, [state, STATE] as const, [keyFile ?? "", `${STATE}/key`] as const]
      .filter(([from]) => from !== "")
      .reduce((all, [from, to]) => all.replaceAll(from, to), text);
  const knownHosts = path.join(directory, `Pulumi.${stack}.known_hosts`);
  return {
    stack,
    config: without(read(`Pulumi.${stack}.yaml`)).replace(/^encryptionsalt:.*\n/m, ""),
    ...(existsSync(knownHosts) ? { knownHosts: readFileSync(knownHosts, "utf8") } : {}),
    images: JSON.parse(read("images.json")) as Readonly<Record<string, string>>,
    resources: JSON.parse(without(JSON.stringify(resources))) as readonly StateResource[],
  };
}

/** The same stack on a machine with other certificates, which nobody has looked at. */
function settled(state: RecordedState, steps: readonly PlannedStep[]): RecordedState {
  const planned = new Map(steps.map(({ urn, inputs }) => [urn, inputs]));
  const hashes = state.resources.flatMap(({ urn, type, inputs }) => {
    const after = type === IMAGE ? planned.get(urn) : undefined;
    const [old, now] = [inputs, after].map(
      (one) => (one?.triggers as { readonly source?: string } | undefined)?.source,
    );
    return old === undefined || now === undefined || old === now ? [] : [[old, now] as const];
  });
  const resources = state.resources.map((resource) =>
    HOSTS.test(resource.type) ? { ...resource, inputs: planned.get(resource.urn) ?? resource.inputs } : resource,
  );
  const text = hashes.reduce((all, [old, now]) => all.replaceAll(old, now), JSON.stringify(resources));
  return { ...state, resources: JSON.parse(text) as readonly StateResource[] };
}

const [name, directory = ""] = process.argv.slice(2);
let state = recordedFrom(directory);
let steps = await planAgainst(state);
// An image is named after those that it is made of: one turn for each that is below another.
for (let turn = 0; turn < 3 && steps.length > 0; turn++) {
  state = settled(state, steps);
  steps = await planAgainst(state);
}
writeFileSync(path.join(import.meta.dirname, `${name}.txt`), linesOf(steps));
writeState(name as StateName, state);
process.stderr.write(`${name}: ${state.resources.length} resources\n${linesOf(steps)}`);
