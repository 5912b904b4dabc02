import type { Duration } from "../../services/units.ts";
import { serviceDashboardUid } from "../dashboard-link.ts";
import type { Drill } from "../drill.ts";
import { type JobPackArgs, type PackRule, rulePack } from "../pack.ts";
import { versionIndicators } from "../rollout/compare.ts";
import { PACES, type RuleGroup } from "../rule-group.ts";

/** What {@link rolloutRules} watches. */
export interface RolloutRules extends Omit<JobPackArgs, "thresholds"> {
  /** Percent of the requests that the candidate gets; for the drill alone, so that another weight is no other rule. */
  readonly weight: number;
  /** The containers of the stable version, as the program calls them. */
  readonly stable: readonly string[];
}

/**
 * The series that is there while the candidate of a service gets requests: its share of them, from 0 to 1. It is measured
 * and not set, so a step is a change of the route's file alone.
 */
export const CANDIDATE_SHARE = "service:candidate_requests:share";

/** Standard deviations beyond which more errors of a candidate are no chance: 1 of 740 cases. */
export const CERTAIN = 3;

/**
 * The largest weight at which a drill can tell of a candidate alone: with more, so many errors of it are more than the
 * service as a whole may have, and that alert mutes this one.
 */
const DRILLED_UP_TO = 25;

/**
 * The two versions of one service in a rollout, for as long as there is one.
 *
 * `CandidateFailsMore` compares failures of both by the counts that `npm run rollout` compares, with a test that PromQL can
 * compute: of all errors, as many as chance gives are the candidate's, by its share of the requests. The share that it has
 * is held against that by the arcsine of its root, whose deviation is the same for all shares (F. J. Anscombe, "The
 * transformation of Poisson, binomial and negative-binomial data", Biometrika 35, 1948), with half an error less, since errors are whole.
 * Two errors never suffice. Where one version gets all requests it is silent, since there is nothing to compare.
 *
 * `TargetDown` pages when no container of stable answers, though the candidate does: other services ask stable alone.
 */
export function rolloutRules({ job, pace = PACES.steady, owner, weight, stable }: RolloutRules): RuleGroup {
  return rulePack({ job, pack: "rollout", owner, dashboard: { uid: serviceDashboardUid(job) } }, [
    {
      alert: "TargetDown",
      // While the candidate does not answer either, the one for any job pages.
      expr:
        `up{job="${job}",version="stable"} == 0 unless on (job) up{version="stable"} == 1 ` +
        `and on (job) up{version="candidate"} == 1`,
      for: pace.downFor,
      severity: "critical",
      kind: "outage",
      drill: { fault: { kind: "stop", containers: { component: job, name: stable } }, service: job },
      summary: "The stable version of {{ $labels.job }} does not answer",
      description:
        "Prometheus reaches no instance of it; {{ $labels.instance }} is one of them. " +
        "The candidate answers all that comes through the edge, and other services get no answer.",
    },
    ...failsMore({ job, window: pace.window, holds: pace.symptomFor, weight }),
  ]);
}

function failsMore({
  job,
  window,
  holds,
  weight,
}: {
  readonly job: string;
  readonly window: Duration;
  readonly holds: Duration;
  readonly weight: number;
}): readonly PackRule[] {
  const [availability] = versionIndicators(job);
  if (availability === undefined) return [];
  const requests = `job_version:http_requests:increase${window}`;
  const errors = `job_version:http_errors:increase${window}`;
  const deviations = `job:candidate_errors:deviations${window}`;
  const of = (record: string, version = ""): string => `sum by (job) (${record}{job="${job}"${version}})`;
  const candidate = ',version="candidate"';
  const had = `asin(sqrt((${of(errors, candidate)} - 0.125) / (${of(errors)} + 0.75)))`;
  const chance = `asin(sqrt(${of(requests, candidate)} / ${of(requests)}))`;
  return [
    { record: requests, expr: availability.requests(window), labels: { job } },
    { record: errors, expr: availability.errors(window), labels: { job } },
    {
      record: CANDIDATE_SHARE,
      expr: `sum(${requests}{job="${job}",version="candidate"}) / sum(${requests}{job="${job}"}) > 0`,
      labels: { service: job },
    },
    { record: deviations, expr: `2 * sqrt(${of(errors)} + 0.5) * (${had} - ${chance})` },
    {
      alert: "CandidateFailsMore",
      expr:
        `${of(errors, candidate)} / ${of(requests, candidate)} ` +
        `and on (job) ${deviations}{job="${job}"} > ${CERTAIN}`,
      for: holds,
      severity: "warning",
      kind: "symptom",
      drill: drillOf(job, weight),
      summary: "The candidate of {{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests",
      description:
        `In the last ${window} it failed more often than the stable version, and by more than chance explains. ` +
        "Whoever gets it feels that.",
    },
  ];
}

/** Few enough errors that nothing else is told of: three of a hundred requests of the service as a whole. */
function drillOf(job: string, weight: number): Drill {
  if (weight > DRILLED_UP_TO) {
    const undrillable = `The candidate gets ${weight}% of the requests: errors that show in the rest of them page for the service as a whole, which mutes this. Up to ${DRILLED_UP_TO}% it can be drilled.`;
    return { undrillable };
  }
  const says = [
    { series: 'http_request_duration_seconds_count{method="GET",route="/drill",status="500"}', perSecond: 0.15 },
  ];
  return { fault: { kind: "stand-in", job, version: "candidate", says, counts: false }, visited: true };
}
