/** What came of the drills, as a person and as a program reads it. */

import { styleText } from "node:util";
import { formatSeconds } from "../../offline/report.ts";
import { given } from "../../services/given.ts";
import type { PlannedAlert } from "../../signals/drill-plan.ts";
import { table } from "../table.ts";
import { describe } from "./exercise.ts";
import { exitCodeOf, nameOf, type Outcome, STEPS, slowSteps } from "./outcome.ts";

const COLOURS = {
  ok: "green",
  late: "yellow",
  failed: "red",
  absent: "red",
  undrillable: "dim",
  "cut off": "yellow",
} as const satisfies Record<Outcome["status"], Parameters<typeof styleText>[0]>;

/** The table: seconds that each step took, and its bound. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => [
    nameOf(outcome.plan),
    ...STEPS.map((step) => {
      const took = outcome.seconds[step];
      return took === undefined ? "-" : `${took.toFixed(1)} / ${Math.round(outcome.plan.bounds[step])}`;
    }),
    styleText(COLOURS[outcome.status], outcome.status, { stream: process.stdout }),
  ]);
  const head = ["alert", ...STEPS.map((step) => `${step} s`), ""];
  return table(
    head,
    rows,
    STEPS.map((_, index) => index + 1),
  );
}

/** All that is known of a failure, which step was late, or why there was nothing to try. */
export function failureOf({ plan, status, seconds, problem, why }: Outcome): string {
  if (why !== undefined) return `\n${nameOf(plan)}\n  not tried  ${why}\n`;
  if (status === "late") {
    const words = slowSteps(seconds, plan.bounds).map((step) => `${step} within ${Math.round(plan.bounds[step])} s`);
    const took = slowSteps(seconds, plan.bounds).map((step) => `${step} after ${seconds[step]} s`);
    return `\n${nameOf(plan)}\n  expected  ${words.join(", ")}\n  came      ${took.join(", ")}\n`;
  }
  if (problem === undefined) return "";
  return [
    "",
    styleText("red", nameOf(plan), { stream: process.stdout }),
    `  expected  ${problem.expected}`,
    `  came      ${problem.came}`,
    ...problem.look.map((place, index) => `  ${index === 0 ? "look at" : "       "}   ${place}`),
    "",
  ].join("\n");
}

/** One line on the whole run: what did not come in time, by name, or that all did. */
export function summaryOf(stack: string, outcomes: readonly Outcome[], seconds: number): string {
  const of = (status: Outcome["status"]) => outcomes.filter((outcome) => outcome.status === status);
  const asked = outcomes.length - of("undrillable").length - of("cut off").length;
  const aside = (["cut off", "undrillable"] as const).flatMap((status) =>
    of(status).length === 0 ? [] : [`, ${of(status).length} ${status}`],
  );
  const rest = `${aside.join("")} (${formatSeconds(seconds)})`;
  const bad = (["failed", "absent", "late"] as const).filter((status) => of(status).length > 0);
  if (bad.length === 0) return `${stack}: ${of("ok").length} of ${asked} alerts came, were told and ended${rest}.\n`;
  const counts = bad.map((status) => `${of(status).length} ${status.toUpperCase()}`).join(", ");
  const names = bad.map(
    (status) =>
      `${status}: ${of(status)
        .map(({ plan }) => nameOf(plan))
        .join(", ")}`,
  );
  return `${stack}: of ${asked} alerts ${counts}, ${of("ok").length} in time${rest}. ${names.join("; ")}.\n`;
}

/** The whole run for a program. */
export function jsonOf(stack: string, outcomes: readonly Outcome[], seconds: number): string {
  const document = {
    stack,
    ok: exitCodeOf(outcomes, false) === 0,
    seconds: Math.round(seconds * 10) / 10,
    alerts: outcomes.map(({ plan, status, seconds: took, muted, problem, why }) => ({
      alert: plan.alert,
      severity: plan.severity,
      labels: plan.labels,
      status,
      ...(plan.fault === undefined ? {} : { fault: describe({ fault: plan.fault }) }),
      seconds: took,
      bounds: plan.bounds,
      muted,
      ...(problem ?? {}),
      ...given({ why }),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What would be done, a line an alert. */
export function listOf(alerts: readonly PlannedAlert[]): string {
  const width = Math.max(0, ...alerts.map((plan) => nameOf(plan).length));
  return alerts
    .map((plan) => {
      const { fault, undrillable = "", bounds } = plan;
      const words =
        fault === undefined ? undrillable : `${describe({ fault })} (fires within ${Math.round(bounds.detect)} s)`;
      return `${nameOf(plan).padEnd(width)}  ${words}\n`;
    })
    .join("");
}
