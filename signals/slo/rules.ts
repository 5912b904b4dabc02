import { DEFAULT_OWNER } from "../../services/owner.ts";
import { refuseIf } from "../../services/problems.ts";
import { type Duration, toPerSecond, toSeconds } from "../../services/units.ts";
import type { AlertPolicySpec } from "../alert-policy.ts";
import type { Drill } from "../drill.ts";
import { type PackAlert, rulePack } from "../pack.ts";
import { PACES, type Pace, type RecordingRule, type RuleGroup } from "../rule-group.ts";
import { type Indicator, indicatorsOf } from "./indicator.ts";
import { leastErrors } from "./measurable.ts";
import { measuredAtOf, type WatchedService } from "./measured.ts";
import { SLO_SERIES } from "./names.ts";
import { objectiveProblems } from "./problems.ts";
import type { BurnRate, SloWindows } from "./windows.ts";

/**
 * What the policies' objectives record and alert on, a group for each service that has one.
 *
 * An alert fires when the budget burns too fast over a long window and over a short one, and the long one holds more
 * errors than chance brings. `SloMetricMissing` fires when there is nothing to measure: an objective never dies unseen.
 *
 * Requests are those that the service counts, or the edge where it counts none: the series that are recorded, the alerts
 * and the dashboards are the same.
 *
 * @param watched the services that are watched. @default - they are not known: any name will do, and each counts its own
 * @param owners service to who looks after it. @default - "platform" looks after all
 * @throws DeclarationError with every problem: an objective of 100 or more, one that the expected traffic cannot
 * measure, a latency that is no bound of the histogram, a service that nobody watches or whose requests nobody counts
 * @example
 * ```ts
 * const objective: Objective = { availability: 99.9, latency: { quantile: 0.95, under: "300ms" }, expectedRate: "5/s" };
 * sloRules([{ name: "shop", services: ["catalog"], objective, notify: { critical: [pager] } }]);
 * ```
 */
export function sloRules(
  policies: readonly AlertPolicySpec[],
  pace: Pace = PACES.steady,
  watched?: readonly WatchedService[],
  owners: Readonly<Record<string, string>> = {},
): readonly RuleGroup[] {
  refuseIf("the objectives of the alert policies", objectiveProblems(policies, watched));
  return policies.flatMap(({ services = [], objective }) => {
    if (objective === undefined) return [];
    const perSecond = toPerSecond(objective.expectedRate) ?? 0;
    return services.map((job) => {
      const facts = { owner: owners[job] ?? DEFAULT_OWNER, dashboard: { uid: "slo", variables: { job } } } as const;
      const service = watched?.find((one) => one.job === job);
      const edge = measuredAtOf(objective, service) === "edge" ? service?.edge : undefined;
      const rules = indicatorsOf(job, objective, edge, service?.edgeService, service?.edgeSplits).flatMap(
        (indicator) => [
          ...recordings(job, indicator, pace.slo),
          ...burnAlerts(job, indicator, pace.slo, perSecond),
          missingAlert(job, indicator, pace),
        ],
      );
      const group = rulePack({ job, pack: "slo", ...facts }, rules);
      return pace.slo.interval === undefined ? group : { ...group, interval: pace.slo.interval };
    });
  });
}

function recordings(job: string, indicator: Indicator, { burnRates, period }: SloWindows): readonly RecordingRule[] {
  const { slo, budget } = indicator;
  const selector = `{job="${job}",slo="${slo}"}`;
  const windows = [...new Set(burnRates.flatMap(({ short, long }) => [short, long]))];
  const shortest = windows.reduce((a, b) => (seconds(b) < seconds(a) ? b : a));
  const over = (record: string): string => `sum_over_time(${record}${selector}[${period}])`;
  // Whoever counted the requests: they are those of the service.
  const labels = { job, slo };
  return [
    ...windows.flatMap((window) => [
      { record: SLO_SERIES.requests(window), expr: indicator.requests(window), labels },
      { record: SLO_SERIES.errors(window), expr: indicator.errors(window), labels },
      {
        record: SLO_SERIES.ratio(window),
        expr: `${SLO_SERIES.errors(window)}${selector} / (${SLO_SERIES.requests(window)}${selector} > 0)`,
        labels,
      },
    ]),
    { record: SLO_SERIES.objective, expr: `vector(${Number((1 - budget).toPrecision(9))})`, labels },
    { record: SLO_SERIES.budget, expr: `vector(${budget})`, labels },
    {
      // Each request counts the same: an hour at night weighs less than one by day.
      record: SLO_SERIES.periodRatio,
      expr: `${over(SLO_SERIES.errors(shortest))} / (${over(SLO_SERIES.requests(shortest))} > 0)`,
      labels,
    },
    { record: SLO_SERIES.remaining, expr: `1 - ${SLO_SERIES.periodRatio}${selector} / ${budget}`, labels },
  ];
}

