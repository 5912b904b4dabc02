/** What Jaeger and Tempo have in common: files that it checks itself, a container that reads them, and its signals. */

import type * as pulumi from "@pulumi/pulumi";
import type { TraceStoreKind } from "../../config/trace-stores.ts";
import { serviceMap } from "../../dashboards/service-map.ts";
import { tracesDashboards } from "../../dashboards/traces.ts";
import type { MetricSource } from "../../signals/metrics/catalogue.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { TRACE_THRESHOLDS, traceRules } from "../../signals/rules/traces.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import { type CheckedProgram, checkedProgram } from "../platform/checked-program.ts";
import type { Platform } from "../platform/platform.ts";
import type { PublishedPort, Running } from "../platform/workload.ts";

/** What keeps traces: `MonitoringStack` knows no more of it. */
export interface TraceStore extends Observable {
  /** Which it is; also the name of its datasource in Grafana. */
  readonly kind: TraceStoreKind;
  /** URL of its pages or its API. */
  readonly url: string;
  /** Its API as Grafana reaches it, `host:port`. */
  readonly address: string;
  /** Where it takes spans by OTLP over gRPC, `host:port`. */
  readonly store: string;
}

/** Arguments that every trace store takes. */
export interface TraceStoreArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** Memory of the container. @default "256MiB" */
  readonly memory?: string;
  /** Refuse to delete the data volume. @default false */
  readonly protect?: boolean;
  /** How soon the alerts on the way of spans see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for those alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
}

/** How one of them is run. */
export interface TraceStoreProgram extends Pick<CheckedProgram, "files" | "directory" | "check" | "command" | "probe"> {
  /** Name of its image in the catalogue. */
  readonly image: TraceStoreKind;
  /** Where it keeps the traces. */
  readonly data: string;
  /** Port of the host, and the one inside. */
  readonly port: PublishedPort;
}

/** Lands the files when the program itself has found them right, and starts the container that reads them. */
export function traceStoreContainer(
  name: string,
  { host, memory = "256MiB", protect = false }: TraceStoreArgs,
  program: TraceStoreProgram,
  parent: pulumi.Resource,
): Running {
  const { data, port, ...rest } = program;
  return checkedProgram(
    name,
    { ...rest, host, memory, data: { path: data, protect }, ports: [port], stopSeconds: 30 },
    parent,
  );
}

/**
 * The signals of what keeps traces: its own job, the rules on the way of all spans, and the pages that show them.
 *
 * @param target its metrics as `host:port`
 */
export function traceStoreSignals(
  job: string,
  { pace, thresholds }: Pick<TraceStoreArgs, "pace" | "thresholds">,
  store: { readonly kind: TraceStoreKind; readonly target: string; readonly emits: readonly MetricSource[] },
): Signals {
  const rules = traceRules({ pace, thresholds: overridesFor(TRACE_THRESHOLDS, thresholds) });
  return {
    scrapeJobs: [{ job, targets: [store.target], emits: store.emits }],
    ruleGroups: [rules],
    dashboards: [tracesDashboards[store.kind], serviceMap],
  };
}
