import type * as pulumi from "@pulumi/pulumi";
import { SLOW } from "../../config/collector-traces.ts";
import { HOST_LOGS_SERVICE } from "../../config/host-logs.ts";
import { given } from "../../services/given.ts";
import { mergeSignals, type Observable } from "../../signals/signals.ts";
import { slowAnswers } from "../../signals/slo/slow.ts";
import { BlackboxExporter } from "./blackbox.ts";
import { Collector, type CollectorArgs } from "./collector.ts";
import type { Stores } from "./create-stores.ts";
import { watchElsewhere } from "./elsewhere.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import { type MonitoringPlan, watchedBy } from "./monitoring-plan.ts";
import { prometheusAddress } from "./prometheus.ts";
import { Promtail } from "./promtail.ts";

/** What looks at the hosts and their programs. */
export interface Agents {
  /** What asks pages from outside. */
  readonly blackbox: BlackboxExporter;
  /** What brings the logs of the monitoring's host, and its spans. */
  readonly logAgent: Observable;
  /** What tells of that host, and of its containers. */
  readonly host: readonly Observable[];
  /** The gateway, and what watches the other hosts. */
  readonly elsewhere: readonly Observable[];
}

/** Makes what looks: exporters and log agents on each host, and what brings all of it here. */
export function createAgents(
  plan: MonitoringPlan,
  args: MonitoringStackArgs,
  stores: Stores,
  parent: pulumi.Resource,
): Agents {
  const { names, pace, thresholds } = plan;
  const { host } = args;
  const asks = args.sources.map(({ signals }) => signals);
  return {
    blackbox: new BlackboxExporter(names.blackbox, { host, pace, thresholds, asks }, { parent }),
    logAgent: createLogAgent(plan, args, stores, parent),
    host: host.sources({ machine: names.node, workloads: names.containers, pace, thresholds }, parent),
    elsewhere: createElsewhere(plan, args, stores, parent),
  };
}

function createLogAgent(
  plan: MonitoringPlan,
  args: MonitoringStackArgs,
  stores: Stores,
  parent: pulumi.Resource,
): Observable {
  const { names, pace, thresholds, parts } = plan;
  const { host } = args;
  const logs = { logStore: stores.logs, ...(args.hostLogs === true ? { hostLogs: HOST_LOGS_SERVICE } : {}) };
  if (parts.logAgent === "promtail") return new Promtail(names.promtail, { host, ...logs }, { parent });
  const traces = given({ traces: tracesOf(plan, args, stores) });
  return new Collector(names.collector, { host, pace, thresholds, ...logs, ...traces }, { parent });
}

/** What becomes of the spans that come to this host. */
function tracesOf(plan: MonitoringPlan, args: MonitoringStackArgs, { traces }: Stores): CollectorArgs["traces"] {
  if (traces === undefined) return undefined;
  const { calls = [] } = mergeSignals(watchedBy(args).map(({ signals }) => signals));
  return {
    store: traces.store,
    wait: plan.traceWait,
    keep: args.host.tracing?.ratio ?? 1,
    slowOf: slowAnswers(plan.objectives, calls, SLOW),
  };
}

function createElsewhere(
  plan: MonitoringPlan,
  args: MonitoringStackArgs,
  stores: Stores,
  parent: pulumi.Resource,
): readonly Observable[] {
  const { names, prefix, parts, pace, thresholds, used } = plan;
  const { host, elsewhere = [], hostLogs = false } = args;
  return watchElsewhere(
    {
      ...{ host, elsewhere, prefix, hostLogs, pace, thresholds, used },
      prometheus: prometheusAddress(host, names.prometheus),
      logStore: stores.logs,
      logAgent: parts.logAgent,
      ...(parts.traceStore === undefined ? {} : { spans: host.hostname(names.collector) }),
      ...given({ address: args.gatewayAddress, port: args.gatewayPort, scrapeInterval: args.scrapeInterval }),
    },
    parent,
  );
}
