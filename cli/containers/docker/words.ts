/** Jobs and containers in the words of `docker`. */

import { LOG_OPTIONS } from "../../../config/collector.ts";
import type { Job, NewContainer, NewMount, Scratch } from "../job.ts";

/** The words that run a job to its end. */
export function jobWords(job: Job): readonly string[] {
  const heard = job.hears === true ? ["--interactive"] : [];
  return "in" in job
    ? ["exec", ...heard, job.in, ...job.command]
    : ["run", "--rm", ...heard, ...containerWords(job.throwaway)];
}

/** The words that start a container which goes on. */
export function launchWords(container: NewContainer): readonly string[] {
  return ["run", "--detach", ...containerWords(container)];
}

/** Takes every right away, also those that a program's own files would give it. */
const HARDENED = ["--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"];

function containerWords(container: NewContainer): readonly string[] {
  const { name, labels = {}, program, logged = false, image, command = [] } = container;
  return [
    ...option("--name", name),
    ...labelWords(labels),
    ...option("--entrypoint", program),
    ...HARDENED,
    ...(logged ? loggedWords() : []),
    ...surroundingWords(container),
    image,
    ...command,
  ];
}

/** What a container has around it, and what it may use: all but its name, its program and its image. */
export function surroundingWords(container: Omit<NewContainer, "image">): readonly string[] {
  const {
    aliases = [],
    sees,
    mounts = [],
    scratch = [],
    openFiles,
    user,
    capabilities = [],
    variables = {},
  } = container;
  return [
    ...["--network", networkOf(container)],
    ...aliases.flatMap((alias) => ["--network-alias", alias]),
    ...option("--pid", sees === undefined ? undefined : `container:${sees}`),
    ...mounts.flatMap((mount) => ["--volume", mountWord(mount)]),
    ...scratch.flatMap((place) => ["--tmpfs", scratchWord(place)]),
    ...option("--ulimit", openFiles === undefined ? undefined : `nofile=${openFiles}:${openFiles}`),
    ...option("--user", user),
    ...capabilities.flatMap((capability) => ["--cap-add", capability]),
    ...(container.readOnly === true ? ["--read-only"] : []),
    ...(container.init === true ? ["--init"] : []),
    ...limitWords(container),
    ...(container.restarts === true ? ["--restart", "always"] : []),
    ...Object.entries(variables).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]),
  ];
}

function networkOf({ network = "none", beside }: Pick<NewContainer, "network" | "beside">): string {
  return beside === undefined ? network : `container:${beside}`;
}

function limitWords({ memory, swaps = true, processes, processors }: Omit<NewContainer, "image">): readonly string[] {
  const mebibytes = memory === undefined ? undefined : `${memory}m`;
  return [
    ...option("--memory", mebibytes),
    ...option("--memory-swap", swaps ? undefined : mebibytes),
    ...option("--pids-limit", processes),
    ...option("--cpus", processors),
  ];
}

function mountWord({ from, at, readOnly = false }: NewMount): string {
  return `${from === undefined ? "" : `${from}:`}${at}${readOnly ? ":ro" : ""}`;
}

function scratchWord({ at, size, owner, mode }: Scratch): string {
  const options = [
    ...(size === undefined ? [] : [`size=${size}m`]),
    ...(owner === undefined ? [] : [ownerOf(owner)]),
    ...(mode === undefined ? [] : [`mode=${mode}`]),
  ];
  return options.length === 0 ? at : `${at}:${options.join(",")}`;
}

/** The options of a file system in memory that make it a user's own, by number. */
export function ownerOf(user: string): string {
  const [uid = "0", gid = uid] = user.split(":");
  return `uid=${uid},gid=${gid}`;
}

/** As the Collector reads them. */
function loggedWords(): readonly string[] {
  return [
    ...["--log-driver", "json-file"],
    ...["--log-opt", `tag=${LOG_OPTIONS.tag}`, "--log-opt", `labels=${LOG_OPTIONS.labels}`],
  ];
}

/** Labels as options. */
export function labelWords(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]);
}

function option(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [name, String(value)];
}
