import type * as pulumi from "@pulumi/pulumi";
import { renderDashboards } from "../../config/grafana-dashboards.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { GRAFANA_THRESHOLDS, grafanaRules } from "../../signals/rules/grafana.ts";
import { PROMETHEUS_THRESHOLDS, prometheusRules } from "../../signals/rules/prometheus.ts";
import type { DashboardFile, Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import type { Platform } from "../platform/platform.ts";
import { refusing } from "../platform/refuse.ts";

/** Directory of the dashboards on a host without Grafana: the one of a Grafana is its own. */
const DIRECTORY = "dashboards";

/**
 * Lands the dashboards of a stack without Grafana on its host, for a Grafana that somebody else runs.
 *
 * @returns the directory on the host; the files are in folders, as `renderDashboards` names them
 * @throws pulumi.InputPropertiesError with all that Grafana would refuse in them
 */
export function landDashboards(host: Platform, dashboards: readonly DashboardFile[], parent: pulumi.Resource): string {
  const files = refusing(() => renderDashboards(dashboards));
  host.files(DIRECTORY, { directory: DIRECTORY, files }, { parent });
  return host.whereFiles(DIRECTORY);
}

/** Rules of what is made after the dashboards: Prometheus, which looks at Grafana, and Grafana, which shows itself. */
export function lastSignals(args: {
  readonly pace: Pace;
  readonly thresholds: StackThresholds;
  readonly grafana: boolean;
}): Signals {
  const { pace, thresholds, grafana } = args;
  const ofPrometheus = { job: "prometheus", pace, thresholds: overridesFor(PROMETHEUS_THRESHOLDS, thresholds) };
  const ofGrafana = { job: "grafana", pace, thresholds: overridesFor(GRAFANA_THRESHOLDS, thresholds) };
  return { scrapeJobs: [], ruleGroups: [prometheusRules(ofPrometheus), ...(grafana ? [grafanaRules(ofGrafana)] : [])] };
}
