import * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/images.ts";
import {
  NODE_EXPORTER_ARGUMENTS,
  NODE_EXPORTER_ENTRYPOINT,
  NODE_EXPORTER_PORT,
  NODE_EXPORTER_ROOT,
} from "../../config/node-exporter.ts";
import { hostDashboard } from "../../dashboards/host.ts";
import { hostFills } from "../../signals/fills/host.ts";
import { PACES, type Pace } from "../../signals/rule-group.ts";
import { HOST_THRESHOLDS, hostRules } from "../../signals/rules/host.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import { goMemoryLimit } from "../platform/go-memory-limit.ts";
import type { Platform } from "../platform/platform.ts";
import { refusing } from "../platform/refuse.ts";
import type { Running } from "../platform/workload.ts";

/** Arguments of {@link HostMetrics}. */
export interface HostMetricsArgs {
  /** The host that it tells of, and runs on. */
  readonly host: Platform;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** Memory of the container. @default "48MiB" */
  readonly memory?: string;
}

/**
 * Processors, memory, disks and network of a host, from node_exporter.
 *
 * It sees all files of the host, since free space is asked of each place where a disk is mounted; read-only, as a user
 * who owns none of them and with no capability, so it reads what anyone may. It is neither in the host's network nor
 * among its processes.
 *
 * @throws pulumi.InputPropertiesError when the name is taken
 * @example
 * ```ts
 * const node = new HostMetrics("node", { host });
 * new Prometheus("prometheus", { host, signals: [node.signals] });
 * ```
 */
export class HostMetrics extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: HostMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:HostMetrics", name, {}, opts);
    const { host, pace = PACES.steady, memory = "48MiB" } = args;
    const { user } = images.nodeExporter;
    this.name = name;
    host.claimName(name, "node_exporter");
    this.container = host.run(
      `${name}-container`,
      {
        name,
        component: name,
        image: host.image("nodeExporter").reference,
        user,
        networks: ["metrics"],
        entrypoint: NODE_EXPORTER_ENTRYPOINT,
        command: NODE_EXPORTER_ARGUMENTS,
        env: goMemoryLimit(memory),
        probe: { kind: "http", tool: "wget", port: NODE_EXPORTER_PORT, path: "/" },
        memory,
        scratch: [{ path: "/tmp", size: "1MiB" }],
        mounts: [{ kind: "machine", what: "files", path: NODE_EXPORTER_ROOT }],
      },
      { parent: this },
    );
    this.signals = {
      scrapeJobs: [{ job: name, targets: [host.address(name, NODE_EXPORTER_PORT)], emits: ["host"] }],
      fills: hostFills(name),
      dashboards: [hostDashboard],
      ruleGroups: [
        refusing(() => hostRules({ job: name, pace, thresholds: overridesFor(HOST_THRESHOLDS, args.thresholds) })),
      ],
    };
    this.registerOutputs({});
  }
}
