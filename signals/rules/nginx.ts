import type { Said } from "../faults/stand-in.ts";
import { type JobPackArgs, jobAlerts, rulePack } from "../pack.ts";
import { downAlerts } from "../replicas.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on Nginx fire. */
export const NGINX_THRESHOLDS = {
  NginxConnectionsDropped: { unit: "count", fires: "above", warning: 0.5 },
} as const satisfies ThresholdTable;

/** What {@link nginxRules} watches. */
export interface NginxRules extends JobPackArgs<typeof NGINX_THRESHOLDS> {
  /** The `job` label of nginx-prometheus-exporter: the site's name. */
  readonly job: string;
  /** Names of the containers with Nginx. @default - one, the job's */
  readonly servers?: readonly string[];
}

const DROPS: readonly Said[] = [
  { series: "nginx_up", value: 1 },
  { series: "nginx_connections_accepted", perSecond: 10 },
  { series: "nginx_connections_handled", perSecond: 5 },
];

/** Nginx, from nginx-prometheus-exporter. When the exporter itself is away, `TargetDown` says so and these are silent. */
export function nginxRules(args: NginxRules): RuleGroup {
  const { job, servers = [job], owner } = args;
  const { pace, at } = jobAlerts(NGINX_THRESHOLDS, args);
  const { window } = pace;
  const accepted = (state: "accepted" | "handled"): string =>
    `sum by (job, instance) (increase(nginx_connections_${state}{job="${job}"}[${window}]))`;
  return rulePack({ job, pack: "nginx", owner, dashboard: { uid: "nginx", variables: { job } } }, [
    ...downAlerts({
      alert: "NginxDown",
      job,
      up: "nginx_up",
      containers: servers,
      for: pace.downFor,
      none: {
        summary: "Nginx of {{ $labels.job }} does not answer",
        description:
          "No exporter reaches a status page of {{ $labels.job }}; {{ $labels.instance }} is one of them. Its pages are not served.",
      },
      one: {
        summary: "One Nginx of {{ $labels.job }} does not answer",
        description:
          "{{ $labels.instance }} cannot reach its status page. Other replicas of {{ $labels.job }} serve its pages.",
      },
    }),
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
