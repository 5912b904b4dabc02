import type { DashboardFile, Watched } from "../signals/signals.ts";
import { choice, dashboardFile } from "./dashboard-file.ts";
import { figure, lines, type PanelBuilder } from "./panels.ts";
import { rateOf } from "./promql.ts";
import { pagesOf } from "./watched.ts";

const JOB = '{job="$job"}';

const rate = (metric: string): string => rateOf(`nginx_${metric}${JOB}`, "job");

/** Nginx: does it answer, what is asked of it, and does it drop anybody. What users get is on the edge's page. */
export function nginxDashboard(watched: Watched): DashboardFile {
  return dashboardFile({
    uid: "nginx",
    title: "Nginx",
    description: "Requests and connections of one site, from nginx-prometheus-exporter.",
    variables: [choice({ name: "job", label: "Site", query: "label_values(nginx_up, job)" })],
    deploymentsOf: 'service="$job"',
    links: pagesOf(watched, "$job"),
    panels: [
      ...figures(),
      lines({
        title: "Requests",
        description: "Requests a second.",
        unit: "reqps",
        queries: [{ expr: rate("http_requests_total"), legend: "requests" }],
      }),
      ...connections(),
    ],
  });
}

/** The numbers at the top: does it answer, what is asked of it, and who is connected. */
function figures(): readonly PanelBuilder[] {
  return [
    figure({
      title: "Servers that answer",
      description: "Replicas whose Nginx answers its exporter. With none, its pages are not served.",
      unit: "short",
      marks: [{ value: 1, means: "critical", fires: "below" }],
      width: 8,
      expr: `sum(nginx_up${JOB})`,
    }),
    figure({
      title: "Request rate",
      description: "Requests a second, those of the exporter and of health checks among them.",
      unit: "reqps",
      width: 8,
      expr: rate("http_requests_total"),
    }),
    figure({
      title: "Open connections",
      description: "Connections that are open now.",
      unit: "short",
      width: 8,
      expr: `sum by (job) (nginx_connections_active${JOB})`,
    }),
  ];
}

/** What connections do, how many come, and how many find no place. */
function connections(): readonly PanelBuilder[] {
  return [
    lines({
      title: "Connections by what they do",
      description: "Waiting ones are kept open for the next request. Many that write: the other side is slow.",
      unit: "short",
      stacked: true,
      queries: ["reading", "writing", "waiting"].map((state) => ({
        expr: `sum by (job) (nginx_connections_${state}${JOB})`,
        legend: state,
      })),
    }),
    lines({
      title: "New connections",
      description: "Connections a second that were accepted.",
      unit: "cps",
      queries: [{ expr: rate("connections_accepted"), legend: "accepted" }],
    }),
    lines({
      title: "Dropped connections",
      description: "Connections a second that were accepted and had no place. Anything above 0 for long is an alert.",
      unit: "cps",
      queries: [
        {
          expr: `clamp_min(${rate("connections_accepted")} - ${rate("connections_handled")}, 0)`,
          legend: "dropped",
        },
      ],
    }),
  ];
}
