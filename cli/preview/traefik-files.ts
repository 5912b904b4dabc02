/** What the edge's files say of routes. */

import { parse } from "yaml";
import { candidateName } from "../../services/rollout.ts";
import type { Files } from "./files.ts";

/** A router of Traefik. */
export interface Router {
  /** Which requests it takes. */
  readonly rule?: string;
  /** The doors that they come through. */
  readonly entryPoints?: readonly string[];
  /** Where it leads to. */
  readonly service?: string;
  /** What is done with them on the way. */
  readonly middlewares?: readonly string[];
  /** Who of two versions gets how much of it. @default - there is one version */
  readonly divided?: string;
}

/** A service of Traefik: servers, or a part for each of two versions. */
export interface TraefikService {
  /** The servers, one of which answers. */
  readonly loadBalancer?: { readonly servers?: readonly { readonly url: string }[] };
  /** The services that it divides requests between. */
  readonly weighted?: { readonly services?: readonly { readonly name: string; readonly weight: number }[] };
}

/** What a file of Traefik has about HTTP. */
export interface TraefikFile {
  /** Its services, by name. */
  readonly services?: Readonly<Record<string, TraefikService>>;
  /** Its routers, by name. */
  readonly routers?: Readonly<Record<string, Router>>;
  /** Its middlewares, by name. */
  readonly middlewares?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Traefik's files: only these begin that way. */
export function traefikIn(files: Files): readonly TraefikFile[] {
  return Object.entries(files)
    .filter(([path, text]) => /\.ya?ml$/.test(path) && /^http:\n {2}(routers|middlewares|services):/m.test(text))
    .map(([, text]) => (parse(text) as { readonly http: TraefikFile }).http);
}

/** Which versions of a service the edge asks. */
export type VersionsAsked = "stable" | "candidate" | "both";

/** Which versions of a service the edge asks, as one of its files says. */
export function versionsAsked({ weighted, loadBalancer }: TraefikService, service: string): VersionsAsked {
  if (weighted !== undefined) return "both";
  const servers = loadBalancer?.servers ?? [];
  const isCandidate = ({ url }: { readonly url: string }): boolean =>
    new URL(url).hostname.includes(`${candidateName(service)}-`);
  return servers.length > 0 && servers.every(isCandidate) ? "candidate" : "stable";
}

/** The same, as all files say; stable where none says anything. */
export function versionsAskedIn(files: Files, service: string): VersionsAsked {
  const found = traefikIn(files).find(({ services = {} }) => Object.hasOwn(services, service));
  return versionsAsked(found?.services?.[service] ?? {}, service);
}
