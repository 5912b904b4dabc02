/** A stack that behaves as a test says: Docker, Prometheus, Alertmanager and the inboxes, as drills see them. */

import type { Found, Tools } from "../../../cli/drill/tools.ts";
import type { Answer, Ask } from "../../../cli/verify/ask.ts";
import type { InboxKind } from "../../../signals/drill.ts";
import type { Proof, ProofReceiver } from "../../../signals/proof.ts";
import { recordedEngine } from "../containers/recorded.ts";

type Labels = Readonly<Record<string, string>>;

/** How one alert behaves once the fault is done. Times in seconds; null: never. */
export interface Behaviour {
  readonly labels: Labels;
  /** From the fault until it fires. */
  readonly fires: number | null;
  /** From there until it is in an inbox; one that is not named never has it. */
  readonly told?: Partial<Record<InboxKind, number>>;
  /** Whether Alertmanager keeps it back. @default false */
  readonly inhibited?: boolean;
  /** From the repair until it ends. @default 5 */
  readonly ends?: number | null;
  /** From there until inboxes that were told hear of it; null: never. @default 1 */
  readonly endTold?: number | null;
}

const RECEIVERS: readonly ProofReceiver[] = [
  { name: "inbox-mail", alert: { severity: "critical" }, arrivals: { kind: "mails", url: "http://mail/" } },
  { name: "inbox-notices", alert: { severity: "critical" }, arrivals: { kind: "notices", url: "http://notices/" } },
];

/** Docker refuses a command that begins so. */
export interface Refusal {
  readonly words: string;
  /** How often; it does it after that. */
  times: number;
  /** Its words. @default "the daemon is busy" */
  readonly says?: string;
}

/** The stack of one test; its faults are `docker stop` and `docker start`. */
export class World {
  /** Every `docker` command, as one line. */
  readonly commands: string[] = [];
  readonly behaviours: readonly Behaviour[];
  readonly tools: Tools;
  refusals: Refusal[] = [];
  /** Whether Prometheus answers. */
  answers = true;
  /** Containers that stand still, by what was done to them. */
  readonly stopped = new Set<string>();
  /** When each was stopped, and started again. */
  readonly #faults = new Map<string, { broken: number; mended?: number }>();
  /** What was in the inboxes, and fired, before anything was done. */
  readonly before: readonly Labels[];

  constructor(behaviours: readonly Behaviour[], before: readonly Labels[] = []) {
    this.behaviours = behaviours;
    this.before = before;
    const proof = {
      stack: "vigie/dev",
      prefix: "vigie-dev-",
      urls: { prometheus: "http://prometheus/", alertmanager: "http://alertmanager/" },
      receivers: RECEIVERS,
      routes: [],
    } as unknown as Proof;
    const found = (name: string): Found => ({ id: `id-${name}`, name: `vigie-dev-${name}` });
    this.tools = {
      proof,
      ask: this.#ask,
      find: async ({ component }: { component: string }) => [found(component)],
      named: async (name: string) => ({ id: `id-${name}`, name }),
      at: () => recordedEngine((words) => this.#docker(words)),
      runHelper: async () => "",
      start: async ({ name }: { name: string }) => `vigie-dev-drill-${name}`,
      forget: async () => undefined,
    } as unknown as Tools;
  }

  #docker(words: readonly string[]): string {
    const line = words.join(" ");
    this.commands.push(line);
    const refusal = this.refusals.find((one) => line.startsWith(one.words) && one.times > 0);
    if (refusal !== undefined) {
      refusal.times--;
      throw new Error(refusal.says ?? "the daemon is busy");
    }
    const id = words.at(-1) ?? "";
    if (words[0] === "stop") {
      this.#faults.set(id, { broken: Date.now() });
      this.stopped.add(id);
    }
    const fault = this.#faults.get(id);
    if (words[0] === "start" && fault !== undefined) {
      fault.mended = Date.now();
      this.stopped.delete(id);
    }
    return "";
  }

  /** When something of an alert happens, in milliseconds; undefined where it does not. */
  #times({ fires, ends = 5, labels }: Behaviour): { readonly from?: number; readonly to?: number } {
    // By the fault of its own service, or by the only one.
    const fault = this.#faults.get(`id-${labels.service}`) ?? [...this.#faults.values()][0];
    if (fault === undefined || fires === null) return {};
    const from = fault.broken + fires * 1000;
    const to = fault.mended === undefined || ends === null ? undefined : fault.mended + ends * 1000;
    return fault.mended !== undefined && fault.mended < from ? {} : { from, ...(to === undefined ? {} : { to }) };
  }

  /** What has arrived in an inbox until now, the oldest first. */
  #arrived(kind: InboxKind) {
    const now = Date.now();
    return this.behaviours
      .flatMap((behaviour) => {
        const { from, to } = this.#times(behaviour);
        const { told = {}, endTold = 1, labels } = behaviour;
        const after = told[kind];
        if (from === undefined || after === undefined) return [];
        const end =
          to === undefined || endTold === null ? [] : [{ status: "resolved", labels, at: to + endTold * 1000 }];
        return [{ status: "firing", labels, at: from + after * 1000 }, ...end];
      })
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at);
  }

  readonly #ask: Ask = async (url): Promise<Answer> => {
    const json = (value: unknown): Answer => ({ status: 200, headers: {}, body: JSON.stringify(value) });
    const now = Date.now();
    const firing = this.behaviours.filter((behaviour) => {
      const { from, to } = this.#times(behaviour);
      return from !== undefined && from <= now && (to === undefined || now < to);
    });
    if (url.startsWith("http://prometheus/api/v1/alerts")) {
      if (!this.answers) return { status: 503, headers: {}, body: "" };
      const all = [...this.before, ...firing.map(({ labels }) => labels)];
      return json({ data: { alerts: all.map((labels) => ({ state: "firing", labels })) } });
    }
    if (url.startsWith("http://alertmanager/")) {
      const kept = firing.map(({ labels, inhibited = false }) => ({
        labels,
        status: { inhibitedBy: inhibited ? ["1"] : [] },
      }));
      return json(kept);
    }
    if (url.startsWith("http://notices/")) {
      const old = this.before.map((labels) => ({ received: 1, notice: notice("firing", labels) }));
      return json([
        ...old,
        ...this.#arrived("notices").map(({ status, labels, at }) => ({ received: at, notice: notice(status, labels) })),
      ]);
    }
    if (url.startsWith("http://mail/")) {
      const mails = this.#arrived("mails").map(({ status, labels, at }) => ({
        ID: `${at} ${labels.alertname} ${labels.service} ${status}`,
        Subject: subject(status, labels),
      }));
      return json({ messages: mails.reverse() });
    }
    return json({});
  };
}

const notice = (status: string, labels: Labels) => ({
  groupKey: `${labels.alertname} ${labels.service}`,
  alerts: [{ status, labels }],
});

function subject(status: string, { severity, service, alertname, begins, ends }: Labels): string {
  return (
    (status === "firing" ? begins : ends) ??
    `[${status === "firing" ? "FIRING:1" : "RESOLVED"}] ${severity}: ${service}: ${alertname}`
  );
}
