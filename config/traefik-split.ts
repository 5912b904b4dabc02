/** How Traefik divides the requests of a route between two versions of a service. */

import type { Version } from "../services/rollout.ts";

/** A second version of a service, beside the one that its route names: what of the requests it gets. */
export interface RouteSplit {
  /** The candidate's servers, `host:port`, as the edge reaches them. */
  readonly servers: readonly string[];
  /** Percent of the requests that they get, a whole number from 0 to 100. */
  readonly weight: number;
  /** Whether a visitor stays with the version that answered first. */
  readonly sticky: boolean;
}

/** A route, as far as its requests are divided. */
export interface DividedRoute {
  /** Name of the service. */
  readonly name: string;
  /** The servers of its stable version, `host:port`. */
  readonly servers: readonly string[];
  /** The candidate beside them. @default - there is no rollout */
  readonly split?: RouteSplit;
}

/**
 * What Traefik calls a version of a service while requests are divided. No service's name has a dot, so it is no other's.
 */
const versionService = (service: string, version: Version): string => `${service}.${version}`;

/**
 * The services of a route in a file of Traefik's: one, or one for each version and the one that divides between them.
 *
 * A version without a weight is left out, not given the weight 0: one that was away and came back is among those that are
 * up, and not among those that are asked. When it is the only one, Traefik 3.7.15 looks for it without an end, with a lock
 * held: the route hung, also after the other version was back (tried).
 *
 * @param balanced a service that balances over servers
 */
export function renderVersions(
  { name, servers, split }: DividedRoute,
  balanced: (servers: readonly string[]) => object,
): Readonly<Record<string, object>> {
  if (split === undefined || split.weight === 0) return { [name]: balanced(servers) };
  if (split.weight === 100) return { [name]: balanced(split.servers) };
  const [stable, candidate] = [versionService(name, "stable"), versionService(name, "candidate")];
  const weighted = {
    services: [
      { name: stable, weight: 100 - split.weight },
      { name: candidate, weight: split.weight },
    ],
    // A version of which no server is ready gets nothing: the other one answers for it.
    healthCheck: {},
    ...(split.sticky ? { sticky: { cookie: stickyCookie(name) } } : {}),
  };
  // The routers go on to lead to the service's own name, by which objectives and the portal know their requests.
  return { [name]: { weighted }, [stable]: balanced(servers), [candidate]: balanced(split.servers) };
}

// It says which version and nothing about the visitor. Not `secure`: a route is open over HTTP, too, where a browser would
// keep such a cookie to itself, and each request would be the first.
function stickyCookie(service: string): object {
  return { name: `${service}-version`, httpOnly: true, sameSite: "lax" };
}
