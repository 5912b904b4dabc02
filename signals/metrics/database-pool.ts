import { metricsOf } from "./metric.ts";

/** What we use of the services that have a pool of connections to a database. */
export const databasePoolMetrics = metricsOf("database-pool", {
  db_pool_connections: { type: "gauge", unit: "count", labels: ["state"] },
  db_pool_connections_max: { type: "gauge", unit: "count", labels: [] },
  db_pool_pending_requests: { type: "gauge", unit: "count", labels: [] },
  db_query_duration_seconds: { type: "histogram", unit: "seconds", labels: ["outcome", "query"] },
});
