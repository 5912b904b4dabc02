import type { DashboardFile, Watched } from "../signals/signals.ts";
import { choice, dashboardFile, type Row } from "./dashboard-file.ts";
import { figure, lines, type PanelBuilder } from "./panels.ts";
import { quantileOf, rateOf, shareOf } from "./promql.ts";
import { latestTraces, rangesOverTime, type TraceDatasource } from "./trace-panels.ts";
import { hasGroup, limitsOf, pagesOf } from "./watched.ts";

const SPANS = "traces_span_metrics_calls_total";
const DURATION = "traces_span_metrics_duration_seconds";
const FAILED = ',status_code="STATUS_CODE_ERROR"';

/** What a service does: the spans in which it answers, and those in which it calls. */
const KINDS = { answers: "SPAN_KIND_SERVER", calls: "SPAN_KIND_CLIENT" } as const;

type Kind = keyof typeof KINDS;

const selector = (kind: Kind, more = ""): string => `service_name="$service",span_kind="${KINDS[kind]}"${more}`;
const rate = (kind: Kind, by: string, more = ""): string => rateOf(`${SPANS}{${selector(kind, more)}}`, by);
const failedShare = (kind: Kind, by: string): string => shareOf(rate(kind, by, FAILED), rate(kind, by));

/** What one service does, by operation, as its spans say; its latest traces; and whether spans arrive at all. */
export const tracesDashboards: Readonly<Record<TraceDatasource, (watched: Watched) => DashboardFile>> = {
  jaeger: (watched) => tracesDashboard(watched, "jaeger"),
  tempo: (watched) => tracesDashboard(watched, "tempo"),
};

function tracesDashboard(watched: Watched, store: TraceDatasource): DashboardFile {
  return dashboardFile({
    uid: "traces",
    title: "Traces",
    description: "What a service does and calls, by operation, from all of its spans; its latest traces.",
    variables: [
      choice({
        name: "service",
        label: "Service",
        query: `label_values(${SPANS}, service_name)`,
        datasource: "prometheus",
      }),
    ],
    deploymentsOf: 'service="$service"',
    links: [{ title: "Service map", path: "/d/map" }, ...pagesOf(watched, "$service")],
    panels: [
      ...figures(),
      { row: "Operations", panels: operations("answers") },
      {
        row: "Traces",
        panels: [
          rangesOverTime({
            title: "Durations",
            description: "How many operations took how long. A dot is one of them: a click leads to its trace.",
            expr: rateOf(`${DURATION}_bucket{${selector("answers")}}`, "le"),
          }),
          latestTraces({
            title: "Latest traces",
            description: "The latest ones with a span of the service. A click on an id shows the whole.",
            service: "$service",
            store,
          }),
        ],
      },
      { row: "Calls to others", panels: operations("calls") },
      ...(hasGroup(watched, "traces") ? [pathRow(watched)] : []),
    ],
  });
}

function figures(): readonly PanelBuilder[] {
  return [
    figure({
      title: "Operations a second",
      description: "Requests and the like that the service answers, each second.",
      unit: "reqps",
      expr: rate("answers", "service_name"),
    }),
    figure({
      title: "Failed",
      description: "Share of them whose span says that it failed.",
      unit: "percentunit",
      expr: failedShare("answers", "service_name"),
    }),
    figure({
      title: "Duration, p95",
      description: "One of 20 takes longer. 0 while there are none.",
      unit: "s",
      expr: quantileOf(0.95, DURATION, selector("answers"), "service_name"),
    }),
    figure({
      title: "Calls a second",
      description: "Calls of the service to others and to its stores, each second.",
      unit: "reqps",
      expr: `${rate("calls", "service_name")} or 0 * ${rate("answers", "service_name")}`,
    }),
  ];
}

const WORDS: Readonly<Record<Kind, { readonly of: string; readonly what: string }>> = {
  answers: { of: "operation", what: "Operations that the service answers" },
  calls: { of: "call", what: "Calls that the service makes" },
};

function operations(kind: Kind): readonly PanelBuilder[] {
  const { of, what } = WORDS[kind];
  const legend = "{{span_name}}";
  // Some call nobody.
  const or0 =
    kind === "answers"
      ? ""
      : ` or on () label_replace(0 * ${rate("answers", "service_name")}, "span_name", "none", "", "")`;
  return [
    lines({
      title: `Rate by ${of}`,
      description: `${what}, a second.`,
      unit: "reqps",
      queries: [{ expr: `${rate(kind, "span_name")}${or0}`, legend }],
    }),
    lines({
      title: `Failed by ${of}`,
      description: `${what}: share whose span says that it failed.`,
      unit: "percentunit",
      queries: [{ expr: `${failedShare(kind, "span_name")}${or0}`, legend }],
    }),
    lines({
      title: `Duration by ${of}, p95`,
      description: `${what}: one of 20 takes longer. The ends of the ranges are wide apart: see a trace for more.`,
      unit: "s",
      width: 24,
      queries: [{ expr: `${quantileOf(0.95, DURATION, selector(kind), "span_name")}${or0}`, legend }],
    }),
  ];
}

/** The way of the spans of all services, from the programs into the store. */
function pathRow(watched: Watched): Row {
  const spans = (metric: string, by: string): string => rateOf(`otelcol_${metric}_spans_total`, by);
  const sampling = "otelcol_processor_tail_sampling";
  return {
    row: "The way of all spans",
    panels: [
      lines({
        title: "Spans taken and delivered",
        description:
          "Spans a second that each program takes, and passes on. Between, the Collector decides what is kept.",
        unit: "ops",
        queries: [
          { expr: spans("receiver_accepted", "job"), legend: "{{job}} takes" },
          { expr: spans("exporter_sent", "job, exporter"), legend: "{{job}} delivers, {{exporter}}" },
        ],
      }),
      lines({
        title: "Spans refused or lost",
        description: "Spans a second that were not taken, or given up: traces have holes.",
        unit: "ops",
        queries: [
          { expr: spans("receiver_refused", "job"), legend: "{{job}} refuses" },
          { expr: spans("exporter_send_failed", "job, exporter"), legend: "{{job}} loses, {{exporter}}" },
        ],
      }),
      lines({
        title: "Traces decided",
        description: "Traces a second that are kept, or not. Failed and slow ones always are.",
        unit: "ops",
        stacked: true,
        queries: [
          {
            expr: rateOf(`${sampling}_global_count_traces_sampled_total`, "sampled"),
            legend: "kept: {{sampled}}",
          },
          { expr: rateOf(`${sampling}_sampling_trace_dropped_too_early_total`, "job"), legend: "no room to wait" },
        ],
      }),
      lines({
        title: "Queue of spans",
        description: "Share of the queue that is full: the store is away or slow. When it is full, spans are lost.",
        unit: "percentunit",
        marks: limitsOf(watched, "SpansDelayed"),
        queries: [
          {
            expr: 'max by (job) (otelcol_exporter_queue_size{data_type="traces"} / on (job, instance, exporter) otelcol_exporter_queue_capacity{data_type="traces"})',
            legend: "{{job}}",
          },
        ],
      }),
    ],
  };
}
