/** What a plan's containers are together: workloads, their hosts and systems, and the ways between them. */

import { workloadOf } from "../../config/open-paths.ts";
import { isLoopback } from "../../services/loopback.ts";
import { reasonsOf, type Topic, topicOf, verbOf } from "./drawing.ts";
import type { Plan, PlannedContainer } from "./plan.ts";

/** Containers that do the same: the replicas of one service. */
export interface Workload {
  /** Its name: `catalog`. */
  readonly name: string;
  /** Name of the host that it runs on. */
  readonly host: string;
  /** The system that it belongs to. */
  readonly system: string;
  /** Its containers. */
  readonly containers: readonly PlannedContainer[];
}

/** Ways from one workload to another, or to what is not on these hosts, for one topic. */
export interface Way {
  /** Who connects. */
  readonly from: string;
  /** Who is connected to: a workload, or a host name. */
  readonly to: string;
  /** What for. */
  readonly topic: Topic;
  /** What is done, in a word or two, each once. */
  readonly verbs: readonly string[];
  /** The ports there; a Unix socket is `socket`. */
  readonly ports: readonly (number | "socket")[];
}

/** The system of what belongs to none that the program names. */
const MONITORING = "monitoring";

/** All workloads of a plan, by host and name. */
export function workloadsOf(plan: Plan): readonly Workload[] {
  const systems = systemsOf(plan);
  const hosts = Object.entries(plan.networks);
  const hostOf = (container: string) =>
    hosts.find(([, networks]) => Object.values(networks).some((names) => names.includes(container)))?.[0] ??
    // What is in no network that others are in can't be reached, and is still there.
    hosts[0]?.[0] ??
    "";
  const byName = Map.groupBy(plan.containers, ({ name }) => workloadOf(name));
  return [...byName.entries()].map(([name, containers]) => ({
    name,
    host: hostOf(containers[0]?.name ?? ""),
    system: systems.get(name) ?? MONITORING,
    containers,
  }));
}

/** The system of each workload: what the program says; an exporter's is that of its store; else that of what it uses. */
function systemsOf({ services, flows, containers }: Plan): ReadonlyMap<string, string> {
  const systems = new Map(services.map(({ name, system }) => [name, system]));
  for (const { name } of containers) {
    const workload = workloadOf(name);
    const measured = systems.get(workload.replace(/-exporter$/, ""));
    if (measured !== undefined) systems.set(workload, measured);
  }
  const uses = flows.filter(({ why }) => reasonsOf(why).some((reason) => /^(uses|hands PHP to) /.test(reason)));
  // As often as a chain can be long: a server, its PHP, and the store.
  for (let round = 0; round < 3; round++) {
    for (const { from, to } of uses) {
      const system = systems.get(workloadOf(to));
      if (system !== undefined && !systems.has(workloadOf(from))) systems.set(workloadOf(from), system);
    }
  }
  return systems;
}

/** The ways of a plan, by topic: those between replicas of the same two are one. */
export function waysOf(plan: Plan): readonly Way[] {
  const ways = new Map<string, Way>();
  for (const { from, to, port, why } of plan.flows) {
    for (const reason of reasonsOf(why)) {
      const topic = topicOf(reason);
      const way = { from: workloadOf(from), to: targetOf(plan, to, port), topic };
      const key = [way.from, way.to, topic].join(" ");
      const { verbs = [], ports = [] } = ways.get(key) ?? {};
      ways.set(key, {
        ...way,
        verbs: [...new Set([...verbs, verbOf(reason)])],
        ports: [...new Set([...ports, typeof port === "number" ? port : ("socket" as const)])],
      });
    }
  }
  return [...ways.values()];
}

/** Who is at the end of a flow: what another host publishes is the program behind it. */
function targetOf({ containers }: Plan, to: string, port: number | string): string {
  if (containers.some(({ name }) => name === to)) return workloadOf(to);
  if (!/^[\d.]+$/.test(to)) return to;
  const behind = containers.find(({ ports }) => ports.some((one) => one.port === port && !isLoopback(one.address)));
  return behind === undefined ? to : workloadOf(behind.name);
}

/** What stands at a way: what is done, and where it arrives. */
export function labelOf({ verbs, ports }: Way): string {
  return `${verbs.join(", ")} ${ports.map((port) => (port === "socket" ? port : `:${port}`)).join(" ")}`;
}
