import type * as pulumi from "@pulumi/pulumi";
import type { Route } from "../config/traefik.ts";

/** What takes requests from outside. Routes come from the services. */
export interface Edge {
  /** Its name in the program. */
  readonly name: string;
  /** URL that people reach it at, with a slash at its end. */
  readonly url: string;
  /**
   * Adds a route. It lands after what it depends on, so that no request meets a server that is not there yet.
   *
   * @throws pulumi.InputPropertiesError when another service has the same route
   */
  addRoute(route: Route, parent: pulumi.Resource, dependsOn: readonly pulumi.Resource[]): pulumi.Resource;
}
