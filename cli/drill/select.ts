/** Which alerts are drilled. */

import { nearest } from "../../services/problems.ts";
import type { DrillPlan, PlannedAlert } from "../../signals/drill-plan.ts";

/** What the user asked for. */
export interface Selection {
  /** Names of alerts; `Name:service` for that of one service. @default [] */
  readonly names: readonly string[];
  /** Every alert. @default false - the critical ones, and the Watchdog */
  readonly all: boolean;
}

/**
 * The alerts that were asked for.
 *
 * @throws Error for a name that no alert has, with the nearest one; for a service that has no such alert; for names and all
 */
export function selected({ alerts }: DrillPlan, { names, all }: Selection): readonly PlannedAlert[] {
  const known = [...new Set(alerts.map(({ alert }) => alert))];
  const wanted = names.map((name) => name.split(":") as [string, string?]);
  const unknown = wanted.filter(([alert]) => !known.includes(alert));
  if (unknown.length > 0) {
    const words = unknown.map(([alert]) => {
      const near = nearest(alert, known);
      return near === undefined ? alert : `${alert} (did you mean ${near}?)`;
    });
    throw new Error(`the stack has no alert ${words.join(", ")}. \`npm run drill -- --list --all\` names all of them.`);
  }
  const services = (name: string): readonly (string | undefined)[] =>
    alerts.filter(({ alert }) => alert === name).map(({ labels }) => labels.service);
  for (const [name, service] of wanted) {
    if (service === undefined || services(name).includes(service)) continue;
    const known = [...new Set(services(name))].join(", ");
    throw new Error(`${name} is no alert of ${service}: it is one of ${known}.`);
  }
  if (wanted.length > 0 && all) throw new Error("--all and --alert contradict each other: give one of them.");
  if (wanted.length > 0) {
    return alerts.filter(({ alert, labels }) =>
      wanted.some(([name, service]) => name === alert && (service === undefined || service === labels.service)),
    );
  }
  return all ? alerts : alerts.filter(({ severity }) => severity === "critical" || severity === "none");
}
