/** Puts the same program in the place of one that is stopped: from the same image and with the same files, its data aside. */

import type { Place } from "../engine.ts";
import type { Docker } from "./command.ts";
import { type DockerContainer, describe, ownAliases } from "./listing.ts";
import { labelWords, ownerOf } from "./words.ts";

/** Stops a program and takes its place. @returns its user, by number */
export async function takePlace(docker: Docker, place: Place): Promise<string> {
  const { of, name, labels, known, megabytes, seconds } = place;
  const found = await describe(docker, of);
  const size = ["--opt", `o=size=${megabytes}m,mode=0700,${ownerOf(found.Config.User)}`];
  const memory = ["--opt", "type=tmpfs", "--opt", "device=tmpfs"];
  await docker.tell(["volume", "create", "--driver", "local", ...labelWords(labels), ...memory, ...size, name]);
  await docker.tell(["stop", "--time", String(seconds), of]);
  const [first, ...others] = Object.entries(found.NetworkSettings.Networks);
  const names = (aliases: readonly string[] | null) => [
    known,
    ...ownAliases(of, aliases).filter((alias) => alias !== known),
  ];
  await docker.tell(
    creation(found, place, { network: first?.[0] ?? "none", names: names(first?.[1].Aliases ?? null) }),
  );
  for (const [network, { Aliases }] of others) {
    const aliases = names(Aliases).flatMap((alias) => ["--alias", alias]);
    await docker.tell(["network", "connect", ...aliases, network, name]);
  }
  await docker.tell(["start", name]);
  return found.Config.User;
}

/** The words that make the container, in its first network. */
function creation(
  found: DockerContainer,
  { name, labels, containerLabels, directory, words }: Place,
  { network, names }: { readonly network: string; readonly names: readonly string[] },
): readonly string[] {
  return [
    ...["create", "--name", name, ...labelWords({ ...labels, ...containerLabels })],
    ...rightsOf(found, directory),
    ...["--volume", `${name}:${directory}:nocopy`, "--network", network],
    ...names.flatMap((alias) => ["--network-alias", alias]),
    ...programOf(found),
    ...words,
  ];
}

/** The rights and the files of the container, without its data: never more than it has. */
function rightsOf({ Config, HostConfig }: DockerContainer, directory: string): readonly string[] {
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
function programOf({ Image, Config }: DockerContainer): readonly string[] {
  const [program, ...before] = Config.Entrypoint ?? [];
  const entrypoint = program === undefined ? [] : ["--entrypoint", program];
  return [...entrypoint, Image, ...before, ...(Config.Cmd ?? [])];
}
