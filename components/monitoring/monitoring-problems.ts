import { alertmanagerProblems, receiverSecretProblems } from "../../config/alertmanager-problems.ts";
import { type Asked, type Chosen, choiceProblems, choose } from "../../config/choices.ts";
import { LOG_AGENTS, type LogAgent } from "../../config/log-agents.ts";
import { LOG_STORES } from "../../config/log-stores.ts";
import { paceProblems } from "../../config/pace.ts";
import { intervalProblems } from "../../config/prometheus.ts";
import { type RetentionFacts, retentionProblems } from "../../config/retention.ts";
import { TRACE_STORES } from "../../config/trace-stores.ts";
import type { Problem } from "../../services/problems.ts";
import { maintenanceProblems } from "../../signals/maintenance.ts";
import { PACES, type PaceName } from "../../signals/rule-group.ts";
import { SCRAPE_INTERVAL } from "../../signals/scrape-interval.ts";
import type { WatchedService } from "../../signals/slo/measured.ts";
import { objectiveProblems } from "../../signals/slo/problems.ts";
import { thresholdProblems } from "../../signals/threshold.ts";
import { STACK_THRESHOLDS } from "../../signals/thresholds.ts";
import type { Platform } from "../platform/platform.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";

/** What the arguments of a stack are held against. */
export interface MonitoringFacts {
  /** Services that have alerts. */
  readonly services: readonly string[];
  /** Those of them that are scraped, for objectives. */
  readonly watched: readonly WatchedService[];
  /** What is known of the host's disk. */
  readonly disk: RetentionFacts;
}

/**
 * Everything that is wrong with the arguments of a monitoring stack, whichever part of it they are for: each part
 * would refuse its own, so that one error came after the other.
 */
export function monitoringProblems(args: MonitoringStackArgs, facts: MonitoringFacts): Problem[] {
  const {
    policies = [],
    pace = "steady",
    scrapeInterval = SCRAPE_INTERVAL,
    logAgent = "collector",
    traceStore = "jaeger",
  } = args;
  const { watchdog, systems = {}, receiverSecrets = {}, retention = {}, thresholds = {}, maintenance = [] } = args;
  const { services } = facts;
  return onceEach([
    ...agentProblems(logAgent, args.host),
    ...storeProblems(args),
    ...(TRACE_STORES.includes(traceStore)
      ? []
      : [{ property: "traceStore", given: traceStore, allowed: `one of ${TRACE_STORES.join(", ")}` }]),
    ...ofPace(pace, scrapeInterval),
    ...thresholdProblems(STACK_THRESHOLDS, thresholds),
    ...retentionProblems(retention, facts.disk),
    ...(policies.length === 0
      ? maintenanceProblems(maintenance, services)
      : alertmanagerProblems(policies, {
          services,
          systems,
          maintenance,
          ...(watchdog === undefined ? {} : { watchdog }),
        })),
    ...receiverSecretProblems(policies, Object.keys(receiverSecrets), watchdog, "receiverSecrets"),
    ...objectiveProblems(policies, facts.watched),
  ]);
}

function ofPace(pace: PaceName, scrapeInterval: string): Problem[] {
  const problems = intervalProblems("scrapeInterval", scrapeInterval);
  if (!Object.hasOwn(PACES, pace)) {
    return [...problems, { property: "pace", given: pace, allowed: `one of ${Object.keys(PACES).join(", ")}` }];
  }
  const fix = (most: string): string => `Set it to "${most}", or take another \`pace\`.`;
  return [...problems, ...paceProblems(pace, scrapeInterval, { property: "scrapeInterval", fix })];
}

// A service that there is not is a stranger to the routes and to the objective alike.
function onceEach(problems: readonly Problem[]): Problem[] {
  const same = (one: Problem, other: Problem): boolean => one.property === other.property && one.given === other.given;
  return problems.filter((problem, index) => problems.findIndex((other) => same(problem, other)) === index);
}

/** What a stack has that was left to what its host can have. */
export function chosenFor({ host, logStore, grafana }: MonitoringStackArgs): Chosen {
  const asked = {
    logStore: logStore ?? "auto",
    grafana: grafana === undefined ? "auto" : grafana ? "true" : "false",
  } as const;
  return choose(asked, (name) => host.canHave(name));
}

/** A store that is none, and what the host can't have. */
function storeProblems({ host, logStore, grafana, logAgent, traceStore }: MonitoringStackArgs): Problem[] {
  const known = logStore === undefined || LOG_STORES.includes(logStore);
  const asked: Asked = {
    logStore: logStore ?? "auto",
    grafana: grafana === true ? "true" : "auto",
    ...(logAgent === undefined ? {} : { logAgent }),
    ...(traceStore === undefined || host.tracing === undefined ? {} : { traceStore }),
  };
  const missing = choiceProblems(
    asked,
    (name) => host.canHave(name),
    (key) => key,
  );
  return known
    ? missing
    : [{ property: "logStore", given: logStore, allowed: `one of ${LOG_STORES.join(", ")}` }, ...missing];
}

function agentProblems(logAgent: LogAgent, { name, tracing }: Platform): Problem[] {
  if (!LOG_AGENTS.includes(logAgent)) {
    return [{ property: "logAgent", given: logAgent, allowed: `one of ${LOG_AGENTS.join(", ")}` }];
  }
  if (logAgent !== "promtail" || tracing === undefined) return [];
  return [
    {
      property: "logAgent",
      given: logAgent,
      allowed: `collector, since programs on host ${JSON.stringify(name)} make spans`,
      fix: "Promtail takes no spans: leave out `logAgent`, or set the host's `traceRatio` to 0 (`vigie:traceRatio`).",
    },
  ];
}
