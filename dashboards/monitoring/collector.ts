import type { Watched } from "../../signals/signals.ts";
import type { Row } from "../dashboard-file.ts";
import { lines } from "../panels.ts";
import { rateOf } from "../promql.ts";
import { limitsOf } from "../watched.ts";

/** The Collector: lines that come in, lines that go out, and what waits between. */
export function collectorRow(watched: Watched, job: string): Row {
  const selector = `{job="${job}"}`;
  const rate = (metric: string, by: string): string => rateOf(`otelcol_${metric}_log_records_total${selector}`, by);
  return {
    row: "Collector",
    panels: [
      lines({
        title: "Lines read and delivered",
        description: "Lines a second. What is read and not delivered waits in the queue, or is lost.",
        unit: "ops",
        queries: [
          { expr: rate("receiver_accepted", "receiver"), legend: "read, {{receiver}}" },
          { expr: rate("exporter_sent", "exporter"), legend: "delivered, {{exporter}}" },
        ],
      }),
      lines({
        title: "Lines lost or refused",
        description: "Lines a second that were given up, and those that could not be taken and are read again later.",
        unit: "ops",
        queries: [
          { expr: rate("exporter_send_failed", "exporter"), legend: "given up, {{exporter}}" },
          {
            expr: `${rate("receiver_refused", "receiver")} + ${rate("receiver_failed", "receiver")}`,
            legend: "not taken, {{receiver}}",
          },
        ],
      }),
      lines({
        title: "Queue",
        description:
          "Share of each queue that is full: the store is away or slow. Lines are kept by Docker meanwhile; spans are not.",
        unit: "percentunit",
        marks: [...limitsOf(watched, "LogsDelayed"), ...limitsOf(watched, "SpansDelayed")],
        queries: [
          {
            expr: `max by (exporter, data_type) (otelcol_exporter_queue_size${selector} / on (job, instance, exporter, data_type) otelcol_exporter_queue_capacity${selector})`,
            legend: "{{data_type}}, {{exporter}}",
          },
        ],
      }),
      lines({
        title: "Memory of the Collector",
        description: "Bytes that its process uses. At its limit it refuses lines until some are delivered.",
        unit: "bytes",
        queries: [{ expr: `max by (instance) (otelcol_process_memory_rss_bytes${selector})`, legend: "{{instance}}" }],
      }),
    ],
  };
}
