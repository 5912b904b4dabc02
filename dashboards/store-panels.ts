/** What the pages of all data stores show alike. */

import type { DashboardFile, Watched } from "../signals/signals.ts";
import { choice, dashboardFile } from "./dashboard-file.ts";
import { figure, lines, type PanelBuilder } from "./panels.ts";
import { limitsOf, pagesOf } from "./watched.ts";

/** The page of a kind of store. */
export interface StorePage {
  /** Its id, the last part of its path: `redis`. */
  readonly uid: string;
  /** What people call the store: `Redis`. */
  readonly title: string;
  /** What the page shows, and from which exporter. */
  readonly description: string;
  /** The metric that is 1 while the exporter reaches the store; its jobs are the choice of the page. */
  readonly up: string;
  /** What it shows. */
  readonly panels: readonly PanelBuilder[];
}

/** A page on which one of the stores of a kind is chosen, with the deployments of it and the pages that go on from it. */
export function storePage(watched: Watched, { up, panels, ...page }: StorePage): DashboardFile {
  return dashboardFile({
    ...page,
    variables: [choice({ name: "job", label: page.title, query: `label_values(${up}, job)` })],
    deploymentsOf: 'service="$job"',
    links: pagesOf(watched, "$job"),
    panels,
  });
}

/**
 * Whether the exporter reaches the store.
 *
 * @param up the metric that says so
 * @param description who lacks it otherwise
 */
export function answers(up: string, description: string): PanelBuilder {
  return figure({
    title: "Answers",
    description,
    unit: "bool_yes_no",
    marks: [{ value: 1, means: "critical", fires: "below" }],
    expr: `min(${up}{job="$job"})`,
  });
}

/** How many of a store's connections are taken: the share, and the alert that has its limit. */
export interface TakenConnections {
  /** The share, in PromQL. */
  readonly expr: string;
  /** Name of the alert. */
  readonly alert: string;
  /** A sentence of what happens near the end. @default - new ones are refused */
  readonly nearTheEnd?: string;
}

/** The share of the connections that are taken, as a number. */
export function connectionsUsed(watched: Watched, { expr, alert, nearTheEnd }: TakenConnections): PanelBuilder {
  return figure({
    title: "Connections used",
    description: `Share of the connections that it may have. ${nearTheEnd ?? "At 100% new ones are refused."}`,
    unit: "percentunit",
    marks: limitsOf(watched, alert),
    expr,
  });
}

/** The same over time. */
export function connectionsTaken(watched: Watched, { expr, alert, nearTheEnd }: TakenConnections): PanelBuilder {
  return lines({
    title: "Connections, of the most",
    description: `Share of the connections that are taken. ${nearTheEnd ?? "When all are, services that open one are refused."}`,
    unit: "percentunit",
    marks: limitsOf(watched, alert),
    queries: [{ expr, legend: "taken" }],
  });
}

/**
 * Which of its statistics an exporter can read.
 *
 * @param success metric that is 1 for each kind that it can
 */
export function readableStatistics(success: string): PanelBuilder {
  return lines({
    title: "Statistics that can be read",
    description: "1 for each kind of statistics that the exporter can read. At 0 its panels and alerts are silent.",
    unit: "bool_yes_no",
    max: 1,
    queries: [{ expr: `min by (collector) (${success}{job="$job"})`, legend: "{{collector}}" }],
  });
}
