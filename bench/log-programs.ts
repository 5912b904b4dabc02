/** The real programs on the way of a line, without a stack: what keeps lines, what brings them, and a container that writes. */

import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  COLLECTOR_ARGUMENTS,
  COLLECTOR_DIRECTORY,
  COLLECTOR_STATE_DIRECTORY,
  DOCKER_CONTAINERS_DIRECTORY,
  LOG_LABELS,
  LOG_OPTIONS,
  renderCollector,
} from "../config/collector.ts";
import { imageReference } from "../config/image-references.ts";
import { LOG_ROTATION } from "../config/log-rotation.ts";
import { renderVictoriaLogs, VICTORIALOGS_DATA_DIRECTORY, VICTORIALOGS_PORT } from "../config/victorialogs.ts";
import { type Get, getFrom, type LogStore, logStore } from "../tests/e2e/log-store.ts";
import { freePorts } from "../tests/free-ports.ts";
import type { BenchContext } from "./context.ts";
import { docker } from "./prometheus.ts";

/** The service whose lines they are. */
export const WRITER = "bench-loss";

/** Names of the three containers. */
export const LOG_PROGRAMS = { agent: `${WRITER}-agent`, store: `${WRITER}-store`, writer: `${WRITER}-writer` } as const;

/** Where they run. */
export interface LogPlace {
  /** A directory for their files. */
  readonly directory: string;
  /** Docker's own directory of containers. @default - that of this machine's Docker */
  readonly containers?: string;
  /** When Docker starts them again. @default "no" */
  readonly restart?: "no" | "always";
  /** Asks what listens at a port of the network that they have. @default - over the machine's loopback */
  readonly get?: (port: number) => Get;
  /** What the writer runs, in a shell that has `/kept` for its own. @default - it waits for what is run in it */
  readonly script?: string;
}

/** Images that the three run, by their names in the catalogue. */
export function logImages({
  env,
}: Pick<BenchContext, "env">): Readonly<Record<"collector" | "victorialogs" | "postgres", string>> {
  const made = env.VIGIE_IMAGES;
  const images = made === undefined ? {} : (JSON.parse(readFileSync(made, "utf8")) as Record<string, string>);
  const image = (name: "collector" | "victorialogs" | "postgres") => images[name] ?? imageReference(name);
  return { collector: image("collector"), victorialogs: image("victorialogs"), postgres: image("postgres") };
}

/** Takes away what an earlier run has left, or this one. */
export function removeLogPrograms(context: BenchContext): Promise<unknown> {
  return docker(context, "rm", "--force", "--volumes", ...Object.values(LOG_PROGRAMS)).catch(() => "");
}

/**
 * Starts all three, with the options and the configuration of a stack. Ports are free ones of the machine: the stack's own
 * are not to be in the way.
 */
export async function startLogPrograms(context: BenchContext, place: LogPlace): Promise<LogStore> {
  const { directory, containers = DOCKER_CONTAINERS_DIRECTORY, restart = "no", script = "sleep 7200" } = place;
  const { get = (at) => getFrom(`http://127.0.0.1:${at}/`) } = place;
  const images = logImages(context);
  const [port = 0, health = 0, metrics = 0] = await freePorts(3);
  for (const name of ["data", "state", "etc", "kept"]) mkdirSync(join(directory, name));
  for (const name of ["data", "kept"]) chmodSync(join(directory, name), 0o777);
  writeFileSync(join(directory, "key"), randomUUID(), { mode: 0o644 });
  const run = ["run", "--detach", "--restart", restart];
  const at = (name: string, inside: string, more = "") => ["--volume", `${join(directory, name)}:${inside}${more}`];
  const ofStore = renderVictoriaLogs({}, { cacheBytes: 128 * 1024 ** 2, keyFile: "/key" });
  await docker(
    context,
    ...[...run, "--name", LOG_PROGRAMS.store, "--network", "host", "--read-only"],
    ...[...at("data", VICTORIALOGS_DATA_DIRECTORY), ...at("key", "/key", ":ro"), images.victorialogs],
    ...ofStore.map((word) =>
      word.replace(`-httpListenAddr=:${VICTORIALOGS_PORT}`, `-httpListenAddr=127.0.0.1:${port}`),
    ),
  );
  const labels = { [LOG_LABELS.stack]: "vigie/bench-loss", [LOG_LABELS.component]: WRITER };
  const [config] = renderCollector({
    stack: labels[LOG_LABELS.stack] ?? "",
    logStore: { kind: "victorialogs", address: `127.0.0.1:${port}` },
  });
  const content = (config?.content ?? "").replace(":13133", `:${health}`).replace("port: 8888", `port: ${metrics}`);
  writeFileSync(join(directory, "etc", "collector.yml"), content);
  await docker(
    context,
    ...[...run, "--name", LOG_PROGRAMS.agent, "--network", "host", "--user", "0:0", "--read-only", "--memory", "256m"],
    ...["--volume", `${containers}:${DOCKER_CONTAINERS_DIRECTORY}:ro`],
    ...[...at("etc", COLLECTOR_DIRECTORY, ":ro"), ...at("state", COLLECTOR_STATE_DIRECTORY)],
    ...[images.collector, ...COLLECTOR_ARGUMENTS],
  );
  await docker(
    context,
    ...[...run, "--name", LOG_PROGRAMS.writer, "--network", "none", "--user", "65534:65534", "--cap-drop", "ALL"],
    ...["--log-driver", "json-file", ...at("kept", "/kept")],
    ...Object.entries({ ...LOG_ROTATION, ...LOG_OPTIONS }).flatMap(([key, value]) => ["--log-opt", `${key}=${value}`]),
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...["--entrypoint", "sh", images.postgres, "-c", script],
  );
  return logStore("victorialogs", get(port));
}

/** How many lines there are, when no more have come for half a minute. */
export async function settled(logs: LogStore, rows: Parameters<LogStore["count"]>[0]): Promise<number> {
  let [count, since] = [-1, 0];
  for (let attempt = 0; attempt < 900 && since < 30; attempt++) {
    const now = await logs.count(rows).catch(() => count);
    since = now === count ? since + 1 : 0;
    count = now;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return count;
}
