import { containersOf, type PlannedContainer } from "../containers.ts";
import { allFilesOf } from "../files.ts";
import type { Inputs, Plan } from "../plan.ts";
import type { Finding, Section } from "../section.ts";
import { type VersionsAsked, versionsAskedIn } from "../traefik-files.ts";

/** Which visitors' requests fail while the change is made. */
export const requests: Section = {
  name: "requests",
  title: "Requests",
  nothing: "No request is lost.",
  find: (plan) => {
    const components = componentsOf(containersOf(plan));
    const files = allFilesOf(plan);
    return [...components].flatMap(([name, replicas]) => {
      if (!replicas.some(({ candidate }) => candidate)) {
        return findingOf(plan, name, replicas, requestsThrough(plan.oldOutputs, name));
      }
      // Containers are replaced before the edge's file is written, and deleted after.
      return findingsOfVersions(plan, name, replicas, [
        versionsAskedIn(files.old, name),
        versionsAskedIn(files.new, name),
      ]);
    });
  },
};

/** The replicas of each component, without what stands beside them. */
function componentsOf(containers: readonly PlannedContainer[]): ReadonlyMap<string, readonly PlannedContainer[]> {
  const all = new Map<string, readonly PlannedContainer[]>();
  for (const one of containers.filter(({ beside }) => !beside)) {
    all.set(one.component, [...(all.get(one.component) ?? []), one]);
  }
  return all;
}

/** The edge asks one version or both; other services ask stable alone. */
function findingsOfVersions(
  plan: Pick<Plan, "oldOutputs" | "newOutputs">,
  component: string,
  replicas: readonly PlannedContainer[],
  [before, after]: readonly [VersionsAsked, VersionsAsked],
): readonly Finding[] {
  const all = requestsThrough(plan.oldOutputs, component);
  const own = requestsThrough(plan.oldOutputs, component, "edge");
  const others = all.filter((address) => !own.includes(address));
  const stable = replicas.filter(({ candidate }) => !candidate);
  const asked =
    before === "both" ? replicas : replicas.filter(({ candidate }) => candidate === (before === "candidate"));
  // What the new file does not name is asked no more when it is deleted.
  const ending = asked.filter(
    ({ candidate, resource }) => !candidate || after !== "stable" || resource.operation !== "delete",
  );
  const gone = before === "candidate" && ending.length < asked.length;
  const text = `the candidate had all of them and goes: for two seconds, until the edge has read its file, these may fail: ${own.join(", ")}`;
  return [
    ...findingOf(plan, component, ending, own),
    ...(gone && own.length > 0
      ? [{ change: "lost for a while", subject: component, text, weight: "look" } as const]
      : []),
    ...findingOf(plan, component, stable, others),
  ];
}

function findingOf(
  { newOutputs }: Pick<Plan, "newOutputs">,
  component: string,
  replicas: readonly PlannedContainer[],
  affected: readonly string[],
): readonly Finding[] {
  const serving = replicas.filter(({ resource }) => resource.old !== undefined);
  const ending = serving.filter(({ resource }) => ["replace", "delete"].includes(resource.operation));
  if (ending.length === 0 || affected.length === 0) return [];
  const through = affected.join(", ");
  if (ending.every(({ resource }) => resource.operation === "delete") && ending.length === serving.length) {
    const without = new Set(requestsWithout(newOutputs, component));
    const failing = affected.filter((address) => !without.has(address));
    if (failing.length === 0) {
      const text = `it is taken away when nobody asks it any more; these are answered without it: ${through}`;
      return [{ change: "none lost", subject: component, text }];
    }
    const text = `it is taken away, and these fail from then on: ${failing.join(", ")}`;
    return [{ change: "lost", subject: component, text, weight: "stop" }];
  }
  if (serving.length === 1) {
    const text = `the only replica is replaced; until the new one is healthy these fail: ${through}`;
    return [{ change: "lost for a while", subject: component, text, weight: "look" }];
  }
  const text = `${ending.length} of ${serving.length} replicas end, one after the other; the others answer: ${through}`;
  return [{ change: "none lost", subject: component, text }];
}

/** What is known of a stack's calls: routes of the edge, and who asks whom. */
interface Calls {
  readonly routes?: readonly {
    readonly edge: string;
    readonly service: string;
    readonly url: string;
    readonly hostname?: string;
  }[];
  readonly calls?: readonly { readonly from: string; readonly to: string }[];
}

/**
 * The addresses whose requests come to a component, itself or through those who ask it.
 *
 * @param by `edge` for those alone that come to it through the edge. @default - all
 */
function requestsThrough({ proof }: Inputs, component: string, by?: "edge"): readonly string[] {
  const { routes = [], calls: all = [] } = (proof ?? {}) as Calls;
  const calls = by === "edge" ? [] : all;
  const callers = new Set([component]);
  // A caller that was added may have callers that were passed already.
  for (let size = 0; size < callers.size; ) {
    size = callers.size;
    for (const { from, to } of calls) if (callers.has(to) && !isEdge(routes, from)) callers.add(from);
  }
  return [
    ...new Set(
      routes
        .filter(({ service, edge }) => callers.has(service) || edge === component)
        .map(({ url, hostname }) => addressOf(url, hostname)),
    ),
  ];
}

/** The addresses whose requests need nothing of a component. */
function requestsWithout(outputs: Inputs, component: string): readonly string[] {
  const { routes = [] } = (outputs.proof ?? {}) as Calls;
  const through = new Set(requestsThrough(outputs, component));
  return routes.map(({ url, hostname }) => addressOf(url, hostname)).filter((address) => !through.has(address));
}

const isEdge = (routes: Calls["routes"] = [], name: string): boolean => routes.some(({ edge }) => edge === name);

/** The address of a route without the question that `verify` asks there. */
function addressOf(url: string, hostname: string | undefined): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${hostname ?? host}${pathname}`;
}
