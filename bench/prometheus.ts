/** The Prometheus of a stack, and more of the same image that a benchmark starts beside it. */

import { setTimeout as pause } from "node:timers/promises";
import type { BenchContext } from "./context.ts";
import { runOrThrow } from "./stack.ts";

/** A Prometheus that runs. */
export interface RunningPrometheus {
  /** Name of its container. */
  readonly container: string;
  /** Address of its interface on this machine. */
  readonly url: string;
}

/** That of the stack, and what starts another one like it. */
export interface StackPrometheus extends RunningPrometheus {
  /** The image that it runs. */
  readonly image: string;
  /** User and group as numbers. */
  readonly user: string;
  /** Its command, without the program. */
  readonly command: readonly string[];
  /** The networks that it is in. */
  readonly networks: readonly string[];
  /** Directory on this machine where its configuration is. */
  readonly configuration: string;
}

/** One more to start. */
export interface MorePrometheus {
  /** The stack's, whose image and user it gets. */
  readonly like: StackPrometheus;
  /** Name of its container. */
  readonly name: string;
  /** Networks that it joins. */
  readonly networks: readonly string[];
  /** Directories of this machine and volumes, to where it has them. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Flags. */
  readonly flags: readonly string[];
}

type Context = Pick<BenchContext, "capture" | "env" | "root">;

/** Runs `docker`, and gives what it prints. */
export function docker(context: Context, ...command: string[]): Promise<string> {
  return runOrThrow(context, ["docker", ...command], context.root);
}

/**
 * The Prometheus of the stack.
 *
 * @throws Error when the stack has none that runs
 */
export async function stackPrometheus(
  context: Context & Pick<BenchContext, "label" | "stack">,
): Promise<StackPrometheus> {
  const labels = [`label=vigie.stack=${context.label}`, "label=vigie.component=prometheus"];
  const filters = labels.flatMap((label) => ["--filter", label]);
  const [container = ""] = (await docker(context, "ps", ...filters, "--format", "{{.Names}}")).split("\n");
  if (container === "") throw new Error(`the stack ${context.stack} has no Prometheus that runs`);
  const [inspected] = JSON.parse(await docker(context, "inspect", container)) as [Inspected];
  const { Config, Mounts, NetworkSettings } = inspected;
  const mount = Mounts.find(({ Destination }) => Destination === "/etc/prometheus");
  if (mount === undefined) throw new Error(`${container} has nothing mounted at /etc/prometheus`);
  return {
    container,
    url: await urlOf(context, container),
    image: Config.Image,
    user: Config.User,
    command: Config.Cmd,
    networks: Object.keys(NetworkSettings.Networks),
    configuration: mount.Source,
  };
}

interface Inspected {
  readonly Config: { readonly Image: string; readonly Cmd: readonly string[]; readonly User: string };
  readonly Mounts: readonly { readonly Destination: string; readonly Source: string }[];
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> };
}

/**
 * Starts one more and waits until it answers; whoever starts it ends it with {@link endPrometheus}.
 *
 * @throws Error with its log when it does not come up
 */
export async function startPrometheus(context: Context, more: MorePrometheus): Promise<RunningPrometheus> {
  const { like, name, networks, volumes, flags } = more;
  const [network = "none", ...others] = networks;
  const mounts = Object.entries(volumes).flatMap(([here, there]) => ["--volume", `${here}:${there}`]);
  const hardened = [
    "--user",
    like.user,
    "--cap-drop",
    "ALL",
    "--read-only",
    "--tmpfs",
    `/tmp:uid=${like.user.split(":")[0]}`,
  ];
  const where = ["--network", network, "--publish", "127.0.0.1::9090"];
  await docker(context, "run", "--detach", "--name", name, ...hardened, ...where, ...mounts, like.image, ...flags);
  for (const other of others) await docker(context, "network", "connect", other, name);
  return ready(context, { container: name, url: await urlOf(context, name) });
}

/** Starts it again and waits until it answers; its port may be another one. */
export async function restartPrometheus(
  context: Context,
  { container }: RunningPrometheus,
): Promise<RunningPrometheus> {
  await docker(context, "restart", container);
  return ready(context, { container, url: await urlOf(context, container) });
}

/** Ends one that a benchmark started. */
export async function endPrometheus(context: Context, container: string): Promise<void> {
  await docker(context, "rm", "--force", "--volumes", container);
}

/** The series that a query gives at this moment, or over a time: labels, and values with their seconds. */
export async function ask(
  { url }: Pick<RunningPrometheus, "url">,
  query: string,
  range?: { readonly start: number; readonly end: number; readonly step: number },
): Promise<readonly Answer[]> {
  const parameters = new URLSearchParams({ query });
  for (const [name, value] of Object.entries(range ?? {})) parameters.set(name, String(value));
  const answer = await fetch(`${url}/api/v1/${range === undefined ? "query" : "query_range"}?${parameters}`);
  const { data, error } = (await answer.json()) as { data?: { result: readonly Answer[] }; error?: string };
  if (data === undefined) throw new Error(`${query}: ${error}`);
  return data.result;
}

/** One series of an answer. */
export interface Answer {
  /** Its labels, with the name as `__name__` where the query kept it. */
  readonly metric: Readonly<Record<string, string>>;
  /** Its value at one moment, in seconds since 1970. @default - a range was asked for */
  readonly value?: readonly [seconds: number, value: string];
  /** Its values over a range, the earliest first; moments in seconds since 1970. @default - one moment was asked for */
  readonly values?: readonly (readonly [seconds: number, value: string])[];
}

async function urlOf(context: Context, container: string): Promise<string> {
  const port = /:(\d+)$/m.exec(await docker(context, "port", container, "9090/tcp"))?.[1];
  if (port === undefined) throw new Error(`${container} publishes no port`);
  return `http://127.0.0.1:${port}`;
}

async function ready(context: Context, running: RunningPrometheus): Promise<RunningPrometheus> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const answers = await fetch(`${running.url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return running;
    await pause(1000);
  }
  throw new Error(`${running.container} does not come up:\n${await docker(context, "logs", running.container)}`);
}
