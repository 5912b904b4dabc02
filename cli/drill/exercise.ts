/** One fault on a running stack, and what is to come of it: fired, told, symptoms kept back, over after the repair. */

import { setTimeout as sleep } from "node:timers/promises";
import type { PlannedAlert } from "../../signals/drill-plan.ts";
import type { Exercise } from "./claims.ts";
import { executorOf } from "./faults/index.ts";
import type { Journal } from "./journal.ts";
import { nameOf, type Outcome, type Problem, statusOf } from "./outcome.ts";
import { Absent, type Tools } from "./tools.ts";
import { visit } from "./visitors.ts";
import { type Arrival, matches, type Watch } from "./watch.ts";

/** What an exercise is done with. */
export interface Around {
  readonly tools: Tools;
  readonly watch: Watch;
  readonly journal: Journal;
  /** Ends it before its time; all is put back. */
  readonly signal: AbortSignal;
  /** Is told of each step. */
  readonly say: (exercise: Exercise, words: string) => void;
}

/** Times as they become known, in milliseconds. */
interface Times {
  injected?: number;
  fired?: number;
  told?: number;
  repaired?: number;
  over?: number;
}

/** Seconds until what an earlier drill has left must be over. */
const QUIET_SECONDS = 150;

/** A step that did not come. */
class Missed extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.came);
    this.problem = problem;
  }
}

/** Does an exercise, and puts the fault back in every case. Never throws but for what could not be put back. */
export async function runExercise(exercise: Exercise, around: Around): Promise<readonly Outcome[]> {
  const { tools, journal, signal, say } = around;
  const executor = executorOf(exercise.fault.kind);
  const steps = exercise.alerts.map((plan) => ({ plan, times: {} as Times }));
  let absent: string | undefined;
  let problems = new Map<PlannedAlert, Problem>();
  const muted = new Set<string>();
  try {
    const back = await executor.prepare(exercise.fault, tools, exercise.id);
    await quiet(exercise, around);
    const over = new AbortController();
    journal.add({ id: exercise.id, kind: exercise.fault.kind, back, since: new Date().toISOString() });
    const begun = Date.now();
    try {
      say(exercise, `begins: ${describe(exercise)}`);
      if (exercise.visited !== undefined) visit(exercise.visited, exercise.hostname, tools, over.signal);
      await executor.inject(exercise.fault, back, tools, over.signal);
      const injected = Date.now();
      const found = steps.map(async ({ plan, times }) => {
        times.injected = injected;
        await comes(plan, times, begun, around);
        say(exercise, `${nameOf(plan)} has come: ${secondsOf(times)}`);
      });
      const guards = steps.map(({ plan, times }) => keepsBack(plan, times, begun, muted, around));
      problems = await missed(exercise, [...found, ...guards], steps.length);
    } finally {
      over.abort();
      await putBack(exercise, () => executor.repair(back, tools), around);
    }
    const repaired = Date.now();
    say(exercise, "is put back");
    const ends = steps.map(async ({ plan, times }) => {
      if (problems.has(plan)) return;
      times.repaired = repaired;
      await isOver(plan, times, begun, around);
    });
    for (const [plan, problem] of await missed(exercise, ends, steps.length)) problems.set(plan, problem);
  } catch (error) {
    if (error instanceof Absent) absent = error.message;
    else if (!signal.aborted || journal.holds(exercise.id)) {
      const problem = { expected: describe(exercise), came: wordsOf(error), look: ["docker ps --all"] };
      for (const { plan } of steps) problems.set(plan, problems.get(plan) ?? problem);
    }
  }
  return steps.map(({ plan, times }): Outcome => {
    const seconds = measured(times);
    const problem = problems.get(plan);
    const common = { plan, seconds, muted: [...muted].sort() };
    if (absent !== undefined) return { ...common, status: "absent", why: absent };
    if (problem !== undefined) return { ...common, status: "failed", problem };
    if (signal.aborted && times.over === undefined) return { ...common, status: "cut off" };
    return { ...common, status: statusOf(seconds, plan.bounds) };
  });
}

/** Once more and again: what stays broken is worse than a drill that takes longer. The journal keeps what can't be. */
async function putBack(exercise: Exercise, repair: () => Promise<void>, { journal, say }: Around): Promise<void> {
  for (let left = REPAIRS; ; left--) {
    try {
      await repair();
      return journal.remove(exercise.id);
    } catch (error) {
      if (left === 0) {
        say(exercise, `is NOT put back: ${wordsOf(error)}. Try: npm run drill -- --repair`);
        throw error;
      }
      await sleep(2000);
    }
  }
}

const REPAIRS = 3;

