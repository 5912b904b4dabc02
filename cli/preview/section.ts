/** What a report is made of. */

import type { Plan } from "./plan.ts";

/** How much a change asks of who reads it: to know of it, to think about it, or to stop. */
export type Weight = "note" | "look" | "stop";

/** One change. */
export interface Finding {
  /** What became of it, one word where one is enough: `added`, `loosened`, `replaced`. */
  readonly change: string;
  /** What it is about: the name of an alert, a container, a route. */
  readonly subject: string;
  /** The change in words, without the subject; findings that say the same stand together. */
  readonly text: string;
  /** How much it asks of the reader. @default "note" */
  readonly weight?: Weight;
}

/** A section of the report: one file each in `sections/`, and a line in `report.ts`. */
export interface Section {
  /** Its name in JSON. */
  readonly name: string;
  /** Its title. */
  readonly title: string;
  /** What is said where it finds nothing. */
  readonly nothing: string;
  /** What it finds in a plan. */
  find(plan: Plan): readonly Finding[];
}
