import { toSeconds } from "../../services/units.ts";
import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link hostAgentRules} watches. */
export interface HostAgentRules {
  /** The `job` label of the Prometheus agent of a host. */
  readonly job: string;
  /** Name of that host. @default - the job */
  readonly host?: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
}

/**
 * What watches another host, and the link that its numbers come by. When nothing arrives, no target of that host counts
 * as down: nobody says so. Hence `HostAgentSilent`, which goes by the time of the newest sample.
 */
export function hostAgentRules({ job, host = job, pace = PACES.steady }: HostAgentRules): RuleGroup {
  const selector = `{job="${job}"}`;
  // A scrape and a batch are always on their way.
  const late = Math.min(60, toSeconds(pace.window) ?? 60);
  return {
    name: `${job}.host-agent`,
    rules: [
      {
        alert: "HostAgentSilent",
        // After five minutes the series is gone: the second half goes on with the same labels, so it is one alert.
        expr: `max by (job) (time() - timestamp(up${selector})) > ${late} or absent(up${selector})`,
        for: pace.downFor,
        severity: "critical",
        summary: `No metrics arrive from host ${host}`,
        description: `The agent ${job}, its link to the monitoring, or the whole host is away. Nothing on ${host} can alert meanwhile; what is measured there arrives later, as long as it is not down for hours.`,
      },
      {
        alert: "HostAgentLosesSamples",
        expr: `sum by (job) (increase(prometheus_remote_storage_samples_failed_total${selector}[${pace.window}])) > 0`,
        for: "0s",
        severity: "warning",
        summary: `{{ $value | humanize }} samples of host ${host} were refused for good`,
        description: "The monitoring host took them for wrong or too old. Graphs and alerts have a hole there.",
      },
      {
        alert: "PrometheusReloadFailing",
        expr: `prometheus_config_last_reload_successful${selector} == 0`,
        for: pace.downFor,
        severity: "critical",
        summary: "{{ $labels.instance }} refuses its configuration",
        description: "It goes on with the one before: new targets are missing, and a restart would fail.",
      },
    ],
  };
}
