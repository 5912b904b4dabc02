import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link nginxRules} watches. */
export interface NginxRules {
  /** The `job` label of nginx-prometheus-exporter: the site's name. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
}

/** Nginx, from nginx-prometheus-exporter. When the exporter itself is away, `TargetDown` says so and these are silent. */
export function nginxRules({ job, pace = PACES.steady }: NginxRules): RuleGroup {
  const { window } = pace;
  const accepted = (state: "accepted" | "handled"): string =>
    `sum by (job, instance) (increase(nginx_connections_${state}{job="${job}"}[${window}]))`;
  return {
    name: `${job}.nginx`,
    rules: [
      {
        alert: "NginxDown",
        expr: `max by (job, instance) (nginx_up{job="${job}"}) == 0`,
        for: pace.downFor,
        severity: "critical",
        summary: "Nginx of {{ $labels.job }} does not answer",
        description: "The exporter cannot reach the status page of {{ $labels.job }}. Its pages are not served.",
      },
      {
        // Half a connection: the two counters are extrapolated, each with its own rounding.
        alert: "NginxConnectionsDropped",
        expr: `${accepted("accepted")} - ${accepted("handled")} > 0.5`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "Nginx of {{ $labels.job }} drops connections",
        description: `In the last ${window} it accepted {{ $value | humanize }} connections and had no place for them.`,
      },
    ],
  };
}
