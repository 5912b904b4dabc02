import type { Flow } from "../services/flow.ts";

/** Who is in each network, by its role. */
export type Networks = Readonly<Record<string, readonly string[]>>;

/** One container reaches all ports of another one, though nobody declared that. */
export interface OpenPath {
  /** Who reaches. */
  readonly from: string;
  /** Who is reached. */
  readonly to: string;
}

/** The networks of a stack that two containers share. */
export function sharedNetworks(networks: Networks, one: string, other: string): readonly string[] {
  const both = Object.entries(networks).filter(([, names]) => names.includes(one) && names.includes(other));
  return both.map(([role]) => role);
}

/**
 * What Docker cannot separate: each pair that shares a network, and of which nobody declared that the one connects to the
 * other. Who may connect to one port of another one reaches its other ports, too; that is no pair here.
 */
export function openPaths(flows: readonly Flow[], networks: Networks): readonly OpenPath[] {
  const declared = new Set(flows.filter(({ port }) => typeof port === "number").map(({ from, to }) => `${from} ${to}`));
  const names = [...new Set(Object.values(networks).flat())].sort();
  return names.flatMap((from) =>
    names
      .filter((to) => to !== from && !declared.has(`${from} ${to}`))
      .filter((to) => sharedNetworks(networks, from, to).length > 0)
      .map((to) => ({ from, to })),
  );
}

/** Declared flows that no network carries: they could not work. Those to other machines are none. */
export function brokenFlows(flows: readonly Flow[], networks: Networks): readonly Flow[] {
  const here = new Set(Object.values(networks).flat());
  return flows.filter(
    ({ from, to, port }) => typeof port === "number" && here.has(to) && sharedNetworks(networks, from, to).length === 0,
  );
}

/** A container's name without the number of its replica: `blog-1-exporter` is a `blog-exporter`. */
export function workloadOf(container: string): string {
  return container.replace(/-\d+(?=$|-exporter$)/, "");
}

/**
 * The networks of a stack as lines of Markdown for docs/security.md: who is in each, what is declared there, and thereby
 * what is open.
 */
export function renderOpenPaths(flows: readonly Flow[], networks: Networks): string {
  const rows = Object.entries(networks)
    .filter(([, names]) => names.length > 1)
    .map(([role, names]) => {
      const inside = flows.filter(
        ({ from, to, port }) => typeof port === "number" && names.includes(from) && names.includes(to),
      );
      return `| \`${role}\` | ${listOf(names)} | ${waysOf(inside) || "nothing"} |`;
    });
  return ["| network | who is in it | declared there |", "| --- | --- | --- |", ...rows].join("\n");
}

/** Names without their replicas, each once and in quotes. */
function listOf(names: readonly string[]): string {
  return [...new Set(names.map(workloadOf))]
    .sort()
    .map((name) => `\`${name}\``)
    .join(", ");
}

/** Who connects to whom, by who connects; those with the same port or ports are together. */
function waysOf(flows: readonly Flow[]): string {
  const ways = new Map<string, Map<string, Set<number | string>>>();
  for (const { from, to, port } of flows) {
    const targets = ways.get(workloadOf(from)) ?? new Map<string, Set<number | string>>();
    targets.set(workloadOf(to), (targets.get(workloadOf(to)) ?? new Set()).add(port));
    ways.set(workloadOf(from), targets);
  }
  return [...ways.entries()]
    .map(([from, targets]) => {
      const reached = [...targets.entries()].map(([to, ports]) => `\`${to}\` ${[...ports].join(", ")}`);
      return `\`${from}\` → ${reached.sort().join("; ")}`;
    })
    .sort()
    .join(". ");
}
