import type { Duration } from "../services/units.ts";
import type { DashboardFile, Watched } from "../signals/signals.ts";
import { SLO_SERIES } from "../signals/slo/names.ts";
import { choice, dashboardFile } from "./dashboard-file.ts";
import { figure, lines, list, type PanelBuilder } from "./panels.ts";
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
  const { short } = fastestBurnRate(watched);
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
      ...figures(watched),
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
      ...burnRatesOverTime(watched),
      lines({
        title: "Errors",
        description: `Share of the requests over ${short} that failed, or of the others that were slow, and the most that may.`,
        unit: "percentunit",
        queries: [
          { expr: `${SLO_SERIES.ratio(short)}${CHOSEN} or 0 * ${SLO_SERIES.budget}${CHOSEN}`, legend },
          { expr: `${SLO_SERIES.budget}${CHOSEN}`, legend: "{{slo}}, the most" },
        ],
      }),
    ],
  });
}

/** The burn rate that somebody is told of first. */
function fastestBurnRate({ pace }: Watched): Watched["pace"]["slo"]["burnRates"][number] {
  return pace.slo.burnRates.reduce((a, b) => (b.factor > a.factor ? b : a));
}

/** The numbers at the top: what is left of the budget, and how fast it goes. */
function figures(watched: Watched): readonly PanelBuilder[] {
  const { period } = watched.pace.slo;
  const fastest = fastestBurnRate(watched);
  return [
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
      expr: `max(${burnRateOf(fastest.short, CHOSEN)})`,
      marks: [{ value: fastest.factor, means: fastest.severity }],
    }),
  ];
}

/** How fast the budget goes, over each of the windows that an alert looks at. */
function burnRatesOverTime({ pace }: Watched): readonly PanelBuilder[] {
  return pace.slo.burnRates.map(({ factor, long, short, severity }) =>
    lines({
      title: `Burn rate over ${long}`,
      description: `Above ${factor} here and over ${short} the alert is ${severity}.`,
      unit: "short",
      marks: [{ value: factor, means: severity }],
      queries: [
        { expr: burnRateOf(long, CHOSEN), legend: `{{slo}}, ${long}` },
        { expr: burnRateOf(short, CHOSEN), legend: `{{slo}}, ${short}` },
      ],
    }),
  );
}
