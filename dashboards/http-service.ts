import type { DashboardFile } from "../signals/signals.ts";
import { choice, dashboardFile, lines, logLines } from "./panels.ts";

const JOB = 'job="$job"';
const REQUESTS = "http_request_duration_seconds";
const rate = (by: string, selector = JOB): string =>
  `sum by (${by}) (rate(${REQUESTS}_count{${selector}}[$__rate_interval]))`;
const quantile = (q: number, by = ""): string =>
  `histogram_quantile(${q}, sum by (${by}le) (rate(${REQUESTS}_bucket{${JOB}}[$__rate_interval])))`;

/** Rate, errors and duration of one service, with its logs below: what its users get, and why. */
export function httpService(): DashboardFile {
  return dashboardFile({
    uid: "http-service",
    title: "HTTP service",
    description: "Rate, errors and duration of one service, whole and by route.",
    variables: [
      choice({
        name: "job",
        label: "Service",
        query: `label_values(${REQUESTS}_count, job)`,
        datasource: "prometheus",
      }),
    ],
    panels: [
      lines({
        title: "Requests by route",
        description: "Requests a second. The route is its pattern, not the address.",
        unit: "reqps",
        queries: [{ expr: rate("route"), legend: "{{route}}" }],
      }),
      lines({
        title: "Failed requests",
        description: "Share of the answers with a 5xx status. HttpHighErrorRatio fires above 5%.",
        unit: "percentunit",
        queries: [
          {
            expr: `(${rate("job", `${JOB},status=~"5.."`)} or 0 * ${rate("job")}) / (${rate("job")} > 0) or 0 * ${rate("job")}`,
            legend: "{{job}}",
          },
        ],
      }),
      lines({
        title: "Duration",
        description: "Half, 95% and 99% of the requests are faster than these. HttpSlowP95 fires above 0.5 s.",
        unit: "s",
        queries: [0.5, 0.95, 0.99].map((q) => ({ expr: quantile(q), legend: `p${q * 100}` })),
      }),
      lines({
        title: "Duration by route, p95",
        description: "Which routes are slow. All of them at once: look at the host and the stores.",
        unit: "s",
        queries: [{ expr: quantile(0.95, "route, "), legend: "{{route}}" }],
      }),
      lines({
        title: "Answers by status",
        description: "4xx: callers ask for what they may not. 5xx: the service fails.",
        unit: "reqps",
        stacked: true,
        queries: [{ expr: rate("status"), legend: "{{status}}" }],
      }),
      lines({
        title: "Requests in flight",
        description: "Requests that are being answered. It grows without end when the service cannot keep up.",
        unit: "short",
        queries: [{ expr: `sum by (instance) (http_requests_in_flight{${JOB}})`, legend: "{{instance}}" }],
      }),
      lines({
        title: "Requests by instance",
        description: "Whether the edge spreads the load evenly.",
        unit: "reqps",
        queries: [{ expr: rate("instance"), legend: "{{instance}}" }],
      }),
      lines({
        title: "Log lines by level",
        description: "Lines written in each interval, by the level that the service gave them.",
        unit: "short",
        datasource: "loki",
        stacked: true,
        queries: [
          {
            expr: 'sum by (level) (count_over_time({service_name="$job"} [$__interval]))',
            legend: "{{level}}",
          },
        ],
      }),
      logLines({
        title: "Logs",
        description: "What the service says, the newest first. A line's details have its request_id and trace_id.",
        expr: '{service_name="$job"}',
      }),
    ],
  });
}