/** What of a list of steps did not come, by its alert; the steps of the alerts come first, in their order. */
async function missed(exercise: Exercise, steps: readonly Promise<void>[], count: number) {
  const problems = new Map<PlannedAlert, Problem>();
  const results = await Promise.allSettled(steps);
  results.forEach((result, index) => {
    const plan = exercise.alerts[index % count];
    if (result.status === "fulfilled" || plan === undefined) return;
    if (result.reason instanceof Missed) problems.set(plan, result.reason.problem);
    else if ((result.reason as Error).name !== "AbortError") throw result.reason;
  });
  return problems;
}

/**
 * Waits until none of the alerts fires, which an earlier drill or the machine itself may have left; nor any symptom that
 * is to be kept back: Alertmanager mutes only what it has not told yet.
 */
async function quiet({ alerts }: Exercise, { watch, signal, tools }: Around): Promise<void> {
  const until = Date.now() + QUIET_SECONDS * 1000;
  for (;;) {
    const now = watch.alerts();
    const left = (now ?? []).filter(({ labels }) =>
      alerts.some((plan) => plan.severity !== "none" && (isOf(plan, labels) || isMuted(plan, labels))),
    );
    if (now !== undefined && left.length === 0) break;
    if (Date.now() > until) {
      const names = [...new Set(left.map(({ labels }) => `${labels.alertname} of ${labels.service}`))].join(", ");
      throw new Error(
        `${names || "Prometheus is silent"} before anything was done: see ${tools.proof.urls.prometheus}alerts`,
      );
    }
    await watch.next();
    signal.throwIfAborted();
  }
  // Alertmanager goes on with a group that it has told of until it has told of its end.
  if (alerts.some(({ mutes }) => mutes.length > 0)) await sleep(GROUP_REST, undefined, { signal });
}

const GROUP_REST = 12_000;

/** Fired in Prometheus, and told wherever it is to be told. */
async function comes(plan: PlannedAlert, times: Times, begun: number, around: Around): Promise<void> {
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
      return `nothing in ${lacking.map(({ name }) => name).join(" and ")}`;
    },
  );
  times.told = Math.max(times.fired, ...inboxes.map(({ kind }) => told(plan, watch, kind, "firing", begun)?.at ?? 0));
}

/** Over in Prometheus, and told so. */
async function isOver(plan: PlannedAlert, times: Times, begun: number, around: Around): Promise<void> {
  const { watch, tools } = around;
  if (plan.severity === "none") {
    await until(plan.bounds.resolve, around, () => switchMails(watch, begun, "resolved"), {
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
      look: [`${tools.proof.urls.prometheus}alerts?search=${plan.alert}`, `docs/runbooks/${plan.alert}.md`],
    },
    () => stateOf(plan, watch),
  );
  times.over = Date.now();
}

/** While an outage lasts, nobody is told of what its users feel. */
async function keepsBack(plan: PlannedAlert, times: Times, begun: number, muted: Set<string>, around: Around) {
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

const isOf = ({ alert, severity, labels: wanted }: PlannedAlert, labels: Readonly<Record<string, string>>): boolean =>
  matches(labels, { alertname: alert, severity, ...wanted });

const isMuted = ({ mutes }: PlannedAlert, labels: Readonly<Record<string, string>>): boolean =>
  labels.kind === "symptom" && mutes.includes(labels.service ?? "");

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
  return watch
    .arrivals()
    .some(
      (mail) => mail.at >= begun && mail.status === status && mail.subject?.includes("] The monitoring is ") === true,
    );
}

/** The inboxes of those who are told, without those that the fault takes away. */
function inboxesOf({ receivers, deafens = [] }: PlannedAlert, { tools }: Around) {
  return tools.proof.receivers.flatMap(({ name, arrivals }) =>
    arrivals === undefined || !receivers.includes(name) || deafens.includes(arrivals.kind)
      ? []
      : [{ name, ...arrivals }],
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

function measured({ injected, fired, told: notified, repaired, over }: Times): Outcome["seconds"] {
  const between = (from?: number, to?: number) =>
    from === undefined || to === undefined ? undefined : Math.max(0, Math.round((to - from) / 100) / 10);
  const steps = {
    detect: between(injected, fired),
    notify: between(fired, notified),
    resolve: between(repaired, over),
  };
  return Object.fromEntries(Object.entries(steps).filter(([, value]) => value !== undefined));
}

function secondsOf(times: Times): string {
  const { detect = 0, notify = 0 } = measured(times);
  return `after ${detect} s, told after ${notify} s more`;
}

/** A fault in a few words. */
export function describe({ fault, visited }: Pick<Exercise, "fault" | "visited">): string {
  const visitors = visited === undefined ? "" : ", with visitors";
  switch (fault.kind) {
    case "stand-in":
      return `a stand-in for ${fault.job}${visitors}`;
    case "silence":
      return `a silence on ${fault.alert}`;
    case "visitor":
      return `a container that ${fault.does}`;
    default: {
      const { component, name = component, one } = fault.containers;
      return `${fault.kind} ${one === true ? "one of " : ""}${[name].flat().join(", ")}${visitors}`;
    }
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
