import { ALERTMANAGER_PORTS } from "../../config/alertmanager.ts";
import { alertmanagerProblems, receiverSecretProblems } from "../../config/alertmanager-problems.ts";
import { type Asked, choiceProblems } from "../../config/choices.ts";
import { GRAFANA_PORT } from "../../config/grafana.ts";
import { JAEGER_PORTS } from "../../config/jaeger.ts";
import { LOG_AGENTS, type LogAgent } from "../../config/log-agents.ts";
import { LOG_STORES } from "../../config/log-stores.ts";
import { LOKI_PORT } from "../../config/loki.ts";
import { paceProblems } from "../../config/pace.ts";
import { intervalProblems } from "../../config/prometheus.ts";
import { type RetentionFacts, retentionProblems } from "../../config/retention.ts";
import { TEMPO_PORTS } from "../../config/tempo.ts";
import { TRACE_STORES } from "../../config/trace-stores.ts";
import { VICTORIALOGS_PORT } from "../../config/victorialogs.ts";
import { given } from "../../services/given.ts";
import { CONTAINER_NAME } from "../../services/grammar.ts";
import { portal } from "../../services/monitoring/portal.ts";
import type { Problem } from "../../services/problems.ts";
import type { AlertPolicySpec } from "../../signals/alert-policy.ts";
import { maintenanceProblems } from "../../signals/maintenance.ts";
import { PACES, type PaceName } from "../../signals/rule-group.ts";
import { SCRAPE_INTERVAL } from "../../signals/scrape-interval.ts";
import type { WatchedService } from "../../signals/slo/measured.ts";
import { objectiveProblems } from "../../signals/slo/problems.ts";
import { thresholdProblems } from "../../signals/threshold.ts";
import { STACK_THRESHOLDS } from "../../signals/thresholds.ts";
import type { Platform, PortClaim } from "../platform/platform.ts";
import { elsewhereProblems } from "./elsewhere-problems.ts";
import { GATEWAY_PORT } from "./gateway.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import { takesSpans } from "./monitoring-names.ts";
import type { NamedParts } from "./monitoring-parts.ts";
import { PROMETHEUS_PORT } from "./prometheus-program.ts";
import type { Watch } from "./who-watches.ts";

/** What the arguments of a stack are held against. */
export interface MonitoringFacts extends NamedParts {
  /** Name of the stack. */
  readonly name: string;
  /** Who hears of what, as data. */
  readonly policies: readonly AlertPolicySpec[];
  /** Services that have alerts. */
  readonly services: readonly string[];
  /** Those of them that are scraped, for objectives. */
  readonly watched: readonly WatchedService[];
  /** Who scrapes what. */
  readonly watches: readonly Watch[];
  /** What is known of the host's disk. */
  readonly disk: RetentionFacts;
}

/**
 * Everything that is wrong with the arguments of a monitoring stack, whichever part of it they are for: each part
 * would refuse its own, so that one error came after the other.
 */
export function monitoringProblems(args: MonitoringStackArgs, facts: MonitoringFacts): Problem[] {
  const { pace = "steady", scrapeInterval = SCRAPE_INTERVAL, logAgent = "collector", traceStore = "jaeger" } = args;
  const { retention = {}, thresholds = {} } = args;
  return onceEach([
    ...agentProblems(logAgent, args.host, facts.names.collector),
    ...storeProblems(args, facts),
    ...(TRACE_STORES.includes(traceStore)
      ? []
      : [{ property: "traceStore", given: traceStore, allowed: `one of ${TRACE_STORES.join(", ")}` }]),
    ...ofPace(pace, scrapeInterval),
    ...thresholdProblems(STACK_THRESHOLDS, thresholds),
    ...retentionProblems(retention, facts.disk),
    ...policyProblems(args, facts),
    ...elsewhereProblems(args, facts.watches),
    ...nameProblems(args, facts),
    ...args.host.portProblems(portsOf(args, facts)),
  ]);
}

