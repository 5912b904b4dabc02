import { metricsOf } from "./metric.ts";

/** What we use of redis_exporter. */
export const redisMetrics = metricsOf("redis", {
  redis_acl_access_denied_auth_total: { type: "counter", unit: "count", labels: [] },
  redis_acl_access_denied_cmd_total: { type: "counter", unit: "count", labels: [] },
  redis_acl_access_denied_key_total: { type: "counter", unit: "count", labels: [] },
  redis_aof_last_write_status: { type: "gauge", unit: "boolean", labels: [] },
  redis_connected_clients: { type: "gauge", unit: "count", labels: [] },
  redis_errors_total: { type: "counter", unit: "count", labels: ["err"], onEvent: true },
  redis_max_clients: { type: "gauge", unit: "count", labels: [] },
  redis_rdb_last_bgsave_status: { type: "gauge", unit: "boolean", labels: [] },
  redis_rejected_connections_total: { type: "counter", unit: "count", labels: [] },
  redis_up: { type: "gauge", unit: "boolean", labels: [] },
});
