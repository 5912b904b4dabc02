import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link traefikRules} watches. */
export interface TraefikRules {
  /** The `job` label of Traefik: the name of the edge. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
  /** Share of answers with a 5xx status above which an alert fires, from 0 to 1. @default 0.05 */
  readonly errorRatio?: number;
  /** 95th percentile of the duration above which an alert fires, in seconds: a bound of Traefik's buckets. @default 1.2 */
  readonly p95Seconds?: number;
  /** Requests a second below which neither fires. @default 0.1 */
  readonly leastRate?: number;
}

/**
 * The edge, from Traefik's own metrics: what users get, and which servers it may ask.
 *
 * A server's alert is that of its service, not of the edge: Traefik's label `service` is `catalog@file`.
 */
export function traefikRules(args: TraefikRules): RuleGroup {
  const { job, pace = PACES.steady, errorRatio = 0.05, p95Seconds = 1.2, leastRate = 0.1 } = args;
  const { window } = pace;
  const rate = (status = ""): string =>
    `sum by (job, entrypoint) (rate(traefik_entrypoint_requests_total{job="${job}"${status}}[${window}]))`;
  const up = `job_service_url:traefik_service_server_up:max{job="${job}"}`;
  return {
    name: `${job}.traefik`,
    rules: [
      {
        record: "job_service_url:traefik_service_server_up:max",
        expr: `label_replace(max by (job, service, url) (traefik_service_server_up{job="${job}"}), "service", "$1", "service", "(.+)@.*")`,
      },
      {
        alert: "TraefikHighErrorRatio",
        expr: `${rate(',code=~"5.."')} / ${rate()} > ${errorRatio} and ${rate()} >= ${leastRate}`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "critical",
        summary:
          "{{ $labels.job }} answers {{ $value | humanizePercentage }} of the requests at {{ $labels.entrypoint }} with an error",
        description: `Of all answers that left the edge in the last ${window}, too many had a 5xx status: users see them.`,
      },
      {
        alert: "TraefikSlowP95",
        expr: `histogram_quantile(0.95, sum by (job, entrypoint, le) (rate(traefik_entrypoint_request_duration_seconds_bucket{job="${job}"}[${window}]))) > ${p95Seconds} and ${rate()} >= ${leastRate}`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $labels.job }} is slow at {{ $labels.entrypoint }}: p95 is {{ $value | humanizeDuration }}",
        description: `One of 20 requests at the edge took longer than that in the last ${window}; ${p95Seconds} s is the limit.`,
      },
      {
        alert: "TraefikServiceDown",
        expr: `max by (job, service) (${up}) == 0`,
        for: pace.downFor,
        severity: "critical",
        summary: "{{ $labels.service }} has no server that can answer",
        description: "The edge finds none of its servers healthy. Requests to it are answered with 503.",
      },
      {
        alert: "TraefikServerDown",
        expr: `${up} == 0 and on (job, service) ${up} == 1`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $labels.url }} of {{ $labels.service }} gets no requests",
        description: "The edge finds it unhealthy. Its other servers answer for it.",
      },
    ],
  };
}
