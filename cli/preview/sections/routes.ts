import { containersOf, labelsOf } from "../containers.ts";
import { type Files, filesOf } from "../files.ts";
import type { Inputs, Plan } from "../plan.ts";
import type { Finding, Section } from "../section.ts";
import { type Router, type TraefikService, traefikIn, versionsAsked } from "../traefik-files.ts";

/** What visitors and the machine's users reach. */
export const routes: Section = {
  name: "routes",
  title: "Routes and ports",
  nothing: "The same routes and ports are open.",
  find: (plan) => {
    const files = filesOf(plan);
    return [
      ...changes(routersOf(plan, files.old, "old"), routersOf(plan, files.new, "new")),
      ...changes(limitsOf(files.old), limitsOf(files.new)),
      ...changes(portsOf(plan, "old"), portsOf(plan, "new")),
    ];
  },
};

/** What is open, by name: the words that say how. */
type Open = Readonly<Record<string, string>>;

function changes(old: Open, now: Open): readonly Finding[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].sort().flatMap((subject): Finding[] => {
    const [before, after] = [old[subject], now[subject]];
    if (before === undefined) return [{ change: "opened", subject, text: after ?? "", weight: "look" }];
    if (after === undefined) return [{ change: "closed", subject, text: before, weight: "look" }];
    return before === after
      ? []
      : [{ change: "moved", subject, text: `${after}, no longer ${before}`, weight: "look" }];
  });
}

/** How much one address may ask of the edge. */
function limitsOf(files: Files): Open {
  const all = traefikIn(files).flatMap(({ middlewares }) => Object.entries(middlewares ?? {}));
  return Object.fromEntries(
    all.flatMap(([name, { rateLimit, inFlightReq }]) => {
      const limit = rateLimit ?? inFlightReq;
      if (typeof limit !== "object" || limit === null) return [];
      const numbers = Object.entries(limit).filter(([, value]) => typeof value !== "object");
      return [[`limit ${name}`, numbers.map(([key, value]) => `${key} ${value}`).join(", ")]];
    }),
  );
}

/** A router with its name. */
type NamedRouter = readonly [string, Router];

/** The edge's routers, in files or in containers' labels. */
function routersOf(plan: Plan, files: Files, side: "old" | "new"): Open {
  const inFiles = traefikIn(files).flatMap(({ routers, services }) =>
    Object.entries(routers ?? {}).map(([name, router]): NamedRouter => {
      const divided = dividedText(services?.[router.service ?? ""], router.service ?? "");
      return [name, { ...router, ...(divided === undefined ? {} : { divided }) }];
    }),
  );
  const inLabels = containersOf(plan).flatMap(({ resource }) => labelledRouters(resource[side]));
  const all: readonly NamedRouter[] = [...inFiles, ...inLabels];
  return Object.fromEntries(
    all
      .filter((one) => !isTwin(one, all))
      .map(([name, router]) => [`${isRefusal(router) ? "limit" : "route"} ${name}`, routerText(router)]),
  );
}

// What such a router takes is answered by its middleware: nobody is behind it.
const isRefusal = ({ service }: Router): boolean => service === "noop@internal";

// Each route has a twin for callers with a trace of their own, and one for HTTPS where it is open without it, too.
function isTwin([name, { rule }]: NamedRouter, all: readonly NamedRouter[]): boolean {
  if (/-foreign(-tls)?$/.test(name)) return true;
  return name.endsWith("-tls") && all.some(([other, router]) => `${other}-tls` === name && router.rule === rule);
}

/** What the versions of a service get, where it has two, or the candidate has all. */
function dividedText(traefik: TraefikService = {}, service: string): string | undefined {
  const parts = traefik.weighted?.services;
  if (parts !== undefined) {
    return parts.map(({ name, weight }) => `${name.replace(`${service}.`, "")} ${weight}%`).join(", ");
  }
  return versionsAsked(traefik, service) === "candidate" ? "candidate 100%" : undefined;
}

function routerText({ rule = "", entryPoints = [], service = "", middlewares = [], divided }: Router): string {
  const through = middlewares.map((name) => name.split("@")[0]).filter((name) => name !== "retry-refused");
  const more = through.length === 0 ? "" : ` through ${through.join(", ")}`;
  const least = leastRefused(rule);
  if (service === "noop@internal") {
    return `refused${more}${least === undefined ? "" : `: bodies of ${least} bytes and more`}`;
  }
  return `${rule} at ${entryPoints.join(", ") || "every entry point"} to ${service}${divided === undefined ? "" : ` (${divided})`}${more}`;
}

/**
 * The smallest body that a rule takes by its `Content-Length`: the pattern has no numbers that people could read, and
 * takes all above one of them.
 */
function leastRefused(rule: string): number | undefined {
  const [, pattern] = /HeaderRegexp\(`Content-Length`, `(\^[^`]*\d[^`]*)`\)/.exec(rule) ?? [];
  if (pattern === undefined) return undefined;
  const taken = new RegExp(pattern);
  let [below, above] = [0, Number.MAX_SAFE_INTEGER];
  if (taken.test(String(below)) || !taken.test(String(above))) return undefined;
  while (above - below > 1) {
    const middle = below + Math.floor((above - below) / 2);
    if (taken.test(String(middle))) above = middle;
    else below = middle;
  }
  return above;
}

function labelledRouters(inputs: Inputs | undefined): readonly NamedRouter[] {
  const labels = Object.entries(labelsOf(inputs ?? {}));
  return labels.flatMap(([label, rule]) => {
    const [, name] = /^traefik\.http\.routers\.([^.]+)\.rule$/.exec(label) ?? [];
    if (name === undefined) return [];
    const own = (key: string) => labels.find(([one]) => one === `traefik.http.routers.${name}.${key}`)?.[1];
    const list = (key: string) => own(key)?.split(",") ?? [];
    return [
      [
        name,
        { rule, service: own("service") ?? name, entryPoints: list("entrypoints"), middlewares: list("middlewares") },
      ],
    ];
  });
}

/** Ports of the host, by what they lead to. */
function portsOf(plan: Plan, side: "old" | "new"): Open {
  return Object.fromEntries(
    containersOf(plan).flatMap(({ name, resource }) => {
      const ports = resource[side]?.ports;
      if (!Array.isArray(ports)) return [];
      return (ports as readonly { external?: unknown; ip?: unknown; internal?: unknown }[]).map(
        ({ external, ip = "0.0.0.0", internal }) => [`port of ${name}:${internal}`, `${ip}:${external}`],
      );
    }),
  );
}
