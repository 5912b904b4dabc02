/** From a container that is killed to the webhook that says so. */

import { setTimeout as pause } from "node:timers/promises";
import { DELIVERY_SECONDS } from "../config/drill-plan.ts";
import type { DrillPlan } from "../signals/drill-plan.ts";
import type { PaceName } from "../signals/rule-group.ts";
import type { BenchContext, BenchResult } from "./context.ts";
import { type LatencyMark, latencyResult, until } from "./latency.ts";
import { ask, docker, stackPrometheus } from "./prometheus.ts";
import { containerNamed, drillsOf, proofOf } from "./stack.ts";

/** How much longer than the sum of its parts it may take, and what a person waits for who chose the quickest pace. */
export const ALERT_MARKS = { ofBound: 1.2, seconds: 8 } as const;

const QUICKEST: PaceName = "instant";

const TIMES = 20;

/** The job whose only container is killed, and the critical alert on it. */
const KILLED = "orders";
const ALERT = "TargetDown";

/** Alertmanager's second instance looks at a group every five seconds and waits two for the first, then it forgets it. */
const FORGOTTEN = 8000;

/**
 * Kills the container of a service, waits for the webhook's body, starts it again and waits until all is over; twenty
 * times, at any moment between two scrapes. Docker notes when the container ended, and the inbox when the body came:
 * neither the command's own start nor the time between two looks is counted.
 *
 * @throws Error when the stack has no inbox for webhooks, or a notice does not come within two minutes.
 */
export async function benchAlertLatency(context: BenchContext): Promise<BenchResult> {
  const { pace, scrapeSeconds, receivers } = await proofOf(context);
  const bound = boundOf(await drillsOf(context));
  const inbox = receivers.find(({ arrivals }) => arrivals?.kind === "notices")?.arrivals?.url;
  if (inbox === undefined) throw new Error(`the stack ${context.stack} has no inbox for webhooks`);
  const prometheus = await stackPrometheus(context);
  const container = await containerNamed(context, KILLED);
  const told = async (status: Told["status"], after: number) =>
    toldAt((await (await fetch(inbox)).json()) as readonly Arrived[], { status, after });
  const calm = `min(up{job="${KILLED}"}) == 1 unless on () ALERTS{alertname="${ALERT}",service="${KILLED}"}`;
  await until(`a ${KILLED} that answers`, 120, async () => (await ask(prometheus, calm))[0], 500);
  const seconds: number[] = [];
  try {
    for (let index = 0; index < TIMES; index++) {
      await pause(FORGOTTEN + Math.random() * scrapeSeconds * 1000);
      // By hand, so Docker does not start it again, whatever its restart policy.
      await docker(context, "kill", container);
      const ended = await docker(context, "inspect", "--format", "{{.State.FinishedAt}}", container);
      const killed = Date.parse(ended.trim()) / 1000;
      const notice = await until("the notice", 120, () => told("firing", killed), 250);
      seconds.push(notice - killed);
      context.write(`kill ${index + 1} of ${TIMES}: ${seconds.at(-1)?.toFixed(2)} s\n`);
      await docker(context, "start", container);
      await until("the end of the alert", 120, () => told("resolved", notice), 500);
    }
  } finally {
    await docker(context, "start", container);
  }
  return latencyResult(context, "alert-latency", seconds, alertMarks(bound, pace), {
    facts: { pace, boundSeconds: bound, alert: ALERT, service: KILLED },
  });
}

/** The marks at a pace: the quickest one has a time of its own, the others are told by their bound alone. */
export function alertMarks(bound: number, pace: PaceName): readonly LatencyMark[] {
  const { ofBound, seconds } = ALERT_MARKS;
  return [
    { name: `${ofBound} × its bound of ${bound} s`, seconds: ofBound * bound },
    ...(pace === QUICKEST ? [{ name: `for a critical alert at the pace ${pace}`, seconds }] : []),
  ];
}

/** A notice as the inbox keeps it. */
export interface Arrived {
  /** When its body was read, in seconds since 1970. */
  readonly received: number;
  /** What it says: each alert of the group, whether it fires or is over, and its labels. */
  readonly notice: {
    readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
  };
}

/** What is looked for among the notices. */
interface Told {
  readonly status: "firing" | "resolved";
  /** Seconds since 1970. */
  readonly after: number;
}

/** When the inbox was first told of the alert after a moment, in seconds since 1970: it keeps what came before. */
export function toldAt(arrived: readonly Arrived[], { status, after }: Told): number | undefined {
  const about = ({ notice }: Arrived): boolean =>
    notice.alerts.some(
      ({ labels, ...alert }) =>
        alert.status === status &&
        labels.alertname === ALERT &&
        labels.service === KILLED &&
        labels.severity === "critical",
    );
  return arrived.find((one) => one.received > after && about(one))?.received;
}

/**
 * A scrape, an evaluation, the time that the rule waits, and the time that the group does: what a drill holds the alert
 * to, but for the time that a drill gives to delivery.
 *
 * @throws Error where the stack has no such alert
 */
export function boundOf({ alerts }: DrillPlan): number {
  const planned = alerts.find(({ alert, severity }) => alert === ALERT && severity === "critical");
  if (planned === undefined) throw new Error(`the stack has no critical ${ALERT}`);
  return planned.bounds.detect + planned.bounds.notify - DELIVERY_SECONDS;
}
