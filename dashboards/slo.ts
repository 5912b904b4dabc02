import type { Duration } from "../services/units.ts";
import type { DashboardFile, Watched } from "../signals/signals.ts";
import { SLO_SERIES } from "../signals/slo/names.ts";
import { choice, dashboardFile } from "./dashboard-file.ts";
import { figure, lines, list } from "./panels.ts";
import { pageOf, pagesOf } from "./watched.ts";

const CHOSEN = '{job="$job"}';
const legend = "{{slo}}";

/**
 * How many times too fast an error budget is burnt over a window; 0 while nobody asks anything.
 *
 * @param selector of the jobs, with its braces
 */
export function burnRateOf(window: Duration, selector: string): string {
  const budget = `${SLO_SERIES.budget}${selector}`;
  return `${SLO_SERIES.ratio(window)}${selector} / on (job, slo) ${budget} or 0 * ${budget}`;
}

/**
 * What is left of an error budget, from 1 down; all of it before anybody asked anything.
 *
 * @param selector of the jobs, with its braces
 */
export function budgetLeftOf(selector: string): string {
  return `${SLO_SERIES.remaining}${selector} or 1 + 0 * ${SLO_SERIES.budget}${selector}`;
}

/** The objectives of one service: what it owes, how much of its error budget is left, and how fast that burns. */
export function sloDashboard(watched: Watched): DashboardFile {
  const { burnRates, period } = watched.pace.slo;
  const fastest = burnRates.reduce((a, b) => (b.factor > a.factor ? b : a));
  const burn = (window: Duration): string => burnRateOf(window, CHOSEN);
  return dashboardFile({
    uid: "slo",
    title: "Objectives",
    description: "What a service owes its users, how much of its error budget is left, and how fast it burns.",
    variables: [
      choice({
        name: "job",
        label: "Service",
        query: `label_values(${SLO_SERIES.objective}, job)`,
      }),
    ],
    deploymentsOf: 'service="$job"',
    // Not every service has a page of its own: that of one whose code is not ours is its kind's.
    links: [...pagesOf(watched, "$job"), ...Object.keys(watched.objectives).flatMap((job) => pageOf(watched, job))],
    panels: [
      figure({
        title: "Least budget left",
        description: `The worse of availability and latency. The budget is for ${period}, or as long as samples are kept; below 0 the objective is missed.`,
        unit: "percentunit",
        marks: [{ value: 0, means: "critical", fires: "below" }],
        expr: `min(${budgetLeftOf(CHOSEN)})`,
      }),
      figure({
        title: "Burn rate now",
        description: `How many times too fast the budget goes, over ${fastest.short}. From ${fastest.factor} on, somebody is paged when it stays so.`,
        unit: "short",
        expr: `max(${burn(fastest.short)})`,
        marks: [{ value: fastest.factor, means: fastest.severity }],
      }),
      list({
        title: "Objectives",
        description: "Share of the requests that must not fail, and share of the others that must be fast.",
        unit: "percentunit",
        expr: `${SLO_SERIES.objective}${CHOSEN}`,
      }),
      lines({
        title: "Budget left",
        description: "1 is all of it. A steep fall is an outage; a line that falls for days wants mending by day.",
        unit: "percentunit",
        signed: true,
        marks: [{ value: 0, means: "objective", fires: "below" }],
        queries: [{ expr: budgetLeftOf(CHOSEN), legend }],
      }),
      ...burnRates.map(({ factor, long, short, severity }) =>
        lines({
          title: `Burn rate over ${long}`,
          description: `Above ${factor} here and over ${short} the alert is ${severity}.`,
          unit: "short",
          marks: [{ value: factor, means: severity }],
          queries: [
            { expr: burn(long), legend: `{{slo}}, ${long}` },
            { expr: burn(short), legend: `{{slo}}, ${short}` },
          ],
        }),
      ),
      lines({
        title: "Errors",
        description: `Share of the requests over ${fastest.short} that failed, or of the others that were slow, and the most that may.`,
        unit: "percentunit",
        queries: [
          { expr: `${SLO_SERIES.ratio(fastest.short)}${CHOSEN} or 0 * ${SLO_SERIES.budget}${CHOSEN}`, legend },
          { expr: `${SLO_SERIES.budget}${CHOSEN}`, legend: "{{slo}}, the most" },
        ],
      }),
    ],
  });
}
