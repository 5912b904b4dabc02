/** The steps of a drill, each awaited until twice its bound and half a minute have passed. */

import type { PlannedAlert } from "../../signals/drill-plan.ts";
import type { Exercise } from "./claims.ts";
import type { Arrival } from "./inboxes.ts";
import type { Journal } from "./journal.ts";
import { nameOf, type Problem } from "./outcome.ts";
import type { Tools } from "./tools.ts";
import { matches, type Watch } from "./watch.ts";

/** What an exercise is done with. */
export interface Around {
  /** What faults are made with. */
  readonly tools: Tools;
  /** What is seen of the stack. */
  readonly watch: Watch;
  /** What is to be put back. */
  readonly journal: Journal;
  /** Ends it before its time; all is put back. */
  readonly signal: AbortSignal;
  /** Is told of each step. */
  readonly say: (exercise: Exercise, words: string) => void;
}

/** Times as they become known, in milliseconds. */
export interface Times {
  /** The fault is done. */
  injected?: number;
  /** The alert fires in Prometheus. */
  fired?: number;
  /** Everybody who is to be told is. */
  told?: number;
  /** The fault is put back. */
  repaired?: number;
  /** Everybody is told that it is over. */
  over?: number;
}

/** A step that did not come. */
export class Missed extends Error {
  /** What was expected, what came instead, and where to look. */
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.came);
    this.problem = problem;
  }
}

/** Fired in Prometheus, and told wherever it is to be told. */
export async function comes(plan: PlannedAlert, times: Times, begun: number, around: Around): Promise<void> {
  const { watch, tools } = around;
  const { prometheus, alertmanager } = tools.proof.urls;
  if (plan.severity === "none") {
    await until(plan.bounds.detect, around, () => switchMails(watch, begun, "firing"), {
      expected: "a mail of the dead man's switch",
      look: ["docs/alerts.md", "docs/runbooks/Watchdog.md"],
    });
    times.fired = times.told = Date.now();
    return;
  }
  await until(
    plan.bounds.detect,
    around,
    () => watch.alerts()?.some((alert) => alert.state === "firing" && isOf(plan, alert.labels)) === true,
    {
      expected: `${nameOf(plan)} fires in Prometheus`,
      look: [`${prometheus}alerts?search=${plan.alert}`, `docs/runbooks/${plan.alert}.md`],
    },
    () => `${stateOf(plan, watch)}; what fires: ${firing(watch) || "nothing"}`,
  );
  times.fired = Date.now();
  const inboxes = inboxesOf(plan, around);
  await until(
    plan.bounds.notify,
    around,
    () => inboxes.every(({ kind }) => told(plan, watch, kind, "firing", begun) !== undefined),
    {
      expected: `a notice of ${nameOf(plan)} in ${inboxes.map(({ name }) => name).join(" and ")}`,
      look: [`${alertmanager}#/alerts`, ...inboxes.map(({ url }) => url), "docs/runbooks/NotificationsFailing.md"],
    },
    () => {
      const lacking = inboxes.filter(({ kind }) => told(plan, watch, kind, "firing", begun) === undefined);
      const others = strangers(plan, begun, around).join(" and ");
      const instead = others === "" ? "" : `, but one in ${others}`;
      const muted = watch.inhibited().some((labels) => isOf(plan, labels)) ? "; another alert mutes it" : "";
      return `nothing in ${lacking.map(({ name }) => name).join(" and ")}${instead}${muted}`;
    },
  );
  times.told = Math.max(times.fired, ...inboxes.map(({ kind }) => told(plan, watch, kind, "firing", begun)?.at ?? 0));
}

/** Over in Prometheus, and told so. */
export async function isOver(plan: PlannedAlert, times: Times, begun: number, around: Around): Promise<void> {
  const { watch, tools } = around;
  const { prometheus, alertmanager } = tools.proof.urls;
  if (plan.severity === "none") {
    await until(plan.bounds.resolve, around, () => switchMails(watch, times.repaired ?? begun, "resolved"), {
      expected: "a mail of the dead man's switch that all is well",
      look: ["docs/alerts.md"],
    });
    times.over = Date.now();
    return;
  }
  const inboxes = inboxesOf(plan, around);
  await until(
    plan.bounds.resolve,
    around,
    () =>
      watch.alerts()?.every((alert) => !isOf(plan, alert.labels)) === true &&
      inboxes.every(({ kind }) => told(plan, watch, kind, "resolved", times.told ?? begun) !== undefined),
    {
      expected: `${nameOf(plan)} ends, and ${inboxes.map(({ name }) => name).join(" and ") || "nobody"} is told so`,
      look: [`${prometheus}alerts?search=${plan.alert}`, `docs/runbooks/${plan.alert}.md`],
    },
    () => stateOf(plan, watch),
  );
  times.over = Date.now();
  const others = strangers(plan, begun, around);
  if (others.length === 0) return;
  throw new Missed({
    expected: `${inboxes.length === 0 ? "nobody" : `${inboxes.map(({ name }) => name).join(" and ")} alone`} is told of ${nameOf(plan)}`,
    came: `a notice in ${others.join(" and ")}${inboxes.length === 0 ? "" : ", too"}`,
    look: [`${alertmanager}#/alerts`, "docs/alerts.md"],
  });
}

