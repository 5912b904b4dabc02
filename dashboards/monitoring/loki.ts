import type { Watched } from "../../signals/signals.ts";
import type { Row } from "../dashboard-file.ts";
import { lines } from "../panels.ts";
import { quantileOf, rateOf, shareOf } from "../promql.ts";
import { limitsOf } from "../watched.ts";

/** Loki: what it takes, whether it answers, what it refuses, and whether it deletes what is old. */
export function lokiRow(watched: Watched, job: string): Row {
  const selector = `job="${job}"`;
  const rate = (metric: string, by: string, more = ""): string => rateOf(`loki_${metric}{${selector}${more}}`, by);
  // Until it is ready it says so with 503, to whoever asks.
  const asked = ',route!="ready"';
  const requests = (more = ""): string => rate("request_duration_seconds_count", "route", asked + more);
  const retention = `loki_compactor_apply_retention_last_successful_run_timestamp_seconds{${selector}}`;
  return {
    row: "Loki",
    panels: [
      lines({
        title: "Lines taken",
        description: "Lines a second that Loki takes, and those that it refuses for good.",
        unit: "ops",
        queries: [
          { expr: rate("distributor_lines_received_total", "job"), legend: "taken" },
          {
            expr: `${rate("discarded_samples_total", "job")} or 0 * ${rate("distributor_lines_received_total", "job")}`,
            legend: "refused",
          },
        ],
      }),
      lines({
        title: "Bytes taken",
        description: "Bytes a second of lines that Loki takes.",
        unit: "Bps",
        queries: [{ expr: rate("distributor_bytes_received_total", "job"), legend: "bytes" }],
      }),
      lines({
        title: "Failed requests to Loki",
        description: "Share of its answers with a 5xx status: logs are not taken, or not found.",
        unit: "percentunit",
        marks: limitsOf(watched, "LokiRequestsFailing"),
        queries: [
          {
            expr: shareOf(requests(',status_code=~"5.."'), requests()),
            legend: "{{route}}",
          },
        ],
      }),
      lines({
        title: "Duration of requests to Loki, p95",
        description: "One of 20 takes longer. 0 while there are none.",
        unit: "s",
        queries: [
          {
            expr: quantileOf(0.95, "loki_request_duration_seconds", `${selector}${asked}`, "route"),
            legend: "{{route}}",
          },
        ],
      }),
      lines({
        title: "Streams and chunks in memory",
        description: "Streams that get lines now, and pieces of them that are not on disk yet.",
        unit: "short",
        queries: [
          { expr: `sum by (job) (loki_ingester_memory_streams{${selector}})`, legend: "streams" },
          { expr: `sum by (job) (loki_ingester_memory_chunks{${selector}})`, legend: "chunks" },
        ],
      }),
      lines({
        title: "Since old logs were deleted",
        description:
          "Time since Loki last looked for logs that are too old, which it does every ten minutes; 0 before the first.",
        unit: "s",
        marks: limitsOf(watched, "LokiRetentionStopped"),
        queries: [{ expr: `time() - (${retention} > 0) or 0 * ${retention}`, legend: "{{instance}}" }],
      }),
    ],
  };
}
