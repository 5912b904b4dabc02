import * as pulumi from "@pulumi/pulumi";
import {
  COLLECTOR_ARGUMENTS,
  COLLECTOR_CHECK,
  COLLECTOR_DIRECTORY,
  COLLECTOR_PORTS,
  COLLECTOR_STATE_DIRECTORY,
  renderCollector,
} from "../../config/collector.ts";
import { TRACE_PORTS, type TraceSettings } from "../../config/collector-traces.ts";
import { given } from "../../services/given.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { COLLECTOR_THRESHOLDS, collectorRules } from "../../signals/rules/collector.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import { refusing } from "../platform/refuse.ts";
import type { Running } from "../platform/workload.ts";
import { type LogAgentArgs, logAgentContainer } from "./log-agent.ts";

/** Arguments of {@link Collector}. */
export interface CollectorArgs extends LogAgentArgs {
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** What becomes of spans; `"forward"` sends them through the same gateway as the logs. @default - it takes none */
  readonly traces?: TraceSettings | "forward";
}

/** The `job` of the metrics that the Collector makes of spans. */
export const SPANS_JOB = "spans";

/**
 * The OpenTelemetry Collector, which brings the logs of all containers of this stack on its host to their store, and the
 * spans of its programs to a trace store.
 *
 * It reads the files that Docker writes, so it needs no Docker socket. How far it has read, and what the store has not
 * taken yet, is on its volume: neither its own end nor the store's loses a line.
 *
 * Docker's log files belong to root, so its user is root; it has no capability, sees those files read-only, and nothing
 * else of the host but, with `hostLogs`, /var/log/vigie.
 *
 * @example
 * ```ts
 * new Collector("collector", { host, logStore: loki });
 * ```
 */
export class Collector extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: CollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Collector", name, {}, opts);
    const { host, traces } = args;
    this.name = name;
    const hostname = host.hostname(name);
    host.claimName(name, "Collector");
    this.container = logAgentContainer(
      name,
      args,
      {
        image: "collector",
        render: (settings) => renderCollector({ ...settings, ...given({ traces }) }),
        directory: COLLECTOR_DIRECTORY,
        check: COLLECTOR_CHECK,
        command: COLLECTOR_ARGUMENTS,
        state: COLLECTOR_STATE_DIRECTORY,
        ready: { port: COLLECTOR_PORTS.health, path: "/" },
        dials:
          traces === undefined
            ? []
            : [{ to: [traces === "forward" ? args.logStore.address : traces.store], why: "brings spans" }],
      },
      this,
    );
    this.signals = {
      scrapeJobs: [
        {
          job: name,
          targets: [`${hostname}:${COLLECTOR_PORTS.metrics}`],
          emits: ["collector", "trace-path", ...(measures(traces) ? (["trace-sampling"] as const) : [])],
        },
        ...(measures(traces)
          ? [{ job: SPANS_JOB, targets: [`${hostname}:${TRACE_PORTS.metrics}`], emits: ["spans"] as const }]
          : []),
      ],
      ruleGroups: [
        refusing(() =>
          collectorRules({
            job: name,
            logStore: args.logStore.kind,
            store: args.logStore.name,
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
