/** What arrives in the inboxes that stand in for people. */

import type { InboxKind } from "../../signals/drill.ts";
import type { Proof } from "../../signals/proof.ts";
import { readSubject } from "../../signals/receivers/subject.ts";

/** Something that has arrived in an inbox. */
export interface Arrival {
  /** Which inbox it is in: that of notices, or of mails. */
  readonly kind: InboxKind;
  /** Whether it says that something fires, or that it is over. */
  readonly status: "firing" | "resolved";
  /** Who tells: Alertmanager of an alert, or the dead man's switch of the whole monitoring. */
  readonly of: "alert" | "monitoring";
  /** Labels of the alert; of a mail `alertname`, `service` and `severity`. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was first seen here, in milliseconds. */
  readonly at: number;
}

interface Notice {
  readonly received: number;
  readonly notice: {
    readonly groupKey?: string;
    readonly alerts?: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
  };
}

interface Mails {
  readonly messages: readonly { readonly ID: string; readonly Subject: string }[];
}

/** Asks for a document; undefined where there is no answer. */
export type Get = <T>(url: string) => Promise<T | undefined>;

/**
 * Looks into each inbox of a stack once, and notes what is new in it.
 *
 * @param arrivals where that is noted, the oldest first
 */
export function inboxesOf(proof: Proof, get: Get, arrivals: Arrival[]): readonly (() => Promise<void>)[] {
  const seen = new Set<string>();
  const isNew = (key: string): boolean => !seen.has(key) && seen.add(key) !== undefined;
  const notices = async (url: string): Promise<void> => {
    const at = Date.now();
    for (const { received, notice } of (await get<readonly Notice[]>(url)) ?? []) {
      if (!isNew(`${received} ${notice.groupKey}`)) continue;
      for (const { status, labels } of notice.alerts ?? []) {
        const over = status === "resolved" ? "resolved" : "firing";
        arrivals.push({ kind: "notices", of: "alert", status: over, labels, at });
      }
    }
  };
  const mails = async (url: string): Promise<void> => {
    const at = Date.now();
    const found = await get<Mails>(`${url}api/v1/messages?limit=200`);
    for (const { ID, Subject } of [...(found?.messages ?? [])].reverse()) {
      if (isNew(ID)) arrivals.push({ kind: "mails", ...readSubject(Subject), at });
    }
  };
  const all = new Map(proof.receivers.flatMap(({ arrivals: one }) => (one ? [[one.url, one] as const] : [])));
  return [...all.values()].map(
    ({ kind, url }) =>
      () =>
        kind === "notices" ? notices(url) : mails(url),
  );
}
