/** The components of a stack while it is brought up: how far each is, from what the engine says. */

import { nameOf } from "../engine.ts";
import { STACK } from "../resource-kinds.ts";
import type { Step, UpEvent } from "./events.ts";

/** How far a component is. */
export type ComponentState =
  /** Nothing of it is in progress, and it is not whole: it waits for others. */
  | "waiting"
  | "creating"
  /** What it runs is there, and does not say yet that it can serve. */
  | "waiting for health"
  | "changing"
  | "removing"
  /** It is new, and whole. */
  | "ready"
  | "unchanged"
  | "changed"
  /** Something of it was made anew in the place of what was there. */
  | "replaced"
  | "removed"
  | "failed"
  /** The update ended before it was its turn. */
  | "not reached";

/** A component, and those that it is made of. */
export interface Component {
  /** Its URN, by which the engine's events name it. */
  readonly urn: string;
  /** Its name in the program: `catalog`. */
  readonly name: string;
  /** How far it is. */
  readonly state: ComponentState;
  /** Whether nothing of it is still to come. */
  readonly complete: boolean;
  /** When the first change of it began, in milliseconds since 1970. @default - nothing has begun, or nothing changes */
  readonly began?: number;
  /** When the last change of it was done. @default - it is not complete */
  readonly ended?: number;
  /** What is in progress, by its names in the program; what was changed or replaced, or has failed, when it is complete. */
  readonly what: readonly string[];
  /** Those that it is made of, in the order in which the program names them. */
  readonly children: readonly Component[];
}

/** A stack while it is brought up. */
export interface Tree {
  /** Those that belong to no other one, in the order in which the program names them. */
  readonly components: readonly Component[];
  /** Whether the update has ended. */
  readonly over: boolean;
}

/** What is known of a resource. */
interface Resource {
  readonly urn: string;
  readonly parent: string;
  readonly custom: boolean;
  /** What the preview says, but for those that only come with a replacement. */
  planned?: string;
  /** What is begun and not done, and since when. */
  readonly running: Map<string, Step>;
  /** What was done, but for `same`. */
  readonly did: Set<string>;
  /** Whether nothing more will be done to it. */
  finished: boolean;
  failed: boolean;
  began?: number;
  ended?: number;
}

/** What changes nothing. */
const QUIET: ReadonlySet<string> = new Set(["same", "read", "refresh", "import"]);

const REPLACES: ReadonlySet<string> = new Set(["replace", "create-replacement", "delete-replaced"]);

/**
 * The components as they are after these events. It looks at nothing else.
 *
 * @example
 * ```ts
 * const { components } = treeOf(lines.flatMap((line) => eventOf(line, Date.now()) ?? []));
 * ```
 */
export function treeOf(events: readonly UpEvent[]): Tree {
  const resources = new Map<string, Resource>();
  let waiting: ReadonlySet<string> = new Set();
  let over = false;
  for (const event of events) {
    if (event.kind === "waiting") waiting = new Set(event.containers);
    else if (event.kind === "ended") over ||= !event.planned;
    else if (event.kind !== "said") take(event, resources);
  }
  const known = [...resources.values()].some(({ planned }) => planned !== undefined);
  return { components: componentsOf({ resources, waiting, over, known }), over };
}

interface Facts {
  readonly resources: ReadonlyMap<string, Resource>;
  /** Containers that are not healthy yet. */
  readonly waiting: ReadonlySet<string>;
  /** Whether the update has ended. */
  readonly over: boolean;
  /** Whether a preview has named all that will come. */
  readonly known: boolean;
}

function take(step: Step, resources: Map<string, Resource>): void {
  const { urn, parent, custom, op } = step;
  const resource: Resource = resources.get(urn) ?? {
    urn,
    parent,
    custom,
    running: new Map(),
    did: new Set(),
    finished: false,
    failed: false,
  };
  resources.set(urn, resource);
  if (step.planned) {
    resource.planned = op;
    return;
  }
  if (step.kind === "begun") {
    if (!QUIET.has(op)) {
      resource.running.set(op, step);
      resource.began = Math.min(resource.began ?? step.at, step.at);
    }
    return;
  }
  resource.running.delete(op);
  if (step.kind === "failed") resource.failed = true;
  if (!QUIET.has(op)) {
    resource.did.add(op);
    resource.ended = step.at;
  }
  // What is removed first is not whole until another one is there; what is removed last is whole before.
  if (resource.failed || (op !== "replace" && op !== "delete-replaced")) resource.finished = true;
}

