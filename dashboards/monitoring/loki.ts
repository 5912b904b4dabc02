import type { Watched } from "../../signals/signals.ts";
import type { Row } from "../dashboard-file.ts";
import { lines, type PanelBuilder } from "../panels.ts";
import { quantileOf, rateOf, shareOf } from "../promql.ts";
import { limitsOf } from "../watched.ts";

/** Loki: what it takes, whether it answers, what it refuses, and whether it deletes what is old. */
export function lokiRow(watched: Watched, job: string): Row {
  const selector = `job="${job}"`;
  const retention = `loki_compactor_apply_retention_last_successful_run_timestamp_seconds{${selector}}`;
  return {
    row: "Loki",
    panels: [
      ...linesTaken(selector),
      ...requestsAnswered(watched, selector),
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

/** What it is given, and what of that it refuses. */
function linesTaken(selector: string): readonly PanelBuilder[] {
  const rate = (metric: string): string => rateOf(`loki_${metric}_total{${selector}}`, "job");
  return [
    lines({
      title: "Lines taken",
      description: "Lines a second that Loki takes, and those that it refuses for good.",
      unit: "ops",
      queries: [
        { expr: rate("distributor_lines_received"), legend: "taken" },
        {
          expr: `${rate("discarded_samples")} or 0 * ${rate("distributor_lines_received")}`,
          legend: "refused",
        },
      ],
    }),
    lines({
      title: "Bytes taken",
      description: "Bytes a second of lines that Loki takes.",
      unit: "Bps",
      queries: [{ expr: rate("distributor_bytes_received"), legend: "bytes" }],
    }),
  ];
}

/** Whether it answers, and how soon. */
function requestsAnswered(watched: Watched, selector: string): readonly PanelBuilder[] {
  // Until it is ready it says so with 503, to whoever asks.
  const asked = `${selector},route!="ready"`;
  const requests = (more = ""): string => rateOf(`loki_request_duration_seconds_count{${asked}${more}}`, "route");
  return [
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
          expr: quantileOf(0.95, "loki_request_duration_seconds", asked, "route"),
          legend: "{{route}}",
        },
      ],
    }),
  ];
}
