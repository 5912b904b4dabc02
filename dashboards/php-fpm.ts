import type { DashboardFile, Watched } from "../signals/signals.ts";
import { choice, dashboardFile } from "./dashboard-file.ts";
import { logLines } from "./log-panels.ts";
import { figure, lines, type PanelBuilder } from "./panels.ts";
import { rateOf } from "./promql.ts";
import { limitsOf, pagesOf } from "./watched.ts";

const JOB = '{job="$job"}';

const rate = (metric: string): string => rateOf(`phpfpm_${metric}${JOB}`, "instance");

/** PHP-FPM: does it answer, is its pool large enough, and what is slow. */
export function phpFpmDashboard(watched: Watched): DashboardFile {
  return dashboardFile({
    uid: "php-fpm",
    title: "PHP-FPM",
    description: "The pools of one PHP application, from PHP-FPM's own status page.",
    variables: [choice({ name: "job", label: "Application", query: "label_values(phpfpm_up, job)" })],
    deploymentsOf: 'service="$job"',
    links: pagesOf(watched, "$job"),
    panels: [...figures(watched), ...pools(watched), ...slowRequests(watched)],
  });
}

/** The numbers at the top: do the pools answer, what is asked of them, what waits and what is slow. */
function figures(watched: Watched): readonly PanelBuilder[] {
  return [
    figure({
      title: "Pools that answer",
      description: "Replicas whose PHP-FPM answers. With none, every page is an error.",
      unit: "short",
      marks: [{ value: 1, means: "critical", fires: "below" }],
      expr: `sum(phpfpm_up${JOB})`,
    }),
    figure({
      title: "Request rate",
      description: "Requests a second that PHP was asked for. Files are Nginx's own.",
      unit: "reqps",
      expr: `sum(${rate("accepted_connections")})`,
    }),
    figure({
      title: "Waiting requests",
      description: "Connections that no pool has taken yet: every process is at work.",
      unit: "short",
      marks: limitsOf(watched, "PhpFpmRequestsWaiting"),
      expr: `sum(job_instance:phpfpm_requests_waiting:max${JOB})`,
    }),
    figure({
      title: "Slow requests",
      description: "Requests a second that take longer than the limit of the slow log.",
      unit: "reqps",
      marks: limitsOf(watched, "PhpFpmSlowRequests"),
      expr: `sum(${rate("slow_requests")})`,
    }),
  ];
}

/** How each pool shares the requests, and whether it has processes enough for them. */
function pools(watched: Watched): readonly PanelBuilder[] {
  return [
    lines({
      title: "Requests by pool",
      description: "Requests a second. Pools of one application should have about the same.",
      unit: "reqps",
      queries: [{ expr: rate("accepted_connections"), legend: "{{instance}}" }],
    }),
    lines({
      title: "Pools at work",
      description: "Share of the processes that each pool may have. At 100% requests wait.",
      unit: "percentunit",
      marks: limitsOf(watched, "PhpFpmPoolExhausted"),
      queries: [{ expr: `job_instance:phpfpm_pool_at_work:ratio${JOB}`, legend: "{{instance}}" }],
    }),
    lines({
      title: "Processes",
      description: "What the processes of all pools do. With none idle for long, requests wait.",
      unit: "short",
      stacked: true,
      queries: ["active", "idle"].map((state) => ({
        expr: `sum by (job) (phpfpm_${state}_processes${JOB})`,
        legend: state,
      })),
    }),
    lines({
      title: "Waiting requests by pool",
      description: "Connections at a pool's socket that it has not taken yet.",
      unit: "short",
      marks: limitsOf(watched, "PhpFpmRequestsWaiting"),
      queries: [{ expr: `max by (instance) (job_instance:phpfpm_requests_waiting:max${JOB})`, legend: "{{instance}}" }],
    }),
    lines({
      title: "At the limit of processes",
      description: "How often a second a pool wanted more processes than it may have.",
      unit: "ops",
      queries: [{ expr: rate("max_children_reached"), legend: "{{instance}}" }],
    }),
  ];
}

/** Which pools are slow, and where in the code that was. */
function slowRequests(watched: Watched): readonly PanelBuilder[] {
  return [
    lines({
      title: "Slow requests by pool",
      description: "Requests a second that take longer than the limit of the slow log.",
      unit: "reqps",
      marks: limitsOf(watched, "PhpFpmSlowRequests"),
      queries: [{ expr: rate("slow_requests"), legend: "{{instance}}" }],
    }),
    logLines({
      title: "Log",
      description: "What PHP and the pools say. A slow request has the place in the code where it was.",
      store: watched.logStore,
      shown: { of: { chosen: "job" } },
    }),
  ];
}
