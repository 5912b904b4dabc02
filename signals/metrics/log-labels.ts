/** The labels of log streams, and the fields that a line brings as structured metadata. */
export const LOG_LABELS = [
  "container_name",
  "service_name",
  "level",
  "request_id",
  "trace_id",
  "route",
  "status",
  "duration_seconds",
  "version",
] as const;
