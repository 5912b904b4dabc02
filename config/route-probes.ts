/** How the routes of an edge are asked from outside: by the prober all the time, and by the visitors of a drill. */

import { given } from "../services/given.ts";
import type { Probe } from "../signals/signals.ts";
import { type Route, type SitePort, TRAEFIK_PORTS } from "./traefik.ts";

/** An edge, as visitors reach it. */
export interface VisitedEdge {
  /** Its name. */
  readonly name: string;
  /** Its URL. */
  readonly url: string;
}

/**
 * The probes of routes: each is asked through the edge, on its plain entry point, as a user would ask it. A site with a
 * port of its own is asked there.
 *
 * @param edge the edge's host name, as blackbox_exporter reaches it
 * @param visited the same edge, as visitors reach it
 * @param sites the ports that are one site's alone, by its name
 * @example
 * ```ts
 * probesOf([{ name: "catalog", pathPrefix: "/api", servers: ["catalog-1:5000"], readyPath: "/ready" }], "vigie-dev-edge");
 * ```
 */
export function probesOf(
  routes: readonly Route[],
  edge: string,
  visited?: VisitedEdge,
  sites: Readonly<Record<string, SitePort>> = {},
): readonly Probe[] {
  return routes.flatMap(({ name, pathPrefix, hostname: named, probePath = pathPrefix, drillPath = probePath }) => {
    if (probePath === false) return [];
    const own = sites[name];
    const hostname = own === undefined ? named : new URL(own.url).host;
    const asked = (path: string, from: VisitedEdge) => new URL(path, own?.url ?? from.url).href;
    const drilled = drillPath === false || drillPath === probePath ? undefined : drillPath;
    return [
      {
        name,
        url: `http://${edge}:${own?.inside ?? TRAEFIK_PORTS.web}${probePath}`,
        ...given({ hostname }),
        ...(visited === undefined
          ? {}
          : {
              visited: {
                url: asked(probePath, visited),
                edge: visited.name,
                ...(drilled === undefined ? {} : { drilled: asked(drilled, visited) }),
              },
            }),
      },
    ];
  });
}
