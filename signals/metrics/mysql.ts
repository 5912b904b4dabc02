import { metricsOf } from "./metric.ts";

/** What we use of mysqld_exporter: what MySQL and MariaDB both have. */
export const mysqlMetrics = metricsOf("mysql", {
  mysql_exporter_collector_success: { type: "gauge", unit: "boolean", labels: ["collector"] },
  mysql_global_status_aborted_clients: { type: "untyped", unit: "count", labels: [] },
  mysql_global_status_aborted_connects: { type: "untyped", unit: "count", labels: [] },
  mysql_global_status_buffer_pool_pages: { type: "gauge", unit: "count", labels: ["state"] },
  mysql_global_status_bytes_received: { type: "untyped", unit: "bytes", labels: [] },
  mysql_global_status_bytes_sent: { type: "untyped", unit: "bytes", labels: [] },
  mysql_global_status_commands_total: { type: "counter", unit: "count", labels: ["command"] },
  mysql_global_status_connection_errors_total: { type: "counter", unit: "count", labels: ["error"] },
  mysql_global_status_created_tmp_disk_tables: { type: "untyped", unit: "count", labels: [] },
  mysql_global_status_created_tmp_tables: { type: "untyped", unit: "count", labels: [] },
  mysql_global_status_innodb_buffer_pool_read_requests: { type: "untyped", unit: "count", labels: [] },
  mysql_global_status_innodb_buffer_pool_reads: { type: "untyped", unit: "count", labels: [] },
  mysql_global_status_innodb_data_read: { type: "untyped", unit: "bytes", labels: [] },
  mysql_global_status_innodb_data_written: { type: "untyped", unit: "bytes", labels: [] },
  mysql_global_status_innodb_row_lock_time: { type: "untyped", unit: "none", labels: [] },
  mysql_global_status_innodb_row_lock_waits: { type: "untyped", unit: "count", labels: [] },
  mysql_global_status_questions: { type: "untyped", unit: "count", labels: [] },
  mysql_global_status_slow_queries: { type: "untyped", unit: "count", labels: [] },
  mysql_global_status_threads_connected: { type: "untyped", unit: "count", labels: [] },
  mysql_global_status_threads_running: { type: "untyped", unit: "count", labels: [] },
  mysql_global_variables_max_connections: { type: "gauge", unit: "count", labels: [] },
  mysql_info_schema_innodb_tablespace_file_size_bytes: { type: "gauge", unit: "bytes", labels: ["tablespace_name"] },
  mysql_up: { type: "gauge", unit: "boolean", labels: [] },
});
