import type { Watched } from "../../signals/signals.ts";
import type { Row } from "../dashboard-file.ts";
import { lines } from "../panels.ts";
import { quantileOf, rateOf } from "../promql.ts";
import { limitsOf } from "../watched.ts";

/** The Alertmanagers: what they hold, and whether people hear of it. */
export function alertmanagerRow(watched: Watched, job: string): Row {
  const selector = `{job="${job}"}`;
  const requests = (kind: string): string =>
    rateOf(`alertmanager_notification_requests${kind}_total${selector}`, "integration");
  return {
    row: "Alertmanager",
    panels: [
      lines({
        title: "Alerts held",
        description:
          "Alerts that each Alertmanager knows: active ones, and those that a silence or another alert mutes.",
        unit: "short",
        queries: [
          { expr: `sum by (instance, state) (alertmanager_alerts${selector})`, legend: "{{instance}} {{state}}" },
        ],
      }),
      lines({
        title: "Notices",
        description: "Attempts a second to tell somebody, and those that failed: people do not hear of alerts there.",
        unit: "ops",
        queries: [
          { expr: requests(""), legend: "{{integration}}" },
          { expr: requests("_failed"), legend: "{{integration}}, failed" },
        ],
      }),
      lines({
        title: "Duration of notices, p95",
        description: "One of 20 takes longer. 0 while nobody is told anything.",
        unit: "s",
        marks: limitsOf(watched, "NotificationsSlow"),
        queries: [
          {
            expr: quantileOf(0.95, "alertmanager_notification_latency_seconds", `job="${job}"`, "integration"),
            legend: "{{integration}}",
          },
        ],
      }),
      lines({
        title: "Alertmanagers that know of each other",
        description: "How many each one counts, with itself. Those that don't know of each other tell people twice.",
        unit: "short",
        queries: [{ expr: `max by (instance) (alertmanager_cluster_members${selector})`, legend: "{{instance}}" }],
      }),
    ],
  };
}
