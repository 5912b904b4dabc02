import { PACES, type Pace } from "../signals/rule-group.ts";
import type { DashboardFile } from "../signals/signals.ts";
import { SLO_SERIES } from "../signals/slo/names.ts";
import { choice, dashboardFile, figure, lines, list } from "./panels.ts";

const CHOSEN = '{job="$job"}';
const legend = "{{slo}}";

/** The objectives of one service: what it owes, how much of its error budget is left, and how fast that burns. */
export function sloDashboard(pace: Pace = PACES.steady): DashboardFile {
  const { burnRates, period } = pace.slo;
  const fastest = burnRates.reduce((a, b) => (b.factor > a.factor ? b : a));
  const burn = (window: Parameters<typeof SLO_SERIES.ratio>[0]): string =>
    `${SLO_SERIES.ratio(window)}${CHOSEN} / on (job, slo) ${SLO_SERIES.budget}${CHOSEN}`;
  return dashboardFile({
    uid: "slo",
    title: "Objectives",
    description: "What a service owes its users, how much of its error budget is left, and how fast it burns.",
    variables: [
      choice({
        name: "job",
        label: "Service",
        query: `label_values(${SLO_SERIES.objective}, job)`,
        datasource: "prometheus",
      }),
    ],
    panels: [
      figure({
        title: "Least budget left",
        description: `The worse of availability and latency. The budget is for ${period}, or as long as samples are kept; below 0 the objective is missed.`,
        unit: "percentunit",
        expr: `min(${SLO_SERIES.remaining}${CHOSEN})`,
      }),
      figure({
        title: "Burn rate now",
        description: `How many times too fast the budget goes, over ${fastest.short}. From ${fastest.factor} on, somebody is paged when it stays so.`,
        unit: "short",
        expr: `max(${burn(fastest.short)})`,
        limit: fastest.factor,
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
        queries: [{ expr: `${SLO_SERIES.remaining}${CHOSEN}`, legend }],
      }),
      ...burnRates.map(({ factor, long, short, severity }) =>
        lines({
          title: `Burn rate over ${long}`,
          description: `Above ${factor} here and over ${short} the alert is ${severity}.`,
          unit: "short",
          queries: [
            { expr: burn(long), legend: `{{slo}}, ${long}` },
            { expr: burn(short), legend: `{{slo}}, ${short}` },
          ],
        }),
      ),
      lines({
        title: "Errors",
        description: `Share of the requests over ${fastest.short} that failed, or of the others that were slow.`,
        unit: "percentunit",
        queries: [{ expr: `${SLO_SERIES.ratio(fastest.short)}${CHOSEN}`, legend }],
      }),
    ],
  });
}
