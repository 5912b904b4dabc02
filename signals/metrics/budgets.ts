import { STORES, type StoreKindName } from "../stores/index.ts";
import type { MetricSource } from "./catalogue.ts";

const ofStores = Object.fromEntries(STORES.map(({ name, seriesBudget }) => [name, seriesBudget])) as Readonly<
  Record<StoreKindName, number>
>;

const budgets: Readonly<Record<MetricSource, number>> = {
  alertmanager: 1000,
  blackbox: 50,
  collector: 100,
  containers: 2000,
  "database-pool": 10,
  "dead-mans-switch": 20,
  grafana: 1500,
  host: 1000,
  // The most hosts that it looks at, three each.
  "host-checks": 300,
  "http-service": 2000,
  loki: 1000,
  nginx: 20,
  "php-fpm": 20,
  probes: 20,
  prometheus: 1000,
  "prometheus-agent": 100,
  scrape: 10,
  // About 45 for each service that is called, and one for each of its replicas.
  "service-calls": 1000,
  // Bounded where they are made: each operation of each program is a few.
  spans: 20_000,
  ...ofStores,
  tempo: 50,
  "trace-path": 100,
  "trace-sampling": 10,
  traefik: 2000,
  victorialogs: 200,
};

/**
 * Series that one target of each source may have of its catalogued metrics. Several times what the stack `dev` has, so
 * that more routes, disks or containers are no event, and a label that grows without end is.
 */
export const SERIES_BUDGETS = Object.fromEntries(
  Object.entries(budgets).sort(([one], [other]) => (one < other ? -1 : 1)),
) as typeof budgets;

/** Series of a target of which nobody said what it emits. */
export const UNKNOWN_BUDGET = 1000;

/** How much more than its budget a target may have before its scrapes are dropped: until then an alert tells of it. */
export const BUDGET_HEADROOM = 1.25;
