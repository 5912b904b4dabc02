/** What Alertmanager itself counts of the notices that it sent. */

import { beginningOf, Unanswered } from "./ask.ts";
import type { Verification } from "./check.ts";

/** The attempts of one receiver, since Alertmanager started. */
export interface Deliveries {
  /** Attempts. */
  readonly tried: number;
  /** Those that failed. */
  readonly refused: number;
}

const LINE = /^alertmanager_notification_requests(?<failed>_failed)?_total\{(?<labels>[^}]*)\} (?<value>\S+)$/;

/** The counts by receiver, from Alertmanager's own page: Prometheus would know them a scrape later. */
export async function deliveriesOf(
  { proof, ask }: Pick<Verification, "proof" | "ask">,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Deliveries>> {
  const url = `${proof.urls.alertmanager}metrics`;
  const { status, body } = await ask(url, { signal });
  if (status !== 200) throw new Unanswered(`200 of ${url}`, `${status} ${beginningOf(body)}`);
  const found = new Map<string, Deliveries>();
  for (const line of body.split("\n")) {
    const { failed, labels, value } = LINE.exec(line)?.groups ?? {};
    const receiver = /receiver_name="([^"]*)"/.exec(labels ?? "")?.[1];
    if (receiver === undefined) continue;
    const { tried, refused } = found.get(receiver) ?? { tried: 0, refused: 0 };
    const count = Number(value);
    found.set(receiver, failed === undefined ? { tried: tried + count, refused } : { tried, refused: refused + count });
  }
  return found;
}

/** What the counts of a test say, where it was not delivered. */
export function wordsOf(tried: number, refused: number): string {
  if (tried === 0) return "Alertmanager has not tried to send it";
  return `${refused} of ${tried} attempts to send it failed`;
}
