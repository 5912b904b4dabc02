import type * as pulumi from "@pulumi/pulumi";
import { given } from "../../services/given.ts";
import { Jaeger } from "./jaeger.ts";
import type { LogStore } from "./log-store.ts";
import { Loki } from "./loki.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import type { MonitoringPlan } from "./monitoring-plan.ts";
import { Tempo } from "./tempo.ts";
import type { TraceStore } from "./trace-store.ts";
import { VictoriaLogs } from "./victorialogs.ts";

/** What keeps what is seen, but for the samples: those are Prometheus' own. */
export interface Stores {
  /** The logs. */
  readonly logs: LogStore;
  /** The traces; undefined where the stack gets no spans. */
  readonly traces: TraceStore | undefined;
}

/** Makes what keeps logs and traces. */
export function createStores(plan: MonitoringPlan, args: MonitoringStackArgs, parent: pulumi.Resource): Stores {
  return { logs: createLogStore(plan, args, parent), traces: createTraceStore(plan, args, parent) };
}

function createLogStore(plan: MonitoringPlan, args: MonitoringStackArgs, parent: pulumi.Resource): LogStore {
  const { names, parts, retention } = plan;
  const shared = { ...sharedArgs(plan, args), ...retention.logs };
  return parts.logStore === "loki"
    ? new Loki(names.logStore, { ...shared, ...given({ port: args.lokiPort }) }, { parent })
    : new VictoriaLogs(names.logStore, { ...shared, ...given({ port: args.victorialogsPort }) }, { parent });
}

function createTraceStore(
  plan: MonitoringPlan,
  args: MonitoringStackArgs,
  parent: pulumi.Resource,
): TraceStore | undefined {
  const { names, parts, retention } = plan;
  if (parts.traceStore === undefined) return undefined;
  const shared = { ...sharedArgs(plan, args), retention: retention.traces.retention };
  return parts.traceStore === "jaeger"
    ? new Jaeger(names.traceStore, { ...shared, ...given({ port: args.jaegerPort }) }, { parent })
    : new Tempo(names.traceStore, { ...shared, ...given({ port: args.tempoPort }) }, { parent });
}

function sharedArgs({ pace, thresholds }: MonitoringPlan, { host, protect }: MonitoringStackArgs) {
  return { host, pace, thresholds, ...given({ protect }) };
}
