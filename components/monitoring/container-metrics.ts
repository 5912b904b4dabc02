import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { containersDashboard } from "../../dashboards/containers.ts";
import {
  CONTAINER_METRICS_PATHS,
  CONTAINER_METRICS_PORT,
  containerMetricsImage,
} from "../../services/monitoring/container-metrics.ts";
import { httpProbe } from "../../services/probe.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import { hardenedContainer } from "../docker/container.ts";
import type { Host } from "../platform/host.ts";
import { serviceImage } from "../platform/service-image.ts";

/** Arguments of {@link ContainerMetrics}. */
export interface ContainerMetricsArgs {
  /** The host whose containers it tells of, and that it runs on. */
  readonly host: Host;
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
  readonly container: docker.Container;

  constructor(name: string, args: ContainerMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:ContainerMetrics", name, {}, opts);
    const { host } = args;
    const { containers, cgroup, proc } = CONTAINER_METRICS_PATHS;
    this.name = name;
    host.claimName(name, "container metrics");
    this.container = hardenedContainer(
      `${name}-container`,
      {
        host,
        name,
        component: name,
        image: serviceImage(name, containerMetricsImage, host, this).name,
        user: "0:0",
        networks: ["metrics"],
        command: [
          `--stack=${pulumi.getProject()}/${pulumi.getStack()}`,
          `--port=${CONTAINER_METRICS_PORT}`,
          `--containers=${containers}`,
          `--cgroup=${cgroup}`,
          `--proc=${proc}`,
        ],
        health: httpProbe("python", CONTAINER_METRICS_PORT, "/ready"),
        memory: args.memory ?? "48MiB",
        volumes: [
          { hostPath: `${host.dataRoot}/containers`, containerPath: containers, readOnly: true },
          { hostPath: "/sys/fs/cgroup", containerPath: cgroup, readOnly: true },
          { hostPath: "/proc", containerPath: proc, readOnly: true },
        ],
      },
      { parent: this },
    );
    this.signals = {
      scrapeJobs: [
        { job: name, targets: [`${host.physicalName(name)}:${CONTAINER_METRICS_PORT}`], emits: ["containers"] },
      ],
      dashboards: [containersDashboard],
    };
    this.registerOutputs({});
  }
}
