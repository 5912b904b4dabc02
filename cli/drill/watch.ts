/** What Prometheus, Alertmanager and the inboxes say, looked at twice a second for all drills of a run. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Proof } from "../../signals/proof.ts";
import { type Ask, askJson } from "../verify/ask.ts";
import { type Arrival, type Get, inboxesOf } from "./inboxes.ts";

/** An alert as Prometheus has it. */
export interface SeenAlert {
  /** `pending` while its rule waits for `for` to pass, then `firing`. */
  readonly state: "firing" | "pending";
  /** All its labels, `alertname` among them. */
  readonly labels: Readonly<Record<string, string>>;
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

interface Kept {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

/** Begins to look. What is in the inboxes already counts as before. */
export async function beginWatch(proof: Proof, ask: Ask): Promise<Watch> {
  const arrivals: Arrival[] = [];
  let alerts: readonly SeenAlert[] | undefined;
  let inhibited: readonly Readonly<Record<string, string>>[] = [];
  let ended = false;
  let waiting: (() => void)[] = [];
  const get: Get = <T>(url: string) =>
    askJson<T>(ask, url, { signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
  const inboxes = inboxesOf(proof, get, arrivals);
  const look = async () => {
    const looks = [
      get<{ data: { alerts: readonly SeenAlert[] } }>(`${proof.urls.prometheus}api/v1/alerts`).then((answer) => {
        alerts = answer?.data.alerts;
      }),
      get<readonly Kept[]>(`${proof.urls.alertmanager}api/v2/alerts?inhibited=true`).then((answer) => {
        inhibited = (answer ?? []).filter(({ status }) => status.inhibitedBy.length > 0).map(({ labels }) => labels);
      }),
      ...inboxes.map((read) => read()),
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

/** Whether labels are those that were asked for, and maybe more. */
export function matches(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
