import type { Watched } from "../../signals/signals.ts";
import type { Row } from "../dashboard-file.ts";
import { lines, type PanelBuilder } from "../panels.ts";
import { quantileOf, rateOf, shareOf } from "../promql.ts";
import { limitsOf } from "../watched.ts";

const DURATION = "grafana_http_request_duration_seconds";

/** Grafana, as those who look at it see it. */
export function grafanaRow(watched: Watched, job: string): Row {
  return {
    row: "Grafana",
    panels: [
      ...pagesAnswered(watched, job),
      lines({
        title: "Duration of its questions, p95",
        description: "How long each data source takes to answer; one of 20 takes longer. 0 while nobody looks.",
        unit: "s",
        queries: [
          {
            expr: quantileOf(0.95, "grafana_datasource_request_duration_seconds", `job="${job}"`, "datasource"),
            legend: "{{datasource}}",
          },
        ],
      }),
      lines({
        title: "Failed sign-ins",
        description: "Sign-ins a second that failed. Many: a script has an old password, or somebody guesses.",
        unit: "ops",
        width: 24,
        queries: [
          {
            // There is no series before the first one that failed.
            expr: `${rateOf(`${DURATION}_count{job="${job}",handler="/login",status_code="401"}`, "instance")} or 0 * ${rateOf(`${DURATION}_count{job="${job}"}`, "instance")}`,
            legend: "{{instance}}",
          },
        ],
      }),
    ],
  };
}

/** Rate, errors and duration of its pages. */
function pagesAnswered(watched: Watched, job: string): readonly PanelBuilder[] {
  // A live connection is one request that lasts as long as the page is open.
  const pages = `job="${job}",handler!="/api/live/ws"`;
  const requests = (more = ""): string => rateOf(`${DURATION}_count{${pages}${more}}`, "job");
  return [
    lines({
      title: "Requests to Grafana",
      description: "Requests a second, by status.",
      unit: "reqps",
      stacked: true,
      queries: [{ expr: rateOf(`${DURATION}_count{${pages}}`, "status_code"), legend: "{{status_code}}" }],
    }),
    lines({
      title: "Failed requests to Grafana",
      description: "Share of its answers with a 5xx status: pages are empty or do not open. Alerts do not need it.",
      unit: "percentunit",
      marks: limitsOf(watched, "GrafanaRequestsFailing"),
      queries: [
        {
          expr: shareOf(requests(',status_code=~"5.."'), requests()),
          legend: "failed",
        },
      ],
    }),
    lines({
      title: "Duration of requests to Grafana, p95",
      description: "One of 20 takes longer. Often a panel asks too much. 0 while there are none.",
      unit: "s",
      marks: limitsOf(watched, "GrafanaSlowP95"),
      queries: [
        {
          expr: quantileOf(0.95, DURATION, pages, "job"),
          legend: "p95",
        },
      ],
    }),
  ];
}
