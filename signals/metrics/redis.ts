import { metricsOf } from "./metric.ts";

/** What we use of redis_exporter. */
export const redisMetrics = metricsOf("redis", {
  redis_acl_access_denied_auth_total: { type: "counter", unit: "count", labels: [] },
  redis_acl_access_denied_cmd_total: { type: "counter", unit: "count", labels: [] },
  redis_acl_access_denied_key_total: { type: "counter", unit: "count", labels: [] },
  redis_aof_last_write_status: { type: "gauge", unit: "boolean", labels: [] },
  redis_commands_duration_seconds_total: { type: "counter", unit: "seconds", labels: ["cmd"] },
  redis_commands_total: { type: "counter", unit: "count", labels: ["cmd"] },
  redis_connected_clients: { type: "gauge", unit: "count", labels: [] },
  redis_db_keys: { type: "gauge", unit: "count", labels: ["db"] },
  redis_db_keys_expiring: { type: "gauge", unit: "count", labels: ["db"] },
  redis_errors_total: { type: "counter", unit: "count", labels: ["err"], onEvent: true },
  redis_evicted_keys_total: { type: "counter", unit: "count", labels: [] },
  redis_expired_keys_total: { type: "counter", unit: "count", labels: [] },
  redis_keyspace_hits_total: { type: "counter", unit: "count", labels: [] },
  redis_keyspace_misses_total: { type: "counter", unit: "count", labels: [] },
  redis_max_clients: { type: "gauge", unit: "count", labels: [] },
  redis_memory_max_bytes: { type: "gauge", unit: "bytes", labels: [] },
  redis_memory_used_bytes: { type: "gauge", unit: "bytes", labels: [] },
  redis_net_input_bytes_total: { type: "counter", unit: "bytes", labels: [] },
  redis_net_output_bytes_total: { type: "counter", unit: "bytes", labels: [] },
  redis_rdb_last_bgsave_status: { type: "gauge", unit: "boolean", labels: [] },
  redis_rejected_connections_total: { type: "counter", unit: "count", labels: [] },
  redis_up: { type: "gauge", unit: "boolean", labels: [] },
});
