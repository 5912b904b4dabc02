import type { Watched } from "../../signals/signals.ts";
import type { Row } from "../dashboard-file.ts";
import { lines } from "../panels.ts";
import { rateOf, shareOf } from "../promql.ts";
import { limitsOf } from "../watched.ts";

/** VictoriaLogs: what it takes, what it refuses, whether it answers, and how much of its disk is filled. */
export function victorialogsRow(watched: Watched, job: string): Row {
  const selector = `job="${job}"`;
  const rate = (metric: string, by: string): string => rateOf(`vl_${metric}{${selector}}`, by);
  const sum = (metric: string, by = "instance"): string => `sum by (${by}) (vl_${metric}{${selector}})`;
  return {
    row: "VictoriaLogs",
    panels: [
      lines({
        title: "Lines taken",
        description: "Lines a second that VictoriaLogs takes, and those that it refuses for good.",
        unit: "ops",
        queries: [
          { expr: rate("rows_ingested_total", "job"), legend: "taken" },
          { expr: rate("rows_dropped_total", "job"), legend: "refused" },
        ],
      }),
      lines({
        title: "Bytes taken",
        description: "Bytes a second of lines that VictoriaLogs takes.",
        unit: "Bps",
        queries: [{ expr: rate("bytes_ingested_total", "job"), legend: "bytes" }],
      }),
      lines({
        title: "Failed requests to VictoriaLogs",
        description: "Share of the requests that it does not understand; 0 where there are none.",
        unit: "percentunit",
        marks: limitsOf(watched, "VictoriaLogsRequestsFailing"),
        queries: [
          { expr: shareOf(rate("http_errors_total", "path"), rate("http_requests_total", "path")), legend: "{{path}}" },
        ],
      }),
      lines({
        title: "Queries refused",
        description: "Queries a second that waited too long for others to end.",
        unit: "ops",
        queries: [{ expr: rate("concurrent_select_limit_timeout_total", "instance"), legend: "{{instance}}" }],
      }),
      lines({
        title: "Disk of logs",
        description: "Share of the logs' disk that is filled. When it is full, the oldest day goes.",
        unit: "percentunit",
        marks: limitsOf(watched, "VictoriaLogsNearDiskLimit"),
        queries: [{ expr: `${sum("data_size_bytes")} / ${sum("max_disk_space_usage_bytes")}`, legend: "{{instance}}" }],
      }),
      lines({
        title: "Free disk under the logs",
        description: "Below 256 MiB it takes no lines.",
        unit: "bytes",
        queries: [{ expr: sum("free_disk_space_bytes"), legend: "{{instance}}" }],
      }),
      lines({
        title: "New streams",
        description: "Containers a second whose lines came for the first time that day. Many make it slow.",
        unit: "ops",
        queries: [{ expr: rate("streams_created_total", "instance"), legend: "{{instance}}" }],
      }),
    ],
  };
}
