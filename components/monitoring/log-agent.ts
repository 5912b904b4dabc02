/** What the Collector and Promtail have in common: they read Docker's files, and bring the lines to the same place. */

import * as pulumi from "@pulumi/pulumi";
import { DOCKER_CONTAINERS_DIRECTORY } from "../../config/collector.ts";
import type { ConfigFile } from "../../config/config-file.ts";
import { HOST_LOGS_DIRECTORY } from "../../config/host-logs.ts";
import type { LogAgentSettings } from "../../config/link.ts";
import type { LogAgent } from "../../config/log-agents.ts";
import { given } from "../../services/given.ts";
import { type CheckedProgram, checkedProgram } from "../platform/checked-program.ts";
import type { Platform } from "../platform/platform.ts";
import { refusing } from "../platform/refuse.ts";
import type { Running } from "../platform/workload.ts";
import type { LogSink } from "./log-sink.ts";

/** Arguments that every log agent takes. */
export interface LogAgentArgs {
  /** The host whose containers' logs it reads. */
  readonly host: Platform;
  /** Where the logs go: a store of the same host, or the gateway in front of another host's. */
  readonly logStore: LogSink;
  /**
   * The `service_name` of the host's own messages. The host needs the tasks of `logShipping` for them, which write
   * /var/log/vigie: without these there is nothing to read, and Docker makes an empty directory.
   *
   * @default - they are not read
   */
  readonly hostLogs?: string;
  /** Memory of the container. @default "256MiB" */
  readonly memory?: string;
}

/** How one of them is run. */
export interface LogAgentProgram extends Pick<CheckedProgram, "directory" | "check" | "command" | "dials"> {
  /** Name of its image in the catalogue. */
  readonly image: LogAgent;
  /** Renders its configuration. */
  readonly render: (settings: LogAgentSettings) => readonly ConfigFile[];
  /** Where it keeps how far it has read. */
  readonly state: string;
  /** Where it says that it is ready. */
  readonly ready: { readonly port: number; readonly path: string };
}

/** Starts one when its files are right and the store takes lines, and waits until it is ready. */
export function logAgentContainer(
  name: string,
  { host, logStore, hostLogs, memory = "256MiB" }: LogAgentArgs,
  program: LogAgentProgram,
  parent: pulumi.Resource,
): Running {
  const { render, state, ready, ...rest } = program;
  // Lines of a container of that name would be taken for the host's.
  if (hostLogs !== undefined) host.claimName(hostLogs, "Messages of the host");
  const files = refusing(() =>
    render({
      stack: `${pulumi.getProject()}/${pulumi.getStack()}`,
      logStore: { kind: logStore.kind, address: logStore.address },
      ...given({ serverName: logStore.serverName }),
      ...given({ hostLogs }),
    }),
  );
  return checkedProgram(
    name,
    {
      ...rest,
      host,
      files,
      // Docker's log files are root's.
      user: "0:0",
      // Neither official image has anything to ask over HTTP with.
      probe: { kind: "outside", from: "observability", ...ready },
      memory,
      mounts: [
        { kind: "machine", what: "workloads", path: DOCKER_CONTAINERS_DIRECTORY },
        ...(hostLogs === undefined
          ? []
          : [{ kind: "machine" as const, what: "logs" as const, path: HOST_LOGS_DIRECTORY }]),
      ],
      data: { path: state, protect: false },
      ...given({ secrets: logStore.secrets }),
      stopSeconds: 30,
      networks: ["observability", "telemetry"],
      dials: [{ to: [logStore.address], why: "brings logs" }, ...(program.dials ?? [])],
      dependsOn: [logStore.ready],
    },
    parent,
  );
}
