import type * as pulumi from "@pulumi/pulumi";
import type { Route } from "../../config/traefik.ts";

/** How visitors reach a site of an edge. */
export interface SiteAddress {
  /** Its URL, with a slash at its end. */
  readonly url: string;
  /** The host names that visitors may say; none where any will do. */
  readonly hostnames: readonly string[];
}

/** What takes requests from outside. Routes come from the services. */
export interface Edge {
  /** Its name in the program. */
  readonly name: string;
  /** URL that people reach it at, with a slash at its end. */
  readonly url: string;
  /** Where a web server behind it hands requests on, `host:port`: nothing but routes that say `through` is there. */
  readonly inner: string;
  /** Whether it divides the requests of a route between two versions of a service, by `split` of the route. */
  readonly splits: boolean;
  /**
   * How visitors reach a site.
   *
   * @param name name of the site's route
   * @param hostname host name of that route. @default - any
   */
  siteAddress(name: string, hostname?: string): SiteAddress;
  /**
   * The labels by which the edge finds a route's servers; none where it is told of routes by files.
   *
   * @param port the server's port in its container
   */
  labelsOf(route: Route, port: number): Readonly<Record<string, string>>;
  /**
   * Adds a route. It lands after what it depends on, so that no request meets a server that is not there yet. Where
   * routes are found by labels, the containers' own are it.
   *
   * @throws pulumi.InputPropertiesError when another service has the same route, or its limit of a body is none
   */
  addRoute(route: Route, parent: pulumi.Resource, dependsOn: readonly pulumi.Resource[]): void;
}