function componentsOf(facts: Facts): readonly Component[] {
  const all = [...facts.resources.values()].filter(({ custom, urn }) => !custom && !urn.includes(`::${STACK}::`));
  const urns = new Set(all.map(({ urn }) => urn));
  const belonging = (urn: string): readonly Component[] =>
    all.filter(({ parent }) => parent === urn).map((one) => componentOf(one, belonging(one.urn), facts));
  return all.filter(({ parent }) => !urns.has(parent)).map((one) => componentOf(one, belonging(one.urn), facts));
}

function componentOf(self: Resource, children: readonly Component[], facts: Facts): Component {
  const own = [self, ...[...facts.resources.values()].filter(({ parent, custom }) => custom && parent === self.urn)];
  const ended = facts.over || (facts.known && own.every(({ finished }) => finished));
  const complete = ended && children.every((child) => child.complete);
  const state = worst([ownState(self, own, ended, facts), ...children.map((child) => child.state)]);
  const began = least([...own.map((one) => one.began), ...children.map((child) => child.began)]);
  const last = most([...own.map((one) => one.ended), ...children.map((child) => child.ended)]);
  const what = own.filter((one) => one !== self && isWorthNaming(one, state, ended)).map(({ urn }) => nameOf(urn));
  return {
    urn: self.urn,
    name: nameOf(self.urn),
    state,
    complete,
    ...(began === undefined ? {} : { began }),
    ...(complete && last !== undefined ? { ended: last } : {}),
    what,
    children,
  };
}

/** Of what is new all is new: only what is in progress of it has to be named. */
function isWorthNaming({ running, did, failed }: Resource, state: ComponentState, ended: boolean): boolean {
  if (failed) return true;
  if (!ended) return running.size > 0;
  return state !== "ready" && state !== "failed" && did.size > 0;
}

function ownState(self: Resource, own: readonly Resource[], ended: boolean, facts: Facts): ComponentState {
  if (own.some(({ failed }) => failed)) return "failed";
  if (!ended) return runningState(own, facts.waiting);
  if (own.some(({ finished, running }) => !finished || running.size > 0)) return "not reached";
  const did = new Set(own.flatMap((one) => [...one.did]));
  if (self.did.has("create")) return "ready";
  if (self.did.has("delete")) return "removed";
  if ([...did].some((op) => REPLACES.has(op))) return "replaced";
  return did.size > 0 ? "changed" : "unchanged";
}

/** What answers to somebody outside of it is a resource of its own where an image has nothing to ask itself with. */
const ASKS = /-(?:ready|reachable)$/;

function runningState(own: readonly Resource[], waiting: ReadonlySet<string>): ComponentState {
  const steps = own.filter(({ custom }) => custom).flatMap(({ running }) => [...running.values()]);
  if (steps.length === 0) return "waiting";
  const isWaiting = ({ container, urn }: Step) => (container === undefined ? ASKS.test(urn) : waiting.has(container));
  if (steps.every(isWaiting)) return "waiting for health";
  if (steps.every(({ op }) => op === "delete")) return "removing";
  return steps.some(({ op }) => op === "create") ? "creating" : "changing";
}

/** Of those, the one that a person has to know of first. */
const ORDER: readonly ComponentState[] = [
  "failed",
  "creating",
  "changing",
  "removing",
  "waiting for health",
  "waiting",
  "not reached",
  "ready",
  "replaced",
  "changed",
  "removed",
  "unchanged",
];

function worst(states: readonly ComponentState[]): ComponentState {
  return ORDER.find((state) => states.includes(state)) ?? "unchanged";
}

const given = (times: readonly (number | undefined)[]) => times.filter((time) => time !== undefined);
const least = (times: readonly (number | undefined)[]) =>
  given(times).length === 0 ? undefined : Math.min(...given(times));
const most = (times: readonly (number | undefined)[]) =>
  given(times).length === 0 ? undefined : Math.max(...given(times));
