/** Every receiver is reached: by a test notification that says so, and Alertmanager's own count of what it delivered. */

import { randomUUID } from "node:crypto";
import type { ProofReceiver } from "../../signals/proof.ts";
import { arrived } from "./arrivals.ts";
import { askJson } from "./ask.ts";
import {
  type Check,
  type CheckKind,
  failed,
  listed,
  missing,
  ok,
  skipped,
  type Verification,
  warning,
} from "./check.ts";
import { deliveriesOf, wordsOf } from "./deliveries.ts";

/** Name of the alert that is none. */
export const TEST_ALERT = "VigieVerify";

/** What a test is known by; the same in every notice of a run. */
interface Test {
  readonly id: string;
  readonly posted: Promise<void>;
  readonly before: ReturnType<typeof deliveriesOf>;
}

const LOOK = "docs/runbooks/NotificationsFailing.md";

/** A check for each receiver: it takes a test notice; where that would reach people, it has to be known, no more. */
export const receivers: CheckKind = (verification) => {
  const { proof, notify } = verification;
  const { alertmanager } = proof.urls;
  if (alertmanager === undefined || proof.receivers.length === 0) return [];
  // A test goes to all who are told of such an alert: it is sent by itself only where all of them are inboxes.
  const reachesPeople = proof.receivers.some(({ arrivals }) => arrivals === undefined);
  let test: Test | undefined;
  const begin = (signal: AbortSignal): Test => {
    if (test === undefined) {
      test = beginTest(verification, alertmanager, signal);
      // Whoever waits for it tells of it, and begins another one.
      test.posted.catch(() => {
        test = undefined;
      });
    }
    return test;
  };
  return proof.receivers.map(
    (receiver): Check => ({
      name: `receiver ${receiver.name}`,
      seconds: proof.noticeSeconds + 20,
      program: "alertmanager",
      look: [
        `${alertmanager}#/alerts?receiver=${receiver.name}`,
        ...(receiver.arrivals === undefined ? [] : [receiver.arrivals.url]),
        `curl -s ${alertmanager}metrics | grep 'notification.*receiver_name="${receiver.name}"'`,
        LOOK,
      ],
      async find(signal) {
        const known = await askJson<{ name: string }[]>(verification.ask, `${alertmanager}api/v2/receivers`, {
          signal,
        });
        const names = known.map(({ name }) => name);
        if (missing([receiver.name], names).length > 0) {
          return failed(`a receiver ${receiver.name} in Alertmanager`, `it has ${listed(names)}`);
        }
        if (reachesPeople && !notify) return skipped("known; --notify sends a test notification, which reaches people");
        const finding = await delivered(verification, receiver, begin(signal), signal);
        return finding.status === "failed" && receiver.muted === true
          ? warning(`${finding.came}; it has mute timings`, true)
          : finding;
      },
    }),
  );
};

async function delivered(verification: Verification, receiver: ProofReceiver, test: Test, signal: AbortSignal) {
  await test.posted;
  const before = (await test.before).get(receiver.name);
  const now = (await deliveriesOf(verification, signal)).get(receiver.name);
  const expected = `a test notification (${TEST_ALERT} ${test.id}) that ${receiver.name} takes`;
  if (now === undefined) return failed(expected, "Alertmanager counts nothing for a receiver of that name");
  const tried = now.tried - (before?.tried ?? 0);
  const refused = now.refused - (before?.refused ?? 0);
  if (tried - refused < 1) return failed(expected, wordsOf(tried, refused));
  if (receiver.arrivals === undefined) return ok("took a test notification");
  return (await arrived(verification.ask, receiver.arrivals, test.id, signal))
    ? ok("a test notification arrived")
    : failed(expected, `Alertmanager delivered it, and it is not at ${receiver.arrivals.url}`);
}

/** Posts one alert for each way to the receivers, which ends by itself a minute later at most. */
function beginTest(verification: Verification, alertmanager: string, signal: AbortSignal): Test {
  const { proof, ask, now } = verification;
  const id = randomUUID();
  // A service of its own is a group of its own: it waits for no earlier test, and nothing mutes it.
  const own = (severity: string) => `verify-${severity}-${id.slice(0, 8)}`;
  const ways = new Map(
    proof.receivers.map(({ alert: { service, severity } }) => [
      `${service} ${severity}`,
      { service: service ?? own(severity), severity },
    ]),
  );
  const before = deliveriesOf(verification, signal);
  const alerts = [...ways.values()].map((labels) => ({
    labels: { alertname: TEST_ALERT, ...labels, verify: id, stack: proof.stack },
    annotations: {
      summary: `TEST of ${proof.stack}: nothing is wrong, npm run verify asks whether you hear of alerts`,
      // A mail has no labels: by this it is found in an inbox.
      description: `There is nothing to do. It is resolved by itself. Test ${id}.`,
    },
    startsAt: new Date(now()).toISOString(),
    endsAt: new Date(now() + (proof.noticeSeconds + 5) * 1000).toISOString(),
  }));
  const posted = before.then(async () => {
    const { status, body } = await ask(`${alertmanager}api/v2/alerts`, { signal, json: alerts });
    if (status !== 200) throw new Error(`Alertmanager answers ${status} to a test alert: ${body.slice(0, 200)}`);
  });
  return { id, posted, before };
}
