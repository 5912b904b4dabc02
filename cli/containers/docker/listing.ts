/** What Docker lists and says of its containers. */

import { COMPONENT_LABEL, NEVER_STARTED, STACK_LABEL } from "../../../components/docker/labels.ts";
import type { ContainerState, FoundMount, Inspected, Listed, Wanted } from "../found.ts";
import type { Docker } from "./command.ts";

const COLUMNS = [
  ...["{{.ID}}", "{{.Names}}", "{{.State}}", "{{.Status}}"],
  ...[`{{.Label "${COMPONENT_LABEL}"}}`, "{{.Command}}"],
];

/** The containers that are meant. */
export async function list(docker: Docker, wanted: Wanted): Promise<readonly Listed[]> {
  const { stack, component, label, begins, volume, stopped = false } = wanted;
  const filters = [
    ...(stack === undefined ? [] : [`label=${STACK_LABEL}=${stack}`]),
    ...(component === undefined ? [] : [`label=${COMPONENT_LABEL}=${component}`]),
    ...(label === undefined ? [] : [`label=${label[0]}=${label[1]}`]),
    ...(begins === undefined ? [] : [`name=^${begins}`]),
    ...(volume === undefined ? [] : [`volume=${volume}`]),
  ];
  const printed = await docker.tell([
    ...["ps", ...(stopped ? ["--all"] : []), "--no-trunc"],
    ...filters.flatMap((filter) => ["--filter", filter]),
    ...["--format", COLUMNS.join("\t")],
  ]);
  return listedIn(printed);
}

/** The containers in what Docker prints, a line each. */
export function listedIn(printed: string): readonly Listed[] {
  return linesOf(printed).map((line) => {
    const [id = "", name = "", state = "", words = "", component = "", command = ""] = line.split("\t");
    const [, health] = /\((healthy|unhealthy|health: starting)\)$/.exec(words) ?? [];
    return {
      id,
      name,
      component: component || name,
      state,
      ...(health === undefined ? {} : { health }),
      since: words.replace(/ \([^)]*\)$/, ""),
      runs: !command.includes(NEVER_STARTED),
    };
  });
}

/** The lines that something is in. */
export function linesOf(printed: string): readonly string[] {
  return printed.split("\n").filter((line) => line.trim() !== "");
}

/** A container as `docker inspect` prints it, as far as it is read here; the names are Docker's. */
export interface DockerContainer {
  /** Its full id. */
  readonly Id: string;
  /** Id of its image. */
  readonly Image: string;
  /** How it is. @default - Docker does not say */
  readonly State?: { readonly Running: boolean };
  /** What runs in it. */
  readonly Config: {
    readonly User: string;
    readonly Env: readonly string[] | null;
    readonly Cmd: readonly string[] | null;
    readonly Entrypoint: readonly string[] | null;
  };
  /** What it has of its host, and its limits. */
  readonly HostConfig: {
    readonly NetworkMode: string;
    readonly Binds: readonly string[] | null;
    readonly Tmpfs: Readonly<Record<string, string>> | null;
    readonly Memory: number;
    readonly SecurityOpt: readonly string[] | null;
  };
  /** What of elsewhere it has among its files. @default - nothing */
  readonly Mounts?: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Source: string;
    readonly Destination: string;
  }[];
  /** The networks that it is in, by name. */
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly Aliases: readonly string[] | null }>>;
  };
}

/** Docker's whole description of a container. @throws EngineError when there is none */
export async function describe(docker: Docker, container: string): Promise<DockerContainer> {
  const printed = await docker.tell(["inspect", "--type", "container", container]);
  const [found] = JSON.parse(printed) as readonly DockerContainer[];
  if (found === undefined) throw new Error(`${container} is gone`);
  return found;
}

/** A container, looked at closely. */
export async function inspect(docker: Docker, container: string): Promise<Inspected> {
  const found = await describe(docker, container);
  const { Id, Image, State, Config, HostConfig, Mounts = [], NetworkSettings } = found;
  return {
    id: Id,
    image: Image,
    user: Config.User,
    running: State?.Running ?? false,
    network: HostConfig.NetworkMode,
    networks: Object.entries(NetworkSettings.Networks).map(([name, { Aliases }]) => ({
      name,
      aliases: ownAliases(Id, Aliases),
    })),
    mounts: Mounts.flatMap(({ Type, Name, Source, Destination }): readonly FoundMount[] => {
      if (Type === "bind") return [{ kind: "directory", from: Source, at: Destination }];
      return Type === "volume" ? [{ kind: "volume", from: Name ?? Source, at: Destination }] : [];
    }),
  };
}

/** The names that somebody gave: the short id is Docker's own, and given by it again. */
export function ownAliases(id: string, aliases: readonly string[] | null): readonly string[] {
  return (aliases ?? []).filter((alias) => !id.startsWith(alias));
}

/** How a container is; undefined where there is none. */
export async function stateOf(docker: Docker, container: string): Promise<ContainerState | undefined> {
  const { code, stdout } = await docker.ask(["inspect", "--format", "{{json .State}}", container]);
  return code === 0 ? stateIn(stdout) : undefined;
}

/** Docker's `.State`. */
export function stateIn(json: string): ContainerState {
  const {
    Status,
    Running = false,
    ExitCode,
    OOMKilled,
    Health,
  } = JSON.parse(json) as {
    readonly Status: string;
    readonly Running?: boolean;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Health?: { readonly Status: string; readonly Log?: readonly { readonly Output: string }[] | null };
  };
  const health = Health && { status: Health.Status, said: Health.Log?.at(-1)?.Output.trim() ?? "" };
  return {
    status: Status,
    running: Running,
    exitCode: ExitCode,
    outOfMemory: OOMKilled,
    ...(health === undefined ? {} : { health }),
  };
}

/** What the healthchecks of containers say, by name. */
export async function healthOf(docker: Docker, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const format = "{{.Name}} {{if .State.Health}}{{.State.Health.Status}}{{end}}";
  // It says what it knows also where some are not there.
  const { stdout } = await docker.ask(["inspect", "--format", format, ...names]);
  return new Map([...stdout.matchAll(/^\/(\S+) (\w+)$/gm)].map(([, name = "", health = ""]) => [name, health]));
}

/** The last lines of a container. */
export async function logs(docker: Docker, container: string, lines: number): Promise<string> {
  const { stdout, stderr } = await docker.ask(["logs", "--tail", String(lines), container]);
  return stdout === "" || stdout.endsWith("\n") ? `${stdout}${stderr}` : `${stdout}\n${stderr}`;
}
