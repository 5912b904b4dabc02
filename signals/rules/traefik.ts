import type { AnyService } from "../faults/containers.ts";
import type { Fault } from "../faults/index.ts";
import { type JobAlerts, type JobPackArgs, jobAlerts, type PackRule, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on Traefik fire. */
export const TRAEFIK_THRESHOLDS = {
  TraefikHighErrorRatio: { unit: "ratio", fires: "above", critical: 0.05 },
  TraefikSlowP95: { unit: "seconds", fires: "above", warning: 1.2 },
} as const satisfies ThresholdTable;

/** What {@link traefikRules} watches. */
export interface TraefikRules extends JobPackArgs<typeof TRAEFIK_THRESHOLDS> {
  /** The `job` label of Traefik: the name of the edge. */
  readonly job: string;
  /** Requests a second below which neither fires. @default 0.1 */
  readonly leastRate?: number;
  /**
   * Whether servers are found by labels of containers that run: of one that is stopped Traefik knows nothing, so the
   * drills have them stand still.
   *
   * @default false
   */
  readonly labelled?: boolean;
  /**
   * Whether requests to a service may be divided between two versions: `catalog.stable@file` and `catalog.candidate@file`
   * are both `catalog`.
   *
   * @default false
   */
  readonly split?: boolean;
}

/**
 * The edge, from Traefik's own metrics: what users get, and which servers it may ask.
 *
 * A server's alert is that of its service, not of the edge: Traefik's label `service` is `catalog@file`,
 * or `catalog@docker`.
 */
export function traefikRules(args: TraefikRules): RuleGroup {
  const { job, owner, leastRate = 0.1, labelled = false, split = false } = args;
  const told = jobAlerts(TRAEFIK_THRESHOLDS, args);
  const down = (component: AnyService, one = false): Fault => ({
    kind: labelled ? "pause" : "stop",
    containers: { component, ...(one ? { one } : {}) },
  });
  return rulePack({ job, pack: "traefik", owner, dashboard: { uid: "traefik", variables: { job } } }, [
    {
      record: "job_service_url:traefik_service_server_up:max",
      expr: split
        ? serversOfVersions(job)
        : `label_replace(max by (job, service, url) (traefik_service_server_up{job="${job}"}), "service", "$1", "service", "(.+)@.*")`,
    },
    ...requests(told, leastRate, down({ any: "service" })),
    ...servers(told, down),
  ]);
}

/**
 * For a scrape after a change of weights Traefik still has what a server was called before. The name goes into a label of its
 * own first: two series of one server with the same labels would be an error.
 */
function serversOfVersions(job: string): string {
  const named = `label_replace(traefik_service_server_up{job="${job}"}, "of", "$1", "service", "(.+?)([.](stable|candidate))?@.*")`;
  return `max by (job, service, url) (label_replace(max by (job, of, url) (${named}), "service", "$1", "of", "(.+)"))`;
}

type Told = JobAlerts<typeof TRAEFIK_THRESHOLDS>;

/** What visitors get: errors, and how long they wait. */
function requests({ job, pace, at }: Told, leastRate: number, noAnswer: Fault): readonly PackRule[] {
  const { window } = pace;
  // What a web server hands on comes by the entry point `inner`, after it was counted at that of the visitor.
  const visitors = `job="${job}",entrypoint!="inner"`;
  const rate = (status = ""): string =>
    `sum by (job, entrypoint) (rate(traefik_entrypoint_requests_total{${visitors}${status}}[${window}]))`;
  return [
    ...at("TraefikHighErrorRatio", ({ value }) => ({
      expr: `${rate(',code=~"5.."')} / ${rate()} > ${value} and ${rate()} >= ${leastRate}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      drill: { fault: noAnswer, service: job, visited: true },
      summary:
        "{{ $labels.job }} answers {{ $value | humanizePercentage }} of the requests at {{ $labels.entrypoint }} with an error",
      description: `Of all answers that left the edge in the last ${window}, too many had a 5xx status: users see them.`,
    })),
    ...at("TraefikSlowP95", ({ value, text }) => ({
      expr: `histogram_quantile(0.95, sum by (job, entrypoint, le) (rate(traefik_entrypoint_request_duration_seconds_bucket{${visitors}}[${window}]))) > ${value} and ${rate()} >= ${leastRate}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      drill: {
        fault: { kind: "stand-in", job: { any: "service" }, answers: { seconds: 3 } },
        service: job,
        visited: true,
      },
      summary: "{{ $labels.job }} is slow at {{ $labels.entrypoint }}: p95 is {{ $value | humanizeDuration }}",
      description: `One of 20 requests at the edge took longer than that in the last ${window}; ${text} is the limit.`,
    })),
  ];
}

/** Which servers the edge may ask: none of a service, or all but one. */
function servers({ job, pace }: Told, down: (component: AnyService, one?: boolean) => Fault): readonly PackRule[] {
  const up = `job_service_url:traefik_service_server_up:max{job="${job}"}`;
  return [
    {
      alert: "TraefikServiceDown",
      expr: `max by (job, service) (${up}) == 0`,
      for: pace.downFor,
      severity: "critical",
      kind: "symptom",
      drill: { fault: down({ any: "service" }), visited: true },
      summary: "{{ $labels.service }} has no server that can answer",
      description: "The edge finds none of its servers healthy. Requests to it are answered with 503.",
    },
    {
      alert: "TraefikServerDown",
      expr: `${up} == 0 and on (job, service) ${up} == 1`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      severity: "warning",
      kind: "cause",
      drill: { fault: down({ any: "replicated" }, true) },
      summary: "{{ $labels.url }} of {{ $labels.service }} gets no requests",
      description: "The edge finds it unhealthy. Its other servers answer for it.",
    },
  ];
}
