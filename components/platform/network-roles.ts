/**
 * The networks of a platform. A workload joins those that it needs and no other: a data store is on one
 * of its own, with those that use it, and cannot be reached from the edge. What is watched is on `metrics`, where Prometheus asks it,
 * and on `telemetry`, where it sends its spans; the stores of the monitoring and what tells people are on `observability`,
 * where nothing is that visitors reach. `notify` has who is told within the stack. What leads out of the host: `edge`, where
 * Traefik is, and one network for each component that has something to ask there or publishes a port.
 */
export type NetworkRole = SharedNetwork | StoreNetwork | PagesNetwork | OutsideNetwork;

/** The network of one data store: it, its exporter, and the services that use it. It has no way out of the host. */
export type StoreNetwork = `store-${string}`;

/** The network of the data store of this name. */
export const storeNetwork = (store: string): StoreNetwork => `store-${store}`;

/** The network of one PHP application and its own web servers, of which it asks pages of itself. It has no way out. */
export type PagesNetwork = `pages-${string}`;

/** The network of the pages of the PHP application of this name. */
export const pagesNetwork = (application: string): PagesNetwork => `pages-${application}`;

/** The way out of one component that has something to ask outside of the host, or a port to publish. Nobody else is there. */
export type OutsideNetwork = `outside-${string}`;

/** The way out of the component of this name. */
export const outsideNetwork = (component: string): OutsideNetwork => `outside-${component}`;

/** The networks that are there for what a workload does, not for whom it serves. */
export type SharedNetwork =
  | "edge"
  | "routes"
  | "services"
  | "metrics"
  | "telemetry"
  | "observability"
  | "notify"
  | "discovery";
