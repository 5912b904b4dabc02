/** What a plan means, section by section. */

import type { Plan } from "./plan.ts";
import type { Finding, Section } from "./section.ts";
import { alerts } from "./sections/alerts.ts";
import { budget } from "./sections/budget.ts";
import { dashboards } from "./sections/dashboards.ts";
import { data } from "./sections/data.ts";
import { flows } from "./sections/flows.ts";
import { requests } from "./sections/requests.ts";
import { resources } from "./sections/resources.ts";
import { restarts } from "./sections/restarts.ts";
import { routes } from "./sections/routes.ts";
import { slos } from "./sections/slos.ts";
import { told } from "./sections/told.ts";

/** The sections, in the order in which somebody who is on call asks for them. */
export const SECTIONS: readonly Section[] = [
  data,
  requests,
  restarts,
  alerts,
  told,
  slos,
  routes,
  flows,
  budget,
  dashboards,
  resources,
];

/** What a section found. */
export interface FoundSection extends Pick<Section, "name" | "title" | "nothing"> {
  /** Its findings, the gravest first. */
  readonly findings: readonly Finding[];
}

/** A plan in words: what Markdown, JSON and the terminal show. */
export interface Report {
  /** `<project>/<stack>`. */
  readonly stack: string;
  /** Whether anything is deployed that it was compared with. */
  readonly deployed: boolean;
  /** How many resources have which operation; those that stay are not counted. */
  readonly operations: Readonly<Record<string, number>>;
  /** What each section found. */
  readonly sections: readonly FoundSection[];
  /** Warnings of the engine and of the program. */
  readonly messages: readonly string[];
}

const WEIGHTS = ["stop", "look", "note"] as const;

/** The report of a plan. */
export function reportOf(plan: Plan, sections: readonly Section[] = SECTIONS): Report {
  const operations: Record<string, number> = {};
  for (const { operation } of plan.resources) {
    if (operation !== "same") operations[operation] = (operations[operation] ?? 0) + 1;
  }
  const rank = ({ weight = "note" }: Finding): number => WEIGHTS.indexOf(weight);
  return {
    stack: `${plan.project}/${plan.stack}`,
    deployed: plan.deployed,
    operations,
    sections: sections.map((section) => ({
      name: section.name,
      title: section.title,
      nothing: section.nothing,
      // Without anything to compare with, all that it would say is that all is new.
      findings: plan.deployed ? [...section.find(plan)].sort((a, b) => rank(a) - rank(b)) : [],
    })),
    messages: plan.messages,
  };
}

/** Whether an `up` would change anything. */
export const changesAnything = ({ operations }: Pick<Report, "operations">): boolean =>
  Object.keys(operations).length > 0;