/** While an outage lasts, nobody is told of what its users feel. */
export async function keepsBack(
  plan: PlannedAlert,
  times: Times,
  begun: number,
  muted: Set<string>,
  around: Around,
): Promise<void> {
  if (plan.mutes.length === 0) return;
  const { watch } = around;
  const symptom = (labels: Readonly<Record<string, string>>) => isMuted(plan, labels);
  const note = () => {
    for (const labels of watch.inhibited().filter(symptom)) muted.add(`${labels.alertname} of ${labels.service}`);
  };
  // As long as a symptom waits for its cause, and a look more.
  let rest = Number.POSITIVE_INFINITY;
  while (Date.now() < rest) {
    note();
    if (times.fired !== undefined && rest === Number.POSITIVE_INFINITY) {
      rest = times.fired + (plan.symptomSeconds + 3) * 1000;
    }
    if (Date.now() > begun + (3 * plan.bounds.detect + 60) * 1000) return;
    await watch.next();
    around.signal.throwIfAborted();
  }
  const escaped = watch
    .arrivals()
    .filter(
      ({ kind, status, labels, at }) => kind === "notices" && status === "firing" && at >= begun && symptom(labels),
    );
  if (escaped.length === 0) return;
  const names = [...new Set(escaped.map(({ labels }) => `${labels.alertname} of ${labels.service}`))].join(", ");
  throw new Missed({
    expected: `while ${nameOf(plan)}, nobody is told of symptoms of ${plan.mutes.join(", ")}`,
    came: `notices of ${names}`,
    look: ["docs/alerts.md", `${around.tools.proof.urls.alertmanager}#/alerts?inhibited=true`],
  });
}

/** Twice the bound and half a minute: what comes late is told as late, what does not come has failed. */
async function until(
  bound: number,
  { watch, signal }: Around,
  done: () => boolean,
  problem: Omit<Problem, "came">,
  came: () => string = () => "nothing",
): Promise<void> {
  const end = Date.now() + (2 * bound + 30) * 1000;
  while (!done()) {
    if (Date.now() > end) throw new Missed({ ...problem, came: `within ${Math.round(2 * bound + 30)} s: ${came()}` });
    await watch.next();
    signal.throwIfAborted();
  }
}

/** Whether labels are those of the alert that is drilled. */
export const isOf = (
  { alert, severity, labels: wanted }: PlannedAlert,
  labels: Readonly<Record<string, string>>,
): boolean => matches(labels, { alertname: alert, severity, ...wanted });

/** Whether labels are those of a symptom that the alert keeps back. */
export const isMuted = ({ mutes }: PlannedAlert, labels: Readonly<Record<string, string>>): boolean =>
  labels.kind === "symptom" && mutes.some((service) => service === labels.service);

function told(
  { alert, severity, labels }: PlannedAlert,
  watch: Watch,
  kind: Arrival["kind"],
  status: Arrival["status"],
  since: number,
): Arrival | undefined {
  const service = labels.service === undefined ? {} : { service: labels.service };
  const wanted =
    kind === "mails" ? { alertname: alert, severity, ...service } : { alertname: alert, severity, ...labels };
  return watch
    .arrivals()
    .find(
      (arrival) =>
        arrival.kind === kind && arrival.status === status && arrival.at >= since && matches(arrival.labels, wanted),
    );
}

function switchMails(watch: Watch, begun: number, status: Arrival["status"]): boolean {
  return watch.arrivals().some((mail) => mail.at >= begun && mail.status === status && mail.of === "monitoring");
}

/** The inboxes of those who are told, without those that the fault takes away. */
function inboxesOf({ receivers, deafens = [] }: PlannedAlert, { tools }: Around) {
  return tools.proof.receivers.flatMap(({ name, arrivals }) =>
    arrivals === undefined || !receivers.includes(name) || deafens.includes(arrivals.kind)
      ? []
      : [{ name, ...arrivals }],
  );
}

/** Names of inboxes in which a notice of the alert has come that is not meant for them. */
function strangers(plan: PlannedAlert, begun: number, { tools, watch }: Around): readonly string[] {
  const meant = tools.proof.receivers.filter(({ name }) => plan.receivers.includes(name));
  return tools.proof.receivers.flatMap(({ name, arrivals }) =>
    arrivals === undefined ||
    meant.some((receiver) => receiver.arrivals?.kind === arrivals.kind) ||
    told(plan, watch, arrivals.kind, "firing", begun) === undefined
      ? []
      : [name],
  );
}

function stateOf(plan: PlannedAlert, watch: Watch): string {
  const now = watch.alerts();
  if (now === undefined) return "Prometheus does not answer";
  return now.find(({ labels }) => isOf(plan, labels))?.state ?? "it does not fire, and is not about to";
}

function firing(watch: Watch): string {
  const names = (watch.alerts() ?? [])
    .filter(({ state, labels }) => state === "firing" && labels.severity !== "none")
    .map(({ labels }) => `${labels.alertname} of ${labels.service}`);
  return [...new Set(names)].join(", ");
}
