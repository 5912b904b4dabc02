import { isAlertingRule, type RuleGroup } from "./rule-group.ts";
import { ALERTING_THRESHOLDS } from "./rules/alerting.ts";
import { ALERTMANAGER_THRESHOLDS } from "./rules/alertmanager.ts";
import { BLACKBOX_THRESHOLDS } from "./rules/blackbox.ts";
import { CALL_AUTH_THRESHOLDS } from "./rules/call-auth.ts";
import { COLLECTOR_THRESHOLDS } from "./rules/collector.ts";
import { CONTAINER_THRESHOLDS } from "./rules/containers.ts";
import { GRAFANA_THRESHOLDS } from "./rules/grafana.ts";
import { HOST_THRESHOLDS } from "./rules/host.ts";
import { HOST_AGENT_THRESHOLDS } from "./rules/host-agent.ts";
import { HOST_CHECK_THRESHOLDS } from "./rules/host-checks.ts";
import { HTTP_SERVICE_THRESHOLDS } from "./rules/http-service.ts";
import { LOG_THRESHOLDS } from "./rules/logs.ts";
import { LOKI_THRESHOLDS } from "./rules/loki.ts";
import { NGINX_THRESHOLDS } from "./rules/nginx.ts";
import { PHP_FPM_THRESHOLDS } from "./rules/php-fpm.ts";
import { PROBE_THRESHOLDS } from "./rules/probes.ts";
import { PROMETHEUS_THRESHOLDS } from "./rules/prometheus.ts";
import { TRACE_THRESHOLDS } from "./rules/traces.ts";
import { TRAEFIK_THRESHOLDS } from "./rules/traefik.ts";
import { VICTORIALOGS_THRESHOLDS } from "./rules/victorialogs.ts";
import { STORE_THRESHOLDS } from "./stores/index.ts";
import { type Limit, limitsFrom, type Overrides } from "./threshold.ts";

/** Beyond what the alerts of a monitoring stack fire: those of its own programs and of its host, and those about all. */
export const STACK_THRESHOLDS = {
  ...ALERTING_THRESHOLDS,
  ...ALERTMANAGER_THRESHOLDS,
  ...BLACKBOX_THRESHOLDS,
  ...COLLECTOR_THRESHOLDS,
  ...CONTAINER_THRESHOLDS,
  ...GRAFANA_THRESHOLDS,
  ...HOST_AGENT_THRESHOLDS,
  ...HOST_THRESHOLDS,
  ...LOG_THRESHOLDS,
  ...LOKI_THRESHOLDS,
  ...PROBE_THRESHOLDS,
  ...PROMETHEUS_THRESHOLDS,
  ...TRACE_THRESHOLDS,
  ...VICTORIALOGS_THRESHOLDS,
} as const;

/** Beyond what each alert with a number fires, unless somebody says otherwise. */
export const THRESHOLDS = {
  ...STACK_THRESHOLDS,
  ...CALL_AUTH_THRESHOLDS,
  ...HOST_CHECK_THRESHOLDS,
  ...HTTP_SERVICE_THRESHOLDS,
  ...NGINX_THRESHOLDS,
  ...PHP_FPM_THRESHOLDS,
  ...STORE_THRESHOLDS,
  ...TRAEFIK_THRESHOLDS,
} as const;

/** Name of an alert that has a threshold. */
export type ThresholdName = keyof typeof THRESHOLDS;

/** Other numbers for alerts, by their name and how urgent they are. A name that no alert has does not compile. */
export type Thresholds = Overrides<typeof THRESHOLDS>;

/** Other numbers for the alerts of a monitoring stack: those of its own programs and of its host, and those about all. */
export type StackThresholds = Overrides<typeof STACK_THRESHOLDS>;

/** Other numbers for the alerts of a service. */
export type ServiceThresholds = Overrides<typeof HTTP_SERVICE_THRESHOLDS>;

/**
 * The limits of an alert, the most urgent first.
 *
 * @example
 * ```ts
 * limitsOf("HttpHighErrorRatio"); // [{ severity: "critical", value: 0.05, unit: "ratio", fires: "above" }]
 * ```
 */
export function limitsOf(alert: ThresholdName, overrides: Thresholds = {}): readonly Limit[] {
  return limitsFrom(THRESHOLDS, alert, overrides);
}

/** The limits of the alerts of one name in groups of rules: those that are deployed, overrides and all. */
export function limitsIn(groups: readonly RuleGroup[], alert: ThresholdName): readonly Limit[] {
  const rules = groups.flatMap((group) => group.rules.filter(isAlertingRule));
  return rules.flatMap((rule) => (rule.alert === alert && rule.limit !== undefined ? [rule.limit] : []));
}
