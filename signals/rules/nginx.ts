import type { Said } from "../faults/stand-in.ts";
import { alertsAt, type JobPackArgs, rulePack } from "../pack.ts";
import { PACES, type RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on Nginx fire. */
export const NGINX_THRESHOLDS = {
  NginxConnectionsDropped: { unit: "count", fires: "above", warning: 0.5 },
} as const satisfies ThresholdTable;

/** What {@link nginxRules} watches. */
export interface NginxRules extends JobPackArgs<typeof NGINX_THRESHOLDS> {
  /** The `job` label of nginx-prometheus-exporter: the site's name. */
  readonly job: string;
  /** Name of its first container. @default - the job's */
  readonly server?: string;
}

const DROPS: readonly Said[] = [
  { series: "nginx_up", value: 1 },
  { series: "nginx_connections_accepted", perSecond: 10 },
  { series: "nginx_connections_handled", perSecond: 5 },
];

/** Nginx, from nginx-prometheus-exporter. When the exporter itself is away, `TargetDown` says so and these are silent. */
export function nginxRules(args: NginxRules): RuleGroup {
  const { job, server = job, pace = PACES.steady, owner, thresholds } = args;
  const { window } = pace;
  const accepted = (state: "accepted" | "handled"): string =>
    `sum by (job, instance) (increase(nginx_connections_${state}{job="${job}"}[${window}]))`;
  const at = alertsAt(JSON.stringify(job), NGINX_THRESHOLDS, thresholds);
  return rulePack({ name: `${job}.nginx`, owner, dashboard: { uid: "nginx", variables: { job } } }, [
    {
      alert: "NginxDown",
      expr: `max by (job, instance) (nginx_up{job="${job}"}) == 0`,
      for: pace.downFor,
      severity: "critical",
      kind: "outage",
      drill: { fault: { kind: "stop", containers: { component: job, name: server } } },
      summary: "Nginx of {{ $labels.job }} does not answer",
      description: "The exporter cannot reach the status page of {{ $labels.job }}. Its pages are not served.",
    },
    ...at("NginxConnectionsDropped", ({ value }) => ({
      // Half a connection: the two counters are extrapolated, each with its own rounding.
      expr: `${accepted("accepted")} - ${accepted("handled")} > ${value}`,
      for: pace.symptomFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job, says: DROPS } },
      summary: "Nginx of {{ $labels.job }} dropped {{ $value | humanize }} connections",
      description: `In the last ${window} it accepted them and had no place for them.`,
    })),
  ]);
}