function burnAlerts(
  job: string,
  { slo, budget, error }: Indicator,
  { burnRates, period }: SloWindows,
  perSecond: number,
): readonly PackAlert[] {
  const selector = `{job="${job}",slo="${slo}"}`;
  const burns = (window: Duration, factor: number): string =>
    `${SLO_SERIES.ratio(window)}${selector} / ${budget} > ${factor}`;
  const condition = (burnRate: BurnRate): string => {
    const { factor, long, short } = burnRate;
    const errors = `${SLO_SERIES.errors(long)}${selector} * ${seconds(long)}`;
    return `(${burns(long, factor)} and ${burns(short, factor)} and ${errors} >= ${leastErrors(perSecond, budget, burnRate)})`;
  };
  const alert = (severity: BurnRate["severity"], name: string): PackAlert[] => {
    const pairs = burnRates.filter((burnRate) => burnRate.severity === severity);
    if (pairs.length === 0) return [];
    const limits = pairs.map(({ factor, long }) => `${factor} times over ${long}`).join(" or ");
    return [
      {
        alert: name,
        expr: pairs.map(condition).join(" or "),
        for: "0s",
        severity,
        kind: "symptom",
        drill: burnDrill(job, { slo, budget }, burnRates, severity),
        summary: `{{ $labels.job }} burns its error budget of {{ $labels.slo }} {{ $value | printf "%.1f" }} times too fast`,
        description:
          `Too many requests to {{ $labels.job }} ${error}: {{ $value | printf "%.1f" }} times as many as it may ` +
          `have over ${period}, where ${share(budget)} are the limit. This fires above ${limits}.`,
        labels: { slo },
      },
    ];
  };
  return [...alert("critical", "ErrorBudgetBurnsFast"), ...alert("warning", "ErrorBudgetBurnsSlowly")];
}

/** Visitors get as many errors as burn the budget at the pace of the alert, and not at that of a more urgent one. */
function burnDrill(
  job: string,
  { slo, budget }: Pick<Indicator, "slo" | "budget">,
  burnRates: readonly BurnRate[],
  severity: BurnRate["severity"],
): Drill {
  const answer = slo === "latency" ? { seconds: 3 } : { status: 500 };
  if (severity === "critical") return { fault: { kind: "stand-in", job, answers: answer }, visited: true };
  const factors = (wanted: BurnRate["severity"]) =>
    burnRates.filter((rate) => rate.severity === wanted).map(({ factor }) => factor);
  const between = (Math.max(...factors("warning")) + Math.min(...factors("critical"))) / 2;
  return { fault: { kind: "stand-in", job, answers: { ...answer, share: between * budget } }, visited: true };
}

function missingAlert(job: string, { slo, needs, from, unasked }: Indicator, pace: Pace): PackAlert {
  const metric = needs.split("{")[0];
  // Of what does not answer at all, TargetDown tells.
  const absent = `max by (job) (absent(${needs})) unless max by (job) (up{job="${from}"}) == 0`;
  const missing = unasked === undefined ? absent : `${absent} unless ${unasked}`;
  return {
    alert: "SloMetricMissing",
    expr: from === job ? missing : `label_replace(${missing}, "job", "${job}", "", "")`,
    for: pace.window,
    severity: "warning",
    kind: "cause",
    drill:
      from === job
        ? { fault: { kind: "stand-in", job, counts: false } }
        : {
            undrillable:
              "What stands in for the edge, and counts nothing, answers no visitors either: that is told in its place.",
          },
    summary: `The ${slo} of {{ $labels.job }} is not measured`,
    description:
      `Prometheus has no ${metric} of {{ $labels.job }} that its objective of ${slo} needs. Until it is back, ` +
      "nobody would hear of a burnt error budget.",
    labels: { slo },
  };
}

function seconds(duration: Duration): number {
  return toSeconds(duration) ?? 0;
}

function share(budget: number): string {
  return `${Number((budget * 100).toPrecision(9))}%`;
}
