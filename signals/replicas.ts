import type { PackAlert } from "./pack.ts";
import type { AlertingRule } from "./rule-group.ts";

/** How an alert says what is wrong. */
export type AlertTexts = Pick<AlertingRule, "summary" | "description">;

/** Replicas of one job, of which each says whether it answers. */
export interface Replicas extends Pick<AlertingRule, "alert" | "for" | "keepFiringFor"> {
  /** Their `job` label, which is also the component's name. */
  readonly job: string;
  /** Metric that is 1 where a replica answers, and 0 where it does not. */
  readonly up: string;
  /** Names of their containers, without those of exporters. */
  readonly containers: readonly string[];
  /** What is said when none answers. */
  readonly none: AlertTexts;
  /** What is said when one does not answer, and another one does. */
  readonly one: AlertTexts;
}

/**
 * Alerts on replicas that do not answer: an outage when none does, and a warning while another one answers for it.
 *
 * @example
 * ```ts
 * downAlerts({ alert: "NginxDown", job: "blog", up: "nginx_up", containers: ["blog-1", "blog-2"], for: "1m", none, one });
 * ```
 */
export function downAlerts(replicas: Replicas): readonly PackAlert[] {
  const { job, up, containers, none, one, ...shared } = replicas;
  const answers = `${up}{job="${job}"}`;
  const down = `max by (job, instance) (${answers}) == 0`;
  const all = { component: job, name: containers };
  return [
    {
      ...shared,
      ...none,
      expr: `${down} unless on (job) ${answers} == 1`,
      severity: "critical",
      kind: "outage",
      drill: { fault: { kind: "stop", containers: all } },
    },
    {
      ...shared,
      ...one,
      expr: `${down} and on (job) ${answers} == 1`,
      severity: "warning",
      kind: "cause",
      drill:
        containers.length > 1
          ? { fault: { kind: "stop", containers: { ...all, one: true } } }
          : { undrillable: `It takes several replicas, and ${job} has one.` },
    },
  ];
}
