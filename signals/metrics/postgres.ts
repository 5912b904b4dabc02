import { metricsOf } from "./metric.ts";

/** What we use of postgres_exporter. */
export const postgresMetrics = metricsOf("postgres", {
  pg_database_size_bytes: { type: "gauge", unit: "bytes", labels: ["datname"] },
  pg_locks_count: { type: "gauge", unit: "count", labels: ["datname", "mode"] },
  pg_scrape_collector_success: { type: "gauge", unit: "boolean", labels: ["collector"] },
  pg_settings_max_connections: { type: "gauge", unit: "count", labels: ["server"] },
  pg_stat_activity_count: { type: "gauge", unit: "count", labels: ["datname", "server", "state"] },
  pg_stat_activity_max_tx_duration: { type: "gauge", unit: "seconds", labels: ["datname", "server", "state"] },
  pg_stat_database_blks_hit: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_stat_database_blks_read: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_stat_database_deadlocks: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_stat_database_temp_bytes: { type: "counter", unit: "bytes", labels: ["datid", "datname"] },
  pg_stat_database_tup_deleted: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_stat_database_tup_fetched: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_stat_database_tup_inserted: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_stat_database_tup_updated: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_stat_database_xact_commit: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_stat_database_xact_rollback: { type: "counter", unit: "count", labels: ["datid", "datname"] },
  pg_up: { type: "gauge", unit: "boolean", labels: [] },
});
