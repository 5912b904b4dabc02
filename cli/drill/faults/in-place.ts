/** Puts the same program in the place of one that is stopped: from the same image and with the same files, its data aside. */

import { COMPONENT_LABEL, STACK_LABEL } from "../../../components/docker/labels.ts";
import type { Containers } from "../../../signals/faults/containers.ts";
import { DRILL_COMPONENT } from "../../../signals/faults/visitor.ts";
import type { Found, Tools } from "../tools.ts";
import { startAll, stopAll } from "./stop.ts";

/** A program in the place of another. */
export interface InPlace extends Readonly<Record<string, unknown>> {
  /** The one that is stopped. */
  readonly container: Found;
  /** Name of the one in its place, and of the volume. */
  readonly place: string;
}

/** What is another in its place. */
export interface Differing {
  /** Where the program keeps its data, as it sees it. */
  readonly directory: string;
  /** Size of the volume that is there instead, in MiB of memory. */
  readonly megabytes: number;
  /** More words for the program. @default [] */
  readonly words?: readonly string[];
}

/** What is asked of the container whose place is taken. */
interface Inspected {
  readonly Image: string;
  readonly Config: {
    readonly User: string;
    readonly Env: readonly string[] | null;
    readonly Cmd: readonly string[] | null;
    readonly Entrypoint: readonly string[] | null;
  };
  readonly HostConfig: {
    readonly Binds: readonly string[] | null;
    readonly Tmpfs: Readonly<Record<string, string>> | null;
    readonly Memory: number;
    readonly SecurityOpt: readonly string[] | null;
  };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly Aliases: readonly string[] | null }>>;
  };
}

/** Finds whose place is taken. @throws Error when there is nobody */
export async function findPlace(containers: Containers, tools: Tools, id: string): Promise<InPlace> {
  const [container] = await tools.find(containers);
  if (container === undefined) throw new Error("no container was found");
  return { container, place: `${tools.proof.prefix}drill-${id}` };
}

/**
 * Stops a program and takes its place.
 *
 * @returns its user, by number
 */
export async function takePlace(
  { container, place }: InPlace,
  { directory, megabytes, words = [] }: Differing,
  tools: Tools,
): Promise<string> {
  const { id, host } = container;
  const [found] = JSON.parse(await tools.on(host, ["inspect", "--type", "container", id])) as readonly Inspected[];
  if (found === undefined) throw new Error(`${container.name} is gone`);
  const label = ["--label", `${STACK_LABEL}=${tools.proof.stack}`];
  const size = ["--opt", `o=size=${megabytes}m,mode=0700,${ownerOf(found.Config.User)}`];
  const memory = ["--opt", "type=tmpfs", "--opt", "device=tmpfs"];
  await tools.on(host, ["volume", "create", "--driver", "local", ...label, ...memory, ...size, place]);
  await stopAll([container], tools);
  const [first, ...others] = Object.entries(found.NetworkSettings.Networks);
  const names = (own: string, aliases: readonly string[] | null) => [
    own,
    ...(aliases ?? []).filter((alias) => alias !== own && !id.startsWith(alias)),
  ];
  await tools.on(host, [
    ...["create", "--name", place, ...label, "--label", `${COMPONENT_LABEL}=${DRILL_COMPONENT}`],
    ...wordsOf(found, directory),
    ...["--volume", `${place}:${directory}:nocopy`, "--network", first?.[0] ?? "none"],
    ...names(container.name, first?.[1].Aliases ?? null).flatMap((name) => ["--network-alias", name]),
    ...programOf(found),
    ...words,
  ]);
  for (const [network, { Aliases }] of others) {
    const aliases = names(container.name, Aliases).flatMap((name) => ["--alias", name]);
    await tools.on(host, ["network", "connect", ...aliases, network, place]);
  }
  await tools.on(host, ["start", place]);
  return found.Config.User;
}

/** Leaves the place to whose it is; what is gone already is no fault. */
export async function leavePlace({ container, place }: InPlace, tools: Tools): Promise<void> {
  const { host } = container;
  await tools.forget(place, host);
  await tools.on(host, ["volume", "rm", place]).catch((error: Error) => {
    if (!/no such volume/i.test(error.message)) throw error;
  });
  await startAll([container], tools);
}

/** Who owns the volume: the user of the program, by number. */
function ownerOf(user: string): string {
  const [uid = "0", gid = uid] = user.split(":");
  return `uid=${uid},gid=${gid}`;
}

/** The rights and the files of the container, without its data: never more than it has. */
function wordsOf({ Config, HostConfig }: Inspected, directory: string): readonly string[] {
  const binds = (HostConfig.Binds ?? []).filter((bind) => bind.split(":")[1] !== directory);
  const scratch = Object.entries(HostConfig.Tmpfs ?? {}).filter(([place]) => place !== directory);
  return [
    ...["--user", Config.User, "--read-only", "--cap-drop", "ALL", "--memory", `${HostConfig.Memory}b`],
    ...(HostConfig.SecurityOpt ?? []).flatMap((option) => ["--security-opt", option]),
    ...["--ulimit", "nproc=512:512"],
    ...binds.flatMap((bind) => ["--volume", bind]),
    ...scratch.flatMap(([place, options]) => ["--tmpfs", `${place}:${options}`]),
    ...(Config.Env ?? []).flatMap((variable) => ["--env", variable]),
  ];
}

/** The image, and what runs of it. */
function programOf({ Image, Config }: Inspected): readonly string[] {
  const [program, ...before] = Config.Entrypoint ?? [];
  const entrypoint = program === undefined ? [] : ["--entrypoint", program];
  return [...entrypoint, Image, ...before, ...(Config.Cmd ?? [])];
}
