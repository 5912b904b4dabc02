import { type Chosen, choose } from "../../config/choices.ts";
import type { LogAgent } from "../../config/log-agents.ts";
import type { LogStoreKind } from "../../config/log-stores.ts";
import type { TraceStoreKind } from "../../config/trace-stores.ts";
import { tellsSomebody } from "../../signals/alert-policy.ts";
import { specOf } from "./alert-policy.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import { type MonitoringNames, namesOf, takesSpans } from "./monitoring-names.ts";

/** Which programs a stack has. */
export interface ChosenParts {
  /** What keeps the logs. */
  readonly logStore: LogStoreKind;
  /** What brings them there. */
  readonly logAgent: LogAgent;
  /** What keeps the traces; undefined where the stack gets no spans. */
  readonly traceStore: TraceStoreKind | undefined;
  /** Whether there is a Grafana. */
  readonly grafana: boolean;
  /** Whether there is a portal. */
  readonly portal: boolean;
  /** Whether anybody is notified: without, there is no Alertmanager. */
  readonly alertmanager: boolean;
  /** Whether other hosts send to it: without, there is no gateway. */
  readonly gateway: boolean;
}

/** Which programs a stack has, and what they are called. */
export interface NamedParts {
  /** Which. */
  readonly parts: ChosenParts;
  /** What they are called. */
  readonly names: MonitoringNames;
  /** What the names begin with. */
  readonly prefix: string;
}

/** Decides which programs a stack has, of what was asked for and what its host can have. */
export function partsOf(args: MonitoringStackArgs, prefix: string): NamedParts {
  const { logStore, grafana } = chosenFor(args);
  const { traceStore = "jaeger", logAgent = "collector", policies = [], watchdog, elsewhere = [], portal } = args;
  const names = namesOf(prefix, { logStore, traceStore });
  return {
    prefix,
    names,
    parts: {
      logStore,
      logAgent,
      grafana,
      traceStore: takesSpans(args.host, names.collector) ? traceStore : undefined,
      portal: portal !== undefined,
      // Where nobody is told there is nothing for it to do: what fires, Prometheus says.
      alertmanager: policies.length > 0 && (watchdog !== undefined || policies.map(specOf).some(tellsSomebody)),
      gateway: elsewhere.length > 0,
    },
  };
}

/** What a stack has that was left to what its host can have. */
function chosenFor({ host, logStore, grafana }: MonitoringStackArgs): Chosen {
  const asked = {
    logStore: logStore ?? "auto",
    grafana: grafana === undefined ? "auto" : grafana ? "true" : "false",
  } as const;
  return choose(asked, (name) => host.canHave(name));
}
