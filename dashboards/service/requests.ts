import { toSeconds } from "../../services/units.ts";
import type { Row } from "../dashboard-file.ts";
import type { Mark } from "../marks.ts";
import { figure, lines, type PanelBuilder } from "../panels.ts";
import { quantileOf, rateOf } from "../promql.ts";
import { limitsOf } from "../watched.ts";
import type { ServiceContext } from "./context.ts";

const REQUESTS = "http_request_duration_seconds";

function recorded({ watched, job }: ServiceContext, series: "rate" | "ratio" | "p95"): string {
  const { window } = watched.pace;
  const names = {
    rate: `job:http_requests:rate${window}`,
    ratio: `job:http_errors:ratio${window}`,
    p95: `job:${REQUESTS}:p95_${window}`,
  };
  return `${names[series]}{${job}}`;
}

function rateBy({ job }: ServiceContext, label: string): string {
  return rateOf(`${REQUESTS}_count{${job}}`, label);
}

function errorMarks({ watched, service }: ServiceContext): readonly Mark[] {
  const availability = watched.objectives[service]?.availability;
  const owed: Mark[] =
    availability === undefined ? [] : [{ value: Number((1 - availability / 100).toPrecision(9)), means: "objective" }];
  return [...limitsOf(watched, "HttpHighErrorRatio", service), ...owed];
}

function durationMarks({ watched, service }: ServiceContext): readonly Mark[] {
  const under = watched.objectives[service]?.latency?.under;
  const owed: Mark[] = under === undefined ? [] : [{ value: toSeconds(under) ?? 0, means: "objective" }];
  return [...limitsOf(watched, "HttpSlowP95", service), ...owed];
}

/** The numbers at the top: rate, errors, duration, and whether all instances answer. */
export function requestFigures(context: ServiceContext): readonly PanelBuilder[] {
  const { watched, service, job } = context;
  const { window } = watched.pace;
  return [
    figure({
      title: "Request rate",
      description: `Requests a second over ${window}.`,
      unit: "reqps",
      expr: recorded(context, "rate"),
    }),
    figure({
      title: "Failing",
      description: `Share of the answers over ${window} with a 5xx status.`,
      unit: "percentunit",
      marks: limitsOf(watched, "HttpHighErrorRatio", service),
      expr: `${recorded(context, "ratio")} or 0 * ${recorded(context, "rate")}`,
    }),
    figure({
      title: "95% are faster than",
      description: `95th percentile of the duration over ${window}: one of 20 requests takes longer.`,
      unit: "s",
      marks: limitsOf(watched, "HttpSlowP95", service),
      expr: `${recorded(context, "p95")} >= 0 or 0 * ${recorded(context, "rate")}`,
    }),
    figure({
      title: "Instances down",
      description: "Instances that Prometheus does not reach.",
      unit: "short",
      marks: [{ value: 1, means: "critical" }],
      expr: `count(up{${job}} == 0) or vector(0)`,
    }),
  ];
}

/** Rate, errors and duration over time, whole and by what tells them apart. */
export function requestsRow(context: ServiceContext): Row {
  return { row: "Requests", panels: [...whatCallersGet(context), ...whoAnswers(context)] };
}

/** Rate, errors and duration, as those who ask see them. */
function whatCallersGet(context: ServiceContext): readonly PanelBuilder[] {
  const { watched, job } = context;
  const { window } = watched.pace;
  const quantile = (q: number, by = "job"): string => quantileOf(q, REQUESTS, job, by);
  return [
    lines({
      title: "Requests by route",
      description: "Requests a second. The route is its pattern, not the address.",
      unit: "reqps",
      queries: [{ expr: rateBy(context, "route"), legend: "{{route}}" }],
    }),
    lines({
      title: "Failed requests",
      description: `Share of the answers over ${window} with a 5xx status. The lines are where somebody is told, and what the service owes.`,
      unit: "percentunit",
      marks: errorMarks(context),
      queries: [{ expr: `${recorded(context, "ratio")} or 0 * ${recorded(context, "rate")}`, legend: "failed" }],
    }),
    lines({
      title: "Duration",
      description: `Half, 95% and 99% of the requests are faster than these; p95 over ${window}, as alerts see it.`,
      unit: "s",
      marks: durationMarks(context),
      queries: [
        { expr: quantile(0.5), legend: "p50" },
        { expr: `${recorded(context, "p95")} >= 0 or 0 * ${recorded(context, "rate")}`, legend: "p95" },
        { expr: quantile(0.99), legend: "p99" },
      ],
    }),
    lines({
      title: "Duration by route, p95",
      description: "Which routes are slow. All of them at once: look at the host and at what the service uses.",
      unit: "s",
      queries: [{ expr: quantile(0.95, "route"), legend: "{{route}}" }],
    }),
  ];
}

/** What is answered, what is still in work, and which instances take part. */
function whoAnswers(context: ServiceContext): readonly PanelBuilder[] {
  const { watched, service, job } = context;
  return [
    lines({
      title: "Answers by status",
      description: "4xx: callers ask for what they may not. 5xx: the service fails.",
      unit: "reqps",
      stacked: true,
      queries: [{ expr: rateBy(context, "status"), legend: "{{status}}" }],
    }),
    lines({
      title: "Requests in flight",
      description: "Requests that are being answered. It grows without end when the service cannot keep up.",
      unit: "short",
      marks: limitsOf(watched, "HttpRequestsWaiting", service),
      queries: [{ expr: `sum by (job) (http_requests_in_flight{${job}})`, legend: "in flight" }],
    }),
    lines({
      title: "Requests by instance",
      description: "Whether the edge spreads the load evenly.",
      unit: "reqps",
      queries: [{ expr: rateBy(context, "instance"), legend: "{{instance}}" }],
    }),
    lines({
      title: "Instances that answer",
      description: "1 for each instance that Prometheus reaches, 0 for one that is away.",
      unit: "bool_yes_no",
      max: 1,
      queries: [{ expr: `up{${job}}`, legend: "{{instance}}" }],
    }),
  ];
}
