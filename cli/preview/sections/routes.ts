import { parse } from "yaml";
import { containersOf, labelsOf } from "../containers.ts";
import { type Files, filesOf } from "../files.ts";
import type { Inputs, Plan } from "../plan.ts";
import type { Finding, Section } from "../section.ts";

/** What visitors and the machine's users reach. */
export const routes: Section = {
  name: "routes",
  title: "Routes and ports",
  nothing: "The same routes and ports are open.",
  find: (plan) => {
    const files = filesOf(plan);
    return [
      ...changes("route", routersOf(plan, files.old, "old"), routersOf(plan, files.new, "new")),
      ...changes("limit", limitsOf(files.old), limitsOf(files.new)),
      ...changes("port", portsOf(plan, "old"), portsOf(plan, "new")),
    ];
  },
};

/** What is open, by name: the words that say how. */
type Open = Readonly<Record<string, string>>;

function changes(kind: string, old: Open, now: Open): readonly Finding[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].sort().flatMap((name): Finding[] => {
    const [before, after] = [old[name], now[name]];
    const subject = `${kind} ${name}`;
    if (before === undefined) return [{ change: "opened", subject, text: after ?? "", weight: "look" }];
    if (after === undefined) return [{ change: "closed", subject, text: before, weight: "look" }];
    return before === after
      ? []
      : [{ change: "moved", subject, text: `${after}, no longer ${before}`, weight: "look" }];
  });
}

/** A router of Traefik. */
interface Router {
  readonly rule?: string;
  readonly entryPoints?: readonly string[];
  readonly service?: string;
  readonly middlewares?: readonly string[];
}

/** What a file of Traefik has about HTTP. */
interface TraefikFile {
  readonly routers?: Readonly<Record<string, Router>>;
  readonly middlewares?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Traefik's files: only these begin that way. */
function traefikIn(files: Files): readonly TraefikFile[] {
  return Object.entries(files)
    .filter(([path, text]) => /\.ya?ml$/.test(path) && /^http:\n {2}(routers|middlewares|services):/m.test(text))
    .map(([, text]) => (parse(text) as { readonly http: TraefikFile }).http);
}

/** How much one address may ask of the edge. */
function limitsOf(files: Files): Open {
  const all = traefikIn(files).flatMap(({ middlewares }) => Object.entries(middlewares ?? {}));
  return Object.fromEntries(
    all.flatMap(([name, { rateLimit, inFlightReq }]) => {
      const limit = rateLimit ?? inFlightReq;
      if (typeof limit !== "object" || limit === null) return [];
      const numbers = Object.entries(limit).filter(([, value]) => typeof value !== "object");
      return [[name, numbers.map(([key, value]) => `${key} ${value}`).join(", ")]];
    }),
  );
}

/** A router with its name. */
type NamedRouter = readonly [string, Router];

/** The edge's routers, in files or in containers' labels. */
function routersOf(plan: Plan, files: Files, side: "old" | "new"): Open {
  const inFiles = traefikIn(files).flatMap(({ routers }) => Object.entries(routers ?? {}));
  const inLabels = containersOf(plan).flatMap(({ resource }) => labelledRouters(resource[side]));
  const all: readonly NamedRouter[] = [...inFiles, ...inLabels];
  return Object.fromEntries(all.filter((one) => !isTwin(one, all)).map(([name, router]) => [name, routerText(router)]));
}

// Each route has a twin for callers with a trace of their own, and one for HTTPS where it is open without it, too.
function isTwin([name, { rule }]: NamedRouter, all: readonly NamedRouter[]): boolean {
  if (/-foreign(-tls)?$/.test(name)) return true;
  return name.endsWith("-tls") && all.some(([other, router]) => `${other}-tls` === name && router.rule === rule);
}

function routerText({ rule = "", entryPoints = [], service = "", middlewares = [] }: Router): string {
  const through = middlewares.map((name) => name.split("@")[0]).filter((name) => name !== "retry-refused");
  const more = through.length === 0 ? "" : ` through ${through.join(", ")}`;
  return `${rule} at ${entryPoints.join(", ") || "every entry point"} to ${service}${more}`;
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
        ({ external, ip = "0.0.0.0", internal }) => [`of ${name}:${internal}`, `${ip}:${external}`],
      );
    }),
  );
}
