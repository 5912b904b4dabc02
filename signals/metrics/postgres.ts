import { metricsOf } from "./metric.ts";

/** What we use of postgres_exporter. */
export const postgresMetrics = metricsOf("postgres", {
  pg_scrape_collector_success: { type: "gauge", unit: "boolean", labels: ["collector"] },
  pg_settings_max_connections: { type: "gauge", unit: "count", labels: ["server"] },
  pg_stat_activity_count: { type: "gauge", unit: "count", labels: ["datname", "server", "state"] },
  pg_stat_activity_max_tx_duration: { type: "gauge", unit: "seconds", labels: ["datname", "server", "state"] },
  pg_stat_database_deadlocks: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_stat_database_xact_commit: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_stat_database_xact_rollback: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_up: { type: "gauge", unit: "boolean", labels: [] },
});
