import type { DashboardFile, Watched } from "../signals/signals.ts";
import { choice, dashboardFile } from "./dashboard-file.ts";
import { figure, lines, type PanelBuilder } from "./panels.ts";
import { quantileOf, rateOf, shareOf } from "./promql.ts";
import { limitsOf, pagesOf } from "./watched.ts";

const JOB = 'job="$job"';
const ENTRYPOINT = "traefik_entrypoint_request";
const SERVICE = "traefik_service_request";
const ROUTER = "traefik_router_request";
const SERVERS = `job_service_url:traefik_service_server_up:max{${JOB}}`;

const rate = (metric: string, by: string, more = ""): string => rateOf(`${metric}{${JOB}${more}}`, by);
const p95 = (metric: string, by: string): string => quantileOf(0.95, `${metric}_duration_seconds`, JOB, by);
const failed = (metric: string, by: string): string =>
  shareOf(rate(`${metric}s_total`, by, ',code=~"5.."'), rate(`${metric}s_total`, by));

/** The edge: what users get of it, by entry point and by service, and which servers it may ask. */
export function traefikDashboard(watched: Watched): DashboardFile {
  return dashboardFile({
    uid: "traefik",
    title: "Traefik",
    description: "What the edge answers, by entry point and by service, and the servers behind it.",
    variables: [choice({ name: "job", label: "Edge", query: `label_values(${ENTRYPOINT}s_total, job)` })],
    deploymentsOf: 'service="$job"',
    links: pagesOf(watched, "$job"),
    panels: [...figures(watched), ...requests(watched), ...edgeItself()],
  });
}

/** The numbers at the top: rate, errors and duration of all that comes, and servers that are away. */
function figures(watched: Watched): readonly PanelBuilder[] {
  return [
    figure({
      title: "Request rate",
      description: "Requests a second at all entry points.",
      unit: "reqps",
      expr: rate(`${ENTRYPOINT}s_total`, "job"),
    }),
    figure({
      title: "Failing",
      description: "Share of the answers with a 5xx status, at the entry point where it is the largest.",
      unit: "percentunit",
      marks: limitsOf(watched, "TraefikHighErrorRatio"),
      expr: `max(${failed(ENTRYPOINT, "entrypoint")})`,
    }),
    figure({
      title: "95% are faster than",
      description: "95th percentile of the duration, at the entry point where it is the longest.",
      unit: "s",
      marks: limitsOf(watched, "TraefikSlowP95"),
      expr: `max(${p95(ENTRYPOINT, "entrypoint")})`,
    }),
    figure({
      title: "Servers away",
      description: "Servers that the edge finds unhealthy and asks no more.",
      unit: "short",
      marks: [{ value: 1, means: "warning" }],
      expr: `count(${SERVERS} == 0) or vector(0)`,
    }),
  ];
}

/** Rate, errors and duration, at the entry points and of each service. */
function requests(watched: Watched): readonly PanelBuilder[] {
  return [
    lines({
      title: "Requests by entry point",
      description: "Requests a second that come from outside.",
      unit: "reqps",
      queries: [{ expr: rate(`${ENTRYPOINT}s_total`, "entrypoint"), legend: "{{entrypoint}}" }],
    }),
    lines({
      title: "Requests by service",
      description: "Requests a second that were passed on, by the service that answers.",
      unit: "reqps",
      queries: [{ expr: rate(`${SERVICE}s_total`, "service"), legend: "{{service}}" }],
    }),
    lines({
      title: "Failed requests by entry point",
      description: "Share of the answers with a 5xx status: what users see.",
      unit: "percentunit",
      marks: limitsOf(watched, "TraefikHighErrorRatio"),
      queries: [{ expr: failed(ENTRYPOINT, "entrypoint"), legend: "{{entrypoint}}" }],
    }),
    lines({
      title: "Failed requests by service",
      description: "Share of the answers with a 5xx status, by the service that gave them.",
      unit: "percentunit",
      queries: [{ expr: failed(SERVICE, "service"), legend: "{{service}}" }],
    }),
    lines({
      title: "Duration by entry point, p95",
      description: "One of 20 requests takes longer. 0 while there are none.",
      unit: "s",
      marks: limitsOf(watched, "TraefikSlowP95"),
      queries: [{ expr: p95(ENTRYPOINT, "entrypoint"), legend: "{{entrypoint}}" }],
    }),
    lines({
      title: "Duration by service, p95",
      description: "Which service makes users wait. 0 while there are no requests to it.",
      unit: "s",
      queries: [{ expr: p95(ROUTER, "service"), legend: "{{service}}" }],
    }),
  ];
}

/** The edge itself: what it answers, who is connected, whom it may ask, and how much passes. */
function edgeItself(): readonly PanelBuilder[] {
  return [
    lines({
      title: "Answers by status",
      description: "4xx: users ask for what there is not. 502 to 504: a service is away or slow.",
      unit: "reqps",
      stacked: true,
      queries: [{ expr: rate(`${ENTRYPOINT}s_total`, "code"), legend: "{{code}}" }],
    }),
    lines({
      title: "Open connections",
      description: "Connections from outside that are open, by entry point.",
      unit: "short",
      queries: [{ expr: `sum by (entrypoint) (traefik_open_connections{${JOB}})`, legend: "{{entrypoint}}" }],
    }),
    lines({
      title: "Servers that answer",
      description: "1 for each server that the edge may ask, 0 for one that is away. Without any, users get 503.",
      unit: "bool_yes_no",
      max: 1,
      queries: [{ expr: SERVERS, legend: "{{service}} {{url}}" }],
    }),
    lines({
      title: "Network",
      description: "Bytes a second of requests and of answers.",
      unit: "Bps",
      queries: [
        { expr: rate(`${ENTRYPOINT}s_bytes_total`, "job"), legend: "in" },
        { expr: rate("traefik_entrypoint_responses_bytes_total", "job"), legend: "out" },
      ],
    }),
  ];
}
