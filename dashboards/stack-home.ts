import { serviceDashboardUid } from "../signals/dashboard-link.ts";
import type { DashboardFile, Watched } from "../signals/signals.ts";
import { dashboardFile } from "./dashboard-file.ts";
import { logCounts } from "./log-panels.ts";
import { figure, labelOfSeries, lines, list, type PanelBuilder } from "./panels.ts";
import { hasGroup, jobsOf, limitsOf } from "./watched.ts";

/** A click on a service's line leads to its page, at the time that is shown here. */
const TO_SERVICE = { title: "Open the service", path: `/d/${serviceDashboardUid(labelOfSeries("job"))}` };
const TO_LOGS = { title: "Read the logs", path: `/d/logs?var-service=${labelOfSeries("service_name")}` };

/** The first page: is anything wrong, and where. What is not watched has no panel. */
export function stackHome(watched: Watched): DashboardFile {
  const services = jobsOf(watched, "http").length > 0;
  return dashboardFile({
    uid: "stack-home",
    title: "Stack",
    description: "Everything at a glance: what does not answer, which alerts fire, how the services do.",
    panels: [
      figure({
        title: "Targets down",
        description: "Targets that Prometheus does not reach. Anything above 0 is an alert soon.",
        unit: "short",
        width: services ? 6 : 12,
        marks: [{ value: 1, means: "critical" }],
        expr: "count(up == 0) or vector(0)",
      }),
      figure({
        title: "Alerts firing",
        description: "Alerts that fire now, without the Watchdog, which always does.",
        unit: "short",
        width: services ? 6 : 12,
        marks: [{ value: 1, means: "critical" }],
        expr: 'count(ALERTS{alertstate="firing",severity!="none"}) or vector(0)',
      }),
      ...(services ? glance(watched) : []),
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
      ...(services ? byService(watched) : []),
      ...(jobsOf(watched, "traefik").length > 0 ? [atTheEdge()] : []),
      ...(hasGroup(watched, "logs") ? [logLinesByService(watched)] : []),
    ],
  });
}

function glance(watched: Watched): readonly PanelBuilder[] {
  const { pace } = watched;
  const rate = `job:http_requests:rate${pace.window}`;
  return [
    figure({
      title: "Requests",
      description: `Requests a second to all services together, over ${pace.window}.`,
      unit: "reqps",
      expr: `sum(${rate})`,
    }),
    figure({
      title: "Failed requests",
      description: `Share of all answers with a 5xx status, over ${pace.window}.`,
      unit: "percentunit",
      marks: limitsOf(watched, "HttpHighErrorRatio"),
      expr: `sum(job:http_errors:ratio${pace.window} * on (job) ${rate}) / (sum(${rate}) > 0) or vector(0)`,
    }),
  ];
}

function byService(watched: Watched): readonly PanelBuilder[] {
  const { window } = watched.pace;
  return [
    lines({
      title: "Requests by service",
      description: "Requests a second to each service. A click leads to the service's page.",
      unit: "reqps",
      link: TO_SERVICE,
      queries: [{ expr: `job:http_requests:rate${window}`, legend: "{{job}}" }],
    }),
    lines({
      title: "Failed requests by service",
      description: "Share of the answers with a 5xx status. A click leads to the service's page.",
      unit: "percentunit",
      link: TO_SERVICE,
      marks: limitsOf(watched, "HttpHighErrorRatio"),
      queries: [{ expr: `job:http_errors:ratio${window} or 0 * job:http_requests:rate${window}`, legend: "{{job}}" }],
    }),
    lines({
      title: "Duration by service, p95",
      description: "One of 20 requests takes longer. A click leads to the service's page.",
      unit: "s",
      link: TO_SERVICE,
      marks: limitsOf(watched, "HttpSlowP95"),
      queries: [
        {
          expr: `job:http_request_duration_seconds:p95_${window} >= 0 or 0 * job:http_requests:rate${window}`,
          legend: "{{job}}",
        },
      ],
    }),
  ];
}

function atTheEdge(): PanelBuilder {
  return lines({
    title: "Requests at the edge",
    description: "Requests a second that reach Traefik from outside, by status. 5xx here is what users see.",
    unit: "reqps",
    link: { title: "Open the edge", path: "/d/traefik" },
    queries: [
      {
        expr: 'sum by (code) (rate(traefik_entrypoint_requests_total{entrypoint!="inner"}[$__rate_interval]))',
        legend: "{{code}}",
      },
    ],
  });
}

function logLinesByService({ logStore }: Watched): PanelBuilder {
  return logCounts({
    title: "Log lines by service",
    description:
      "Lines written in each interval. A sudden rise is often the first sign of trouble. A click leads to them.",
    store: logStore,
    link: TO_LOGS,
    counts: [{ counted: { of: "all" }, by: "service_name", legend: "{{service_name}}" }],
  });
}
