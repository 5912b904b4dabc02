/** From a container that is killed to the webhook that says so. */

import { setTimeout as pause } from "node:timers/promises";
import type { BenchContext, BenchResult } from "./context.ts";
import { latencyResult, until } from "./latency.ts";
import { ask, docker, stackPrometheus } from "./prometheus.ts";
import { containerNamed, proofOf } from "./stack.ts";

/** How much longer than the sum of its parts it may take, and what a person at the machine waits for. */
export const ALERT_MARKS = { ofBound: 1.2, seconds: 8 } as const;

const TIMES = 20;

/** The job whose only container is killed, and the critical alert on it. */
const KILLED = "orders";
const ALERT = "TargetDown";

/**
 * Kills the container of a service, waits for the webhook's body, starts it again and waits until all is over; twenty
 * times, at any moment between two scrapes.
 *
 * @throws Error when the stack has no inbox for webhooks, or a notice does not come within two minutes.
 */
export async function benchAlertLatency(context: BenchContext): Promise<BenchResult> {
  const { scrapeSeconds, receivers } = await proofOf(context);
  const inbox = receivers.find(({ arrivals }) => arrivals?.kind === "notices")?.arrivals?.url;
  if (inbox === undefined) throw new Error(`the stack ${context.stack} has no inbox for webhooks`);
  const prometheus = await stackPrometheus(context);
  const container = await containerNamed(context, KILLED);
  const states = async (): Promise<readonly string[]> =>
    ((await (await fetch(inbox)).json()) as readonly Arrived[]).flatMap(({ notice }) =>
      notice.alerts
        .filter(({ labels }) => labels.alertname === ALERT && labels.service === KILLED)
        .map(({ status }) => status),
    );
  const answers = async () => Number((await ask(prometheus, `min(up{job="${KILLED}"})`))[0]?.value?.[1]) === 1;
  const seconds: number[] = [];
  for (let index = 0; index < TIMES; index++) {
    await pause(Math.random() * scrapeSeconds * 1000);
    const before = (await states()).length;
    const began = performance.now();
    await docker(context, "kill", container);
    await until("the notice", 120, async () => ((await states()).slice(before).includes("firing") ? true : undefined));
    seconds.push((performance.now() - began) / 1000);
    context.write(`kill ${index + 1} of ${TIMES}: ${seconds.at(-1)?.toFixed(1)} s\n`);
    await docker(context, "start", container);
    await until("the service", 120, async () => ((await answers()) ? true : undefined), 500);
    await until("the end of the alert", 120, async () =>
      (await states()).slice(before).includes("resolved") ? true : undefined,
    );
    // A group that is told of once more waits for its interval, not for its first wait.
    await pause(6000);
  }
  const bound = await boundOf(context, prometheus.url, scrapeSeconds);
  return latencyResult(
    context,
    "alert-latency",
    seconds,
    [
      { name: `${ALERT_MARKS.ofBound} × its bound of ${bound} s`, seconds: ALERT_MARKS.ofBound * bound },
      { name: "for a critical alert at the fast pace", seconds: ALERT_MARKS.seconds },
    ],
    { facts: { boundSeconds: bound, alert: ALERT, service: KILLED } },
  );
}

interface Arrived {
  readonly notice: {
    readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
  };
}

/** A scrape, an evaluation, the time that the rule waits, and the time that the group does: as the programs say it. */
async function boundOf(context: BenchContext, prometheus: string, scrapeSeconds: number): Promise<number> {
  const { data } = (await (await fetch(`${prometheus}/api/v1/rules?type=alert&rule_name[]=${ALERT}`)).json()) as {
    data: {
      groups: readonly { interval: number; rules: readonly { duration: number; labels: { severity: string } }[] }[];
    };
  };
  const [group] = data.groups;
  const rule = group?.rules.find(({ labels }) => labels.severity === "critical");
  if (group === undefined || rule === undefined) throw new Error(`Prometheus has no critical ${ALERT}`);
  const { urls } = await proofOf(context);
  const status = (await (await fetch(`${urls.alertmanager}api/v2/status`)).json()) as { config: { original: string } };
  const wait = Number(/^ *group_wait: (\d+)s$/m.exec(status.config.original)?.[1] ?? 0);
  return scrapeSeconds + group.interval + rule.duration + wait;
}
