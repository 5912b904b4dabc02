import { METRIC_NAME, SERIES } from "../services/grammar.ts";
import type { Problem } from "../services/problems.ts";
import { BUDGET_HEADROOM, SERIES_BUDGETS, UNKNOWN_BUDGET } from "../signals/metrics/budgets.ts";
import { METRICS, type MetricSource, metricOfSeries } from "../signals/metrics/catalogue.ts";
import type { Metric } from "../signals/metrics/metric.ts";
import type { ScrapeJob } from "../signals/signals.ts";

/** Labels that a series may have: a program that makes them from what it is asked has a defect. */
export const LABEL_LIMIT = 30;

/** Characters that a label's name may have. */
export const LABEL_NAME_LIMIT = 64;

/** Characters that a label's value may have. */
export const LABEL_VALUE_LIMIT = 512;

/**
 * What a scrape job keeps, and how much: the series of the metric catalogue that it emits, those of nobody that rules and
 * panels use, and those of its own that were declared. Prometheus drops the others before it stores anything.
 *
 * @param used the series that rules and panels name
 */
export function renderBudget(
  job: Pick<ScrapeJob, "emits" | "metrics" | "seriesBudget">,
  used: readonly string[],
): object {
  return {
    sample_limit: sampleLimit(job),
    label_limit: LABEL_LIMIT,
    label_name_length_limit: LABEL_NAME_LIMIT,
    label_value_length_limit: LABEL_VALUE_LIMIT,
    metric_relabel_configs: [{ source_labels: ["__name__"], regex: keptSeries(job, used).join("|"), action: "keep" }],
  };
}

/** The names that a job keeps, as parts of a pattern. */
export function keptSeries({ emits, metrics = [] }: ScrapeKeeps, used: readonly string[]): readonly string[] {
  const all: readonly Metric[] = Object.values(METRICS);
  const catalogued = all.filter(({ source }) => source !== "scrape" && (emits?.some((own) => own === source) ?? true));
  const others = used.filter((name) => metricOfSeries(name) === undefined && !(name in METRICS));
  const names = new Set([
    ...catalogued.map(({ name, type }) => (type === "histogram" ? `${name}_(bucket|count|sum)` : name)),
    ...others,
    // Whether it is a histogram only its program knows.
    ...metrics.map((name) => `${name}(_bucket|_count|_sum)?`),
  ]);
  return [...names].sort();
}

/** What a job says about what it keeps. */
type ScrapeKeeps = Pick<ScrapeJob, "emits" | "metrics">;

/** Samples of one scrape beyond which all of them are dropped. */
export function sampleLimit({
  emits,
  metrics = [],
  seriesBudget,
}: Pick<ScrapeJob, "emits" | "metrics" | "seriesBudget">): number {
  const budget = seriesBudget ?? (emits === undefined ? UNKNOWN_BUDGET : budgetOf(emits) + metrics.length * OWN_METRIC);
  return Math.ceil(budget * BUDGET_HEADROOM);
}

// Series of one declared metric: a histogram with a few labels.
const OWN_METRIC = 100;

function budgetOf(emits: readonly MetricSource[]): number {
  return emits.reduce((sum, source) => sum + SERIES_BUDGETS[source], 0);
}

/** Everything that is wrong with what jobs keep; `[]` when all is well. */
export function budgetProblems(jobs: readonly ScrapeJob[]): Problem[] {
  return jobs.flatMap(({ job, metrics = [], seriesBudget }) => {
    const at = `scrapeJobs.${job}`;
    const allowed = "the name of a metric, without _bucket, _count and _sum";
    const names = metrics.filter((name) => !METRIC_NAME.fits(name));
    const problems = names.map((given): Problem => ({ property: `${at}.metrics`, given, allowed }));
    if (seriesBudget === undefined || SERIES.fits(seriesBudget)) return problems;
    const wrong = { property: `${at}.seriesBudget`, given: seriesBudget, allowed: "a whole number from 1 to 100000" };
    return [...problems, wrong];
  });
}
