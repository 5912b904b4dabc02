import { metricsOf } from "./metric.ts";

/** What we use of the services that have a pool of connections to a database. */
export const databasePoolMetrics = metricsOf("database-pool", {
  db_pool_pending_requests: { type: "gauge", unit: "count", labels: [] },
});
