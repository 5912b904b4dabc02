/** What drawings are put together from: workloads as nodes, hosts and systems as frames, and people. */

import { isLoopback } from "../../services/loopback.ts";
import type { DrawnGroup, DrawnNode, Topic } from "./drawing.ts";
import type { Plan } from "./plan.ts";
import type { Workload } from "./workloads.ts";

/** Somebody who opens a page of a workload. */
export interface Person {
  /** Id of the node. */
  readonly id: string;
  /** Who that is. */
  readonly label: string;
  /** The workload that publishes it. */
  readonly to: string;
  /** The ports of the host that lead there: `loopback :8088`. */
  readonly ports: string;
  /** What for. */
  readonly topic: Topic;
}

/** A workload as a node: how many there are, what it is, and whether its data outlives it. */
export function nodeOf({ name, containers }: Workload, group: string, detail?: string): DrawnNode {
  const [first] = containers;
  const keeps = containers.some(({ mounts }) => mounts.some(({ volume = "" }) => volume.endsWith("-data")));
  return {
    id: name,
    label: containers.length > 1 ? `${name} ×${containers.length}` : name,
    detail: detail ?? first?.image ?? "",
    shape: keeps ? "store" : "program",
    group,
  };
}

/** Frames around hosts, where there are several, and around the systems on each. */
export function framesOf(
  workloads: readonly Workload[],
  shown: (workload: Workload) => boolean,
): { readonly groups: readonly DrawnGroup[]; groupOf(workload: Workload): string } {
  const hosts = [...new Set(workloads.map(({ host }) => host))];
  const several = hosts.length > 1;
  const groupOf = ({ host, system }: Workload) => (several ? `system ${host} ${system}` : `system ${system}`);
  const there = workloads.filter(shown);
  const systems = new Map(
    there.map((workload): [string, DrawnGroup] => [
      groupOf(workload),
      { id: groupOf(workload), label: workload.system, ...(several ? { within: `host ${workload.host}` } : {}) },
    ]),
  );
  return {
    groups: [
      ...(several
        ? hosts
            .filter((host) => there.some((workload) => workload.host === host))
            .map((host) => ({ id: `host ${host}`, label: hostLabel(host) }))
        : []),
      ...systems.values(),
    ],
    groupOf,
  };
}

/** What stands in the frame of a host. */
export function hostLabel(host: string): string {
  return host === "local" ? "this machine" : `machine ${JSON.stringify(host)}`;
}

/** Who comes from outside to what publishes ports: visitors, or, where pages of others are shown, whoever runs the stack. */
export function peopleOf(plan: Plan, workloads: readonly Workload[]): readonly Person[] {
  const shows = new Set(plan.flows.filter(({ why }) => why.includes("shows its pages")).map(({ from }) => from));
  const called = new Set(plan.flows.map(({ port }) => port));
  return workloads.flatMap(({ name, containers }): readonly Person[] => {
    const ports = containers
      .flatMap((container) => container.ports)
      // What other hosts call is no page.
      .filter(({ port, address }) => isLoopback(address) || !called.has(port));
    if (ports.length === 0) return [];
    const label = `${ports.every(({ address }) => isLoopback(address)) ? "loopback " : ""}${ports.map(({ port }) => `:${port}`).join(" ")}`;
    return shows.has(name)
      ? [{ id: `people at ${name}`, label: "you", to: name, ports: label, topic: "pages" }]
      : [{ id: `people at ${name}`, label: "visitors", to: name, ports: label, topic: "requests" }];
  });
}
