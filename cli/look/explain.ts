/** `npm run explain`: all that is known of an alert. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nearest } from "../../services/problems.ts";
import type { PlannedAlert } from "../../signals/drill-plan.ts";
import { stackOptions } from "../options.ts";
import { root } from "../places.ts";
import { api } from "../verify/prometheus.ts";
import { type Deployed, looking } from "./deployed.ts";

/** A rule as Prometheus has it. */
export interface DeployedRule {
  /** The alert's name: `HttpHighErrorRatio`. */
  readonly name: string;
  /** PromQL: the alert fires for each series that it finds. */
  readonly query: string;
  /** Seconds. */
  readonly duration: number;
  /** Labels that it adds, `severity` among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Texts for people: `summary`, `description`, `runbook_url`. */
  readonly annotations: Readonly<Record<string, string>>;
  /** `inactive`, `pending` or `firing`. */
  readonly state: string;
}

/**
 * Says of an alert what its rule asks, since when it fires, whom it tells, which fault it is drilled by, and what its
 * runbook says to do. Without a name it lists those that there are.
 *
 * @throws Error that names the alert that was meant
 */
export async function explain(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, [], [], ["alert"]);
  const [name] = options.words;
  await looking(options, async (deployed) => {
    const { alerts } = deployed.drills;
    const known = [...new Set(alerts.map(({ alert }) => alert))].sort();
    if (name === undefined) {
      process.stdout.write(`${known.join("\n")}\n`);
      return;
    }
    if (!known.includes(name)) {
      const near = nearest(name, known);
      const meant = near === undefined ? "`npm run explain` lists those that there are." : `Did you mean ${near}?`;
      throw new Error(`there is no alert ${name} in ${deployed.proof.stack}. ${meant}`);
    }
    const rules = await rulesOf(deployed).catch(() => undefined);
    const planned = alerts.filter(({ alert }) => alert === name);
    process.stdout.write(
      explained(
        name,
        planned,
        rules?.filter((rule) => rule.name === name),
        runbookOf(name),
      ),
    );
  });
  return 0;
}

async function rulesOf(deployed: Deployed): Promise<readonly DeployedRule[]> {
  const { groups } = await api<{ groups: readonly { readonly rules: readonly DeployedRule[] }[] }>(
    deployed,
    "rules?type=alert",
    AbortSignal.timeout(8000),
  );
  return groups.flatMap(({ rules }) => rules);
}

function runbookOf(alert: string): string | undefined {
  const file = join(root, "docs", "runbooks", `${alert}.md`);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/**
 * An alert in words.
 *
 * @param rules its rules; undefined where Prometheus does not say
 * @param runbook its text; undefined where there is none here
 */
export function explained(
  name: string,
  planned: readonly PlannedAlert[],
  rules: readonly DeployedRule[] | undefined,
  runbook: string | undefined,
): string {
  const parts = [`${name}\n`];
  if (rules === undefined) parts.push("Prometheus does not answer: its rule is not shown.\n");
  for (const { query, duration, labels, annotations, state } of rules ?? []) {
    parts.push(
      [
        `${labels.severity ?? "no severity"}, ${labels.kind ?? ""}: ${state} now`,
        `  says       ${annotations.summary ?? ""}`,
        `  means      ${annotations.description ?? ""}`,
        `  asks       ${query.replace(/\s+/g, " ")}`,
        `  must hold  ${duration} s`,
        ...(annotations.dashboard_url === undefined ? [] : [`  graphs     ${annotations.dashboard_url}`]),
        "",
      ].join("\n"),
    );
  }
  parts.push(...planned.map(plannedText));
  if (runbook !== undefined) parts.push(runbook.replace(/^# .*\n+/, ""));
  return parts.join("\n");
}

function plannedText({ severity, labels, receivers, mutes, fault, undrillable, bounds }: PlannedAlert): string {
  const whom = labels.service === undefined ? "" : ` of ${labels.service}`;
  return [
    `${severity}${whom}`,
    `  tells      ${receivers.length === 0 ? "nobody" : receivers.join(", ")}`,
    ...(mutes.length === 0 ? [] : [`  mutes      what is felt by ${mutes.join(", ")}`]),
    fault === undefined
      ? `  drilled    not: ${undrillable ?? "no reason is given"}`
      : `  drilled    by ${fault.kind}; fires within ${bounds.detect} s, told ${bounds.notify} s later`,
    "",
  ].join("\n");
}
