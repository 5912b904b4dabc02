import type { Watched } from "../../signals/signals.ts";

/** What the dashboard of a service is made from. */
export interface ServiceDashboardArgs {
  /** The service's name, which is its `job`. */
  readonly service: string;
  /** What it uses, by name: data stores and other services. */
  readonly uses: readonly string[];
}

/** What the parts of a service's dashboard are made from. */
export interface ServiceContext extends ServiceDashboardArgs {
  /** Everything that is watched in the stack: it decides which panels there is something to show in. */
  readonly watched: Watched;
  /** The service in a PromQL selector. */
  readonly job: string;
}
