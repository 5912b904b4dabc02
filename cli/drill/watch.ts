/** What Prometheus, Alertmanager and the inboxes say, looked at twice a second for all drills of a run. */

import { setTimeout as sleep } from "node:timers/promises";
import type { InboxKind } from "../../signals/drill.ts";
import type { Proof } from "../../signals/proof.ts";
import { type Ask, askJson } from "../verify/ask.ts";

/** An alert as Prometheus has it. */
export interface SeenAlert {
  /** `pending` while its rule waits for `for` to pass, then `firing`. */
  readonly state: "firing" | "pending";
  /** All its labels, `alertname` among them. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Something that has arrived in an inbox. */
export interface Arrival {
  /** Which inbox it is in: that of notices, or of mails. */
  readonly kind: InboxKind;
  /** Whether it says that the alert fires, or that it is over. */
  readonly status: "firing" | "resolved";
  /** Labels of the alert; of a mail `alertname`, `service` and `severity`, or none for one of the dead man's switch. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was first seen here, in milliseconds. */
  readonly at: number;
  /** The subject of a mail. @default - it is a notice */
  readonly subject?: string;
}

/** What is seen. */
export interface Watch {
  /** The alerts of now; undefined while Prometheus does not answer. */
  alerts(): readonly SeenAlert[] | undefined;
  /** Labels of the alerts that Alertmanager keeps back. */
  inhibited(): readonly Readonly<Record<string, string>>[];
  /** Everything that has arrived since the watch began. */
  arrivals(): readonly Arrival[];
  /** The next look. */
  next(): Promise<void>;
  /** Ends the looking; what was seen stays. */
  end(): void;
}

const PAUSE = 500;
const PATIENCE = 4000;

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

interface Kept {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

/** Begins to look. What is in the inboxes already counts as before. */
export async function beginWatch(proof: Proof, ask: Ask): Promise<Watch> {
  const seen = new Set<string>();
  const arrivals: Arrival[] = [];
  let alerts: readonly SeenAlert[] | undefined;
  let inhibited: readonly Readonly<Record<string, string>>[] = [];
  let ended = false;
  let waiting: (() => void)[] = [];
  const inboxes = [
    ...new Map(proof.receivers.flatMap(({ arrivals: one }) => (one ? [[one.url, one] as const] : []))).values(),
  ];
  const get = <T>(url: string): Promise<T | undefined> =>
    askJson<T>(ask, url, { signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
  const isNew = (key: string): boolean => !seen.has(key) && seen.add(key) !== undefined;
  const look = async () => {
    const looks = [
      get<{ data: { alerts: readonly SeenAlert[] } }>(`${proof.urls.prometheus}api/v1/alerts`).then((answer) => {
        alerts = answer?.data.alerts;
      }),
      get<readonly Kept[]>(`${proof.urls.alertmanager}api/v2/alerts?inhibited=true`).then((answer) => {
        inhibited = (answer ?? []).filter(({ status }) => status.inhibitedBy.length > 0).map(({ labels }) => labels);
      }),
      ...inboxes.map(async ({ kind, url }) => {
        const at = Date.now();
        if (kind === "notices") {
          for (const { received, notice } of (await get<readonly Notice[]>(url)) ?? []) {
            if (!isNew(`${received} ${notice.groupKey}`)) continue;
            for (const { status, labels } of notice.alerts ?? []) {
              arrivals.push({ kind, status: status === "resolved" ? "resolved" : "firing", labels, at });
            }
          }
          return;
        }
        const mails = await get<Mails>(`${url}api/v1/messages?limit=200`);
        for (const { ID, Subject } of [...(mails?.messages ?? [])].reverse()) {
          if (isNew(ID)) arrivals.push({ kind, ...readSubject(Subject), at, subject: Subject });
        }
      }),
    ];
    await Promise.all(looks);
  };
  await look();
  arrivals.length = 0;
  const loop = async () => {
    while (!ended) {
      await sleep(PAUSE);
      await look();
      const told = waiting;
      waiting = [];
      for (const tell of told) tell();
    }
  };
  void loop();
  return {
    alerts: () => alerts,
    inhibited: () => inhibited,
    arrivals: () => arrivals,
    next: () => new Promise((tell) => waiting.push(tell)),
    end() {
      ended = true;
    },
  };
}

/** What the subject of a mail says: `[FIRING:1] critical: orders: TargetDown`. */
export function readSubject(subject: string): Pick<Arrival, "status" | "labels"> {
  const status = /^\[RESOLVED/.test(subject) ? "resolved" : "firing";
  const { severity, service, alertname } =
    /^\[[^\]]*\] (?<severity>\w+): (?<service>[^\s:]+): (?<alertname>[A-Z]\w*)$/.exec(subject)?.groups ?? {};
  if (severity === undefined || service === undefined || alertname === undefined) return { status, labels: {} };
  return { status, labels: { severity, service, alertname } };
}

/** Whether labels are those that were asked for, and maybe more. */
export function matches(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
