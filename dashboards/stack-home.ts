import type { DashboardFile } from "../signals/signals.ts";
import { dashboardFile, figure, lines, list } from "./panels.ts";

const REQUESTS = "http_request_duration_seconds";

/** The first page: is anything wrong, and where. */
export function stackHome(): DashboardFile {
  return dashboardFile({
    uid: "stack-home",
    title: "Stack",
    description: "Everything at a glance: what does not answer, which alerts fire, how the services do.",
    panels: [
      figure({
        title: "Targets down",
        description: "Targets that Prometheus does not reach. Anything above 0 is an alert soon.",
        unit: "short",
        expr: "count(up == 0) or vector(0)",
        limit: 1,
      }),
      figure({
        title: "Alerts firing",
        description: "Alerts that fire now, without the Watchdog, which always does.",
        unit: "short",
        expr: 'count(ALERTS{alertstate="firing",severity!="none"}) or vector(0)',
        limit: 1,
      }),
      figure({
        title: "Requests",
        description: "Requests a second to all services together.",
        unit: "reqps",
        expr: `sum(rate(${REQUESTS}_count[$__rate_interval]))`,
      }),
      figure({
        title: "Failed requests",
        description: "Share of all answers with a 5xx status. From 5% on, people notice.",
        unit: "percentunit",
        expr:
          `(sum(rate(${REQUESTS}_count{status=~"5.."}[$__rate_interval])) or vector(0)) ` +
          `/ (sum(rate(${REQUESTS}_count[$__rate_interval])) > 0) or vector(0)`,
        limit: 0.05,
      }),
      list({
        title: "Alerts",
        description: "What fires. The Watchdog always does: without it, no alert would arrive.",
        unit: "short",
        expr: 'ALERTS{alertstate="firing"}',
        hidden: ["alertstate", "Value"],
      }),
      lines({
        title: "Targets that answer",
        description: "Share of each job's targets that answer. Below 100%, one of its instances is away.",
        unit: "percentunit",
        max: 1,
        queries: [{ expr: "avg by (job) (up)", legend: "{{job}}" }],
      }),
      lines({
        title: "Requests by service",
        description: "Requests a second to each service.",
        unit: "reqps",
        queries: [{ expr: `sum by (job) (rate(${REQUESTS}_count[$__rate_interval]))`, legend: "{{job}}" }],
      }),
      lines({
        title: "Duration by service",
        description: "95th percentile: one of 20 requests takes longer.",
        unit: "s",
        queries: [
          {
            expr: `histogram_quantile(0.95, sum by (job, le) (rate(${REQUESTS}_bucket[$__rate_interval])))`,
            legend: "{{job}}",
          },
        ],
      }),
      lines({
        title: "Requests at the edge",
        description: "Requests a second that reach Traefik from outside, by status. 5xx here is what users see.",
        unit: "reqps",
        queries: [
          { expr: "sum by (code) (rate(traefik_entrypoint_requests_total[$__rate_interval]))", legend: "{{code}}" },
        ],
      }),
      lines({
        title: "Log lines by service",
        description: "Lines written in each interval. A sudden rise is often the first sign of trouble.",
        unit: "short",
        datasource: "loki",
        queries: [
          {
            expr: 'sum by (service_name) (count_over_time({service_name=~".+"} [$__interval]))',
            legend: "{{service_name}}",
          },
        ],
      }),
    ],
  });
}
