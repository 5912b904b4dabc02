/** The drawing of where everything runs, as a UML deployment diagram has it. */

import type { Drawing, DrawnGroup, DrawnNode } from "./drawing.ts";
import { hostLabel, nodeOf, type Person } from "./parts.ts";
import type { Plan } from "./plan.ts";
import { labelOf, type Way, type Workload } from "./workloads.ts";

/** So many workloads stand beside each other in a frame. */
const COLUMNS = 4;

/** Which workloads are on which host, who reaches them from outside, and which ways lead from host to host. */
export function deployment(
  { stack }: Plan,
  workloads: readonly Workload[],
  ways: readonly Way[],
  people: readonly Person[],
): Drawing {
  const hostOf = new Map(workloads.map(({ name, host }) => [name, host]));
  const hosts = [...new Set(workloads.map(({ host }) => host))];
  const systems = Map.groupBy(workloads, ({ host, system }) => `system ${host} ${system}`);
  // Off the hosts, or onto another one.
  const across = ways.filter(({ from, to }) => hostOf.get(from) !== hostOf.get(to));
  const outside = [...new Set(across.map(({ to }) => to))].filter((to) => !hostOf.has(to));
  return {
    name: "deployment",
    title: `Deployment: ${stack}`,
    groups: [
      ...hosts.map(
        (host): DrawnGroup => ({
          id: `host ${host}`,
          label: `«device» ${hostLabel(host)}, «execution environment» Docker`,
        }),
      ),
      ...[...systems.entries()].map(([id, [first]]) => ({
        id,
        label: first?.system ?? "",
        within: `host ${first?.host}`,
      })),
    ],
    nodes: [
      ...[...systems.entries()].flatMap(([id, those]) =>
        those.map((workload) => nodeOf(workload, id, detailOf(workload, people))),
      ),
      ...outside.map((id): DrawnNode => ({ id, label: id, shape: "outside" })),
    ],
    edges: across.map((way) => ({ ...way, label: labelOf(way) })),
    rows: [...systems.values()].flatMap((those) => rowsOf(those.map(({ name }) => name))),
  };
}

/** The image, and the ports of the host that lead to it. */
function detailOf({ name, containers: [first] }: Workload, people: readonly Person[]): string | undefined {
  const ports = people.filter(({ to }) => to === name).map((person) => person.ports);
  return ports.length === 0 ? undefined : [first?.image, ...ports].join(", ");
}

function rowsOf(names: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(names.length / COLUMNS) }, (_, row) =>
    names.slice(row * COLUMNS, (row + 1) * COLUMNS),
  );
}
