/** What the sections of a preview find in a plan of a few steps. */

import { planOf } from "../../../cli/preview/plan.ts";
import type { Section } from "../../../cli/preview/section.ts";
import { END, type GivenStep, outputsEvent, stepEvent, told } from "./events.ts";

/** What a section finds, a line each: `!` for a look, `!!` for a stop. */
export function found(
  section: Section,
  steps: readonly GivenStep[],
  outputs: Readonly<Record<string, unknown>> = {},
  now = outputs,
) {
  const plan = planOf(told(...steps.map(stepEvent), outputsEvent(outputs, now), END));
  const signs = { note: "", look: "!", stop: "!!" };
  return section
    .find(plan)
    .map(({ change, subject, text, weight = "note" }) => `${signs[weight]}${change}: ${subject}: ${text}`);
}

/** A container of a component. */
export const container = (
  op: string,
  name: string,
  component: string,
  more: Readonly<Record<string, unknown>> = {},
): GivenStep => {
  const inputs = { name: `shop-dev-${name}`, labels: [{ label: "vigie.component", value: component }], ...more };
  return { op, name, ...(op === "create" ? {} : { old: inputs }), ...(op === "delete" ? {} : { new: inputs }) };
};
