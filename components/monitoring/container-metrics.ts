import * as pulumi from "@pulumi/pulumi";
import { containersDashboard } from "../../dashboards/containers.ts";
import {
  CONTAINER_METRICS_PATHS,
  CONTAINER_METRICS_PORT,
  containerMetricsImage,
} from "../../services/monitoring/container-metrics.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Platform } from "../platform/platform.ts";
import { serviceImage } from "../platform/service-image.ts";
import type { Running } from "../platform/workload.ts";

/** Arguments of {@link ContainerMetrics}. */
export interface ContainerMetricsArgs {
  /** The host whose containers it tells of, and that it runs on. */
  readonly host: Platform;
  /** Memory of the container. @default "48MiB" */
  readonly memory?: string;
}

/**
 * What each container of this stack on its host uses: processors, memory and its limit, network, restarts, kills for
 * memory. The rules on them are those of every stack.
 *
 * It reads what the kernel counts and what Docker writes down of each container, so it needs no Docker socket. Docker's
 * records belong to root, so its user is root; it has no capability, sees the host's files read-only, and answers
 * Prometheus only.
 *
 * @throws pulumi.InputPropertiesError when the name is taken
 * @example
 * ```ts
 * const containers = new ContainerMetrics("containers", { host });
 * new Prometheus("prometheus", { host, signals: [containers.signals] });
 * ```
 */
export class ContainerMetrics extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: ContainerMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:ContainerMetrics", name, {}, opts);
    const { host } = args;
    const { containers, cgroup, proc } = CONTAINER_METRICS_PATHS;
    this.name = name;
    host.claimName(name, "container metrics");
    this.container = host.run(
      `${name}-container`,
      {
        name,
        component: name,
        image: serviceImage(name, containerMetricsImage, host, this).reference,
        user: "0:0",
        networks: ["metrics"],
        command: [
          `--stack=${pulumi.getProject()}/${pulumi.getStack()}`,
          `--port=${CONTAINER_METRICS_PORT}`,
          `--containers=${containers}`,
          `--cgroup=${cgroup}`,
          `--proc=${proc}`,
        ],
        probe: { kind: "http", tool: "python", port: CONTAINER_METRICS_PORT, path: "/ready" },
        memory: args.memory ?? "48MiB",
        mounts: [
          { kind: "machine", what: "workloads", path: containers },
          { kind: "machine", what: "cgroup", path: cgroup },
          { kind: "machine", what: "proc", path: proc },
        ],
      },
      { parent: this },
    );
    this.signals = {
      scrapeJobs: [{ job: name, targets: [host.address(name, CONTAINER_METRICS_PORT)], emits: ["containers"] }],
      dashboards: [containersDashboard],
    };
    this.registerOutputs({});
  }
}
