import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import {
  COLLECTOR_ARGUMENTS,
  COLLECTOR_CHECK,
  COLLECTOR_DIRECTORY,
  COLLECTOR_PORTS,
  COLLECTOR_STATE_DIRECTORY,
  DOCKER_CONTAINERS_DIRECTORY,
  renderCollector,
} from "../config/collector.ts";
import { TRACE_PORTS, type TraceSettings } from "../config/collector-traces.ts";
import { images } from "../config/images.ts";
import type { Pace } from "../signals/rule-group.ts";
import { COLLECTOR_THRESHOLDS, collectorRules } from "../signals/rules/collector.ts";
import type { Observable, Signals } from "../signals/signals.ts";
import { overridesFor } from "../signals/threshold.ts";
import type { StackThresholds } from "../signals/thresholds.ts";
import { answersOutside } from "./answers-outside.ts";
import { hardenedContainer } from "./container.ts";
import { dataVolume } from "./data-volume.ts";
import { goMemoryLimit } from "./go-memory-limit.ts";
import type { Host } from "./host.ts";
import type { LogSink } from "./log-sink.ts";
import { refusing } from "./refuse.ts";

/** Arguments of {@link Collector}. */
export interface CollectorArgs {
  /** The host whose containers' logs it reads. */
  readonly host: Host;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** Where the logs go: a Loki of the same host, or the gateway in front of another host's. */
  readonly loki: LogSink;
  /** What becomes of spans; `"forward"` sends them through the same gateway as the logs. @default - it takes none */
  readonly traces?: TraceSettings | "forward";
  /** Memory of the container. @default "256MiB" */
  readonly memory?: string;
}

/** The `job` of the metrics that the Collector makes of spans. */
export const SPANS_JOB = "spans";

/**
 * The OpenTelemetry Collector, which brings the logs of all containers of this stack on its host to Loki, and the spans
 * of its programs to a trace store.
 *
 * It reads the files that Docker writes, so it needs no Docker socket. How far it has read, and what Loki has not taken
 * yet, is on its volume: neither its own end nor Loki's loses a line.
 *
 * Docker's log files belong to root, so its user is root; it has no capability, sees those files read-only, and nothing
 * else of the host.
 *
 * @example
 * ```ts
 * new Collector("collector", { host, loki });
 * ```
 */
export class Collector extends pulumi.ComponentResource implements Observable {
  readonly name: string;
  readonly signals: Signals;
  readonly container: docker.Container;

  constructor(name: string, args: CollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Collector", name, {}, opts);
    const { host, loki, memory = "256MiB" } = args;
    this.name = name;
    const hostname = host.physicalName(name);
    host.claimName(name, "Collector");
    const files = refusing(() =>
      renderCollector({
        stack: `${pulumi.getProject()}/${pulumi.getStack()}`,
        loki: loki.address,
        ...(args.traces === undefined ? {} : { traces: args.traces }),
        ...(loki.serverName === undefined ? {} : { serverName: loki.serverName }),
      }),
    );
    const config = host.hotFiles(
      `${name}-config`,
      {
        directory: name,
        files,
        check: {
          image: "collector",
          user: images.collector.user,
          command: COLLECTOR_CHECK,
          mountPath: COLLECTOR_DIRECTORY,
        },
      },
      { parent: this },
    );
    this.container = hardenedContainer(
      `${name}-container`,
      {
        host,
        name,
        component: name,
        image: host.image("collector").name,
        user: "0:0",
        networks: ["monitoring"],
        command: COLLECTOR_ARGUMENTS,
        env: goMemoryLimit(memory),
        health: "outside",
        readAtStart: files,
        memory,
        volumes: [
          { hostPath: host.hotDirectory(name), containerPath: COLLECTOR_DIRECTORY, readOnly: true },
          { hostPath: `${host.dataRoot}/containers`, containerPath: DOCKER_CONTAINERS_DIRECTORY, readOnly: true },
          { volumeName: dataVolume(name, host, false, this).name, containerPath: COLLECTOR_STATE_DIRECTORY },
        ],
        ...(loki.secrets === undefined ? {} : { secrets: loki.secrets }),
        stopSeconds: 30,
      },
      { parent: this, dependsOn: [config, loki.ready] },
    );
    answersOutside(
      `${name}-ready`,
      { host, name, container: this.container, network: "monitoring", port: COLLECTOR_PORTS.health, path: "/" },
      { parent: this },
    );
    this.signals = {
      scrapeJobs: [
        {
          job: name,
          targets: [`${hostname}:${COLLECTOR_PORTS.metrics}`],
          emits: ["collector", "trace-path", ...(measures(args.traces) ? (["trace-sampling"] as const) : [])],
        },
        ...(measures(args.traces)
          ? [{ job: SPANS_JOB, targets: [`${hostname}:${TRACE_PORTS.metrics}`], emits: ["spans"] as const }]
          : []),
      ],
      ruleGroups: [
        refusing(() =>
          collectorRules({
            job: name,
            pace: args.pace,
            thresholds: overridesFor(COLLECTOR_THRESHOLDS, args.thresholds),
          }),
        ),
      ],
    };
    this.registerOutputs({});
  }
}

/** Spans are measured and sampled where their store is: there they come from all hosts. */
const measures = (traces: CollectorArgs["traces"]): boolean => traces !== undefined && traces !== "forward";