function policyProblems(args: MonitoringStackArgs, { policies, services, watched }: MonitoringFacts): Problem[] {
  const { watchdog, systems = {}, receiverSecrets = {}, maintenance = [] } = args;
  return [
    ...(policies.length === 0
      ? maintenanceProblems(maintenance, services)
      : alertmanagerProblems(policies, { services, systems, maintenance, ...given({ watchdog }) })),
    ...receiverSecretProblems(policies, Object.keys(receiverSecrets), watchdog, "receiverSecrets"),
    ...objectiveProblems(policies, watched),
  ];
}

/** Names that are none of a container: each part would be told of its own. */
function nameProblems({ prefix }: MonitoringStackArgs, facts: MonitoringFacts): Problem[] {
  if (CONTAINER_NAME.fits(facts.names.prometheus)) return [];
  const asName = CONTAINER_NAME.allowed;
  return prefix === undefined
    ? [{ property: "name", given: facts.name, allowed: asName, fix: "Or say what names begin with: `prefix`." }]
    : [{ property: "prefix", given: prefix, allowed: `nothing, or ${asName}` }];
}

/** The ports that the stack takes on its host, each as the caller wrote it. */
function portsOf(args: MonitoringStackArgs, { parts, names }: NamedParts): readonly PortClaim[] {
  const stores = { ...LOG_STORE_PORTS, ...TRACE_STORE_PORTS };
  const claim = (property: keyof MonitoringStackArgs & `${string}Port`, by: string, port: number): PortClaim => ({
    property,
    by,
    port: args[property] ?? port,
  });
  return [
    ...(parts.alertmanager ? [claim("alertmanagerPort", names.alertmanager, ALERTMANAGER_PORTS.web)] : []),
    ...(Object.hasOwn(stores, parts.logStore)
      ? [claim(`${parts.logStore}Port`, names.logStore, stores[parts.logStore])]
      : []),
    ...(parts.traceStore !== undefined && Object.hasOwn(stores, parts.traceStore)
      ? [claim(`${parts.traceStore}Port`, names.traceStore, stores[parts.traceStore])]
      : []),
    ...(parts.gateway ? [claim("gatewayPort", names.gateway, GATEWAY_PORT)] : []),
    ...(parts.grafana ? [claim("grafanaPort", names.grafana, GRAFANA_PORT)] : []),
    claim("prometheusPort", names.prometheus, PROMETHEUS_PORT),
    ...(args.portal === undefined
      ? []
      : [{ property: "portal.port", by: names.portal, port: args.portal.port ?? portal.port }]),
  ];
}

const LOG_STORE_PORTS = { loki: LOKI_PORT, victorialogs: VICTORIALOGS_PORT } as const;
const TRACE_STORE_PORTS = { jaeger: JAEGER_PORTS.pages, tempo: TEMPO_PORTS.api } as const;

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
  const same = (one: Problem, other: Problem): boolean =>
    one.property === other.property && Object.is(one.given, other.given);
  return problems.filter((problem, index) => problems.findIndex((other) => same(problem, other)) === index);
}

/** A store that is none, and what the host can't have. */
function storeProblems(args: MonitoringStackArgs, { parts }: NamedParts): Problem[] {
  const { host, logStore, grafana, logAgent } = args;
  const known = logStore === undefined || LOG_STORES.includes(logStore);
  const asked: Asked = {
    logStore: logStore ?? "auto",
    grafana: grafana === true ? "true" : "auto",
    ...given({ logAgent, traceStore: args.traceStore && parts.traceStore }),
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

function agentProblems(logAgent: LogAgent, host: Platform, collector: string): Problem[] {
  if (!LOG_AGENTS.includes(logAgent)) {
    return [{ property: "logAgent", given: logAgent, allowed: `one of ${LOG_AGENTS.join(", ")}` }];
  }
  if (logAgent !== "promtail" || !takesSpans(host, collector)) return [];
  return [
    {
      property: "logAgent",
      given: logAgent,
      allowed: `collector, since programs on host ${JSON.stringify(host.name)} make spans`,
      fix: "Promtail takes no spans: leave out `logAgent`, or set the host's `traceRatio` to 0 (`vigie:traceRatio`).",
    },
  ];
}
