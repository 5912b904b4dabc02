import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { images } from "../config/images.ts";
import {
  JAEGER_ARGUMENTS,
  JAEGER_CHECK,
  JAEGER_DATA_DIRECTORY,
  JAEGER_DIRECTORY,
  JAEGER_PORTS,
  type JaegerSettings,
  renderJaeger,
} from "../config/jaeger.ts";
import { serviceMap } from "../dashboards/service-map.ts";
import { tracesDashboards } from "../dashboards/traces.ts";
import { httpProbe } from "../services/probe.ts";
import type { Pace } from "../signals/rule-group.ts";
import { TRACE_THRESHOLDS, traceRules } from "../signals/rules/traces.ts";
import type { Observable, Signals } from "../signals/signals.ts";
import { overridesFor } from "../signals/threshold.ts";
import type { StackThresholds } from "../signals/thresholds.ts";
import { hardenedContainer, loopbackUrl } from "./container.ts";
import { dataVolume } from "./data-volume.ts";
import { goMemoryLimit } from "./go-memory-limit.ts";
import type { Host } from "./host.ts";
import { refusing } from "./refuse.ts";

/** Arguments of {@link Jaeger}. */
export interface JaegerArgs extends JaegerSettings {
  /** The host it runs on. */
  readonly host: Host;
  /** Port of the host for its pages. @default 16686 */
  readonly port?: number;
  /** Memory of the container. @default "256MiB" */
  readonly memory?: string;
  /** Refuse to delete the data volume. @default false */
  readonly protect?: boolean;
  /** How soon the alerts on the way of spans see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for those alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
}

/**
 * Jaeger, which keeps the traces and shows them.
 *
 * Its configuration is checked by Jaeger itself before it lands. Jaeger reads it when it starts: a changed one replaces
 * the container, and the Collector keeps the spans that come meanwhile.
 *
 * @throws pulumi.InputPropertiesError when the retention is no duration of at least an hour, or the port is taken
 * @example
 * ```ts
 * const jaeger = new Jaeger("jaeger", { host, retention: "7d" });
 * ```
 */
export class Jaeger extends pulumi.ComponentResource implements Observable {
  readonly name: string;
  readonly signals: Signals;
  /** URL of its pages. */
  readonly url: string;
  /** Its pages and API as Grafana reaches them, `host:port`. */
  readonly address: string;
  /** Where it takes spans by OTLP over gRPC, `host:port`. */
  readonly store: string;
  readonly container: docker.Container;

  constructor(name: string, args: JaegerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Jaeger", name, {}, opts);
    const { host, memory = "256MiB" } = args;
    const { user } = images.jaeger;
    const port = args.port ?? JAEGER_PORTS.pages;
    const hostname = host.physicalName(name);
    this.name = name;
    this.url = loopbackUrl(port);
    this.address = `${hostname}:${JAEGER_PORTS.pages}`;
    this.store = `${hostname}:${JAEGER_PORTS.otlp}`;
    host.claimName(name, "Jaeger");
    host.claimPorts([{ port, property: "jaegerPort", by: name }]);
    const files = refusing(() => renderJaeger(args));
    const config = host.hotFiles(
      `${name}-config`,
      {
        directory: name,
        files,
        check: { image: "jaeger", user, command: JAEGER_CHECK, mountPath: JAEGER_DIRECTORY },
      },
      { parent: this },
    );
    this.container = hardenedContainer(
      `${name}-container`,
      {
        host,
        name,
        component: name,
        image: host.image("jaeger").name,
        user,
        networks: ["monitoring"],
        command: JAEGER_ARGUMENTS,
        env: goMemoryLimit(memory),
        health: httpProbe("wget", JAEGER_PORTS.health, "/status"),
        readAtStart: files,
        memory,
        volumes: [
          { hostPath: host.hotDirectory(name), containerPath: JAEGER_DIRECTORY, readOnly: true },
          {
            volumeName: dataVolume(name, host, args.protect ?? false, this).name,
            containerPath: JAEGER_DATA_DIRECTORY,
          },
        ],
        ports: [{ external: port, internal: JAEGER_PORTS.pages }],
        stopSeconds: 30,
      },
      { parent: this, dependsOn: [config] },
    );
    const thresholds = overridesFor(TRACE_THRESHOLDS, args.thresholds);
    this.signals = {
      scrapeJobs: [{ job: name, targets: [`${hostname}:${JAEGER_PORTS.metrics}`], emits: ["collector", "trace-path"] }],
      ruleGroups: [refusing(() => traceRules({ pace: args.pace, thresholds }))],
      dashboards: [tracesDashboards.jaeger, serviceMap],
    };
    this.registerOutputs({ url: this.url });
  }
}
