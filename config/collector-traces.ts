import type { Problem } from "../services/problems.ts";
import { type Duration, durationWrong, toSeconds } from "../services/units.ts";
import type { PaceName } from "../signals/rule-group.ts";
import { HIDDEN, HIDDEN_KEYS, HIDDEN_VALUES, hidingStatements, quoted } from "./redaction.ts";

/** What is set for the spans that pass the Collector. */
export interface TraceSettings {
  /** The trace store as `host:port`, by OTLP over gRPC. */
  readonly store: string;
  /** How many of the traces that are neither slow nor failed are kept, from 0 to 1. @default 1 */
  readonly keep?: number;
  /** From when on an answer is slow, and its trace kept, where nothing else is said of the program. @default SLOW */
  readonly slow?: Duration;
  /** The same by program, its `service.name`: what its users were promised. @default {} */
  readonly slowOf?: Readonly<Record<string, Duration>>;
  /**
   * How long the spans of a trace are awaited before it is decided whether it is kept. When its first span ends, which
   * is the last one to end as a rule, a second more is enough. One that began elsewhere is always awaited.
   *
   * @default "10s"
   */
  readonly wait?: Duration;
}

/** How long the spans of a trace are awaited, by pace: a developer wants to see it at once. */
export const TRACE_WAITS = { steady: "10s", fast: "1s", instant: "1s" } as const satisfies Record<PaceName, Duration>;

/** Ports inside the container: spans by OTLP over gRPC and HTTP, and the metrics that are made of them. */
export const TRACE_PORTS = { grpc: 4317, http: 4318, metrics: 8889 } as const;

/** Upper bounds in seconds of the histograms that are made of spans: every second one of the services' own. */
const SPAN_BUCKETS = ["5ms", "25ms", "100ms", "300ms", "750ms", "2500ms", "10s"] as const;

/** From when on an answer is slow of which nothing was promised. */
export const SLOW: Duration = "500ms";

/**
 * What `npm run verify` calls itself, with an id of each request behind it: the traces of these requests are kept, a few
 * a second, or it could not prove at a ratio of 0.01 that a trace arrives. Visitors may say the same and get no more.
 */
export const VERIFIER = "vigie-verify/";

/** Spans a second that are kept for whoever says that it is {@link VERIFIER}. */
export const VERIFIER_SPANS = 100;

const FAILED =
  "status.code == STATUS_CODE_ERROR and " +
  '(attributes["http.response.status_code"] == nil or attributes["http.response.status_code"] >= 500)';

// Traces that wait for their decision: 10 spans of 1 KiB each make 100 MiB at most.
const NUMBER_OF_TRACES = 10_000;

const OTLP = {
  otlp: {
    protocols: {
      grpc: { endpoint: `0.0.0.0:${TRACE_PORTS.grpc}` },
      http: { endpoint: `0.0.0.0:${TRACE_PORTS.http}` },
    },
  },
};

// What waits is on disk, and is never given up.
const UNTIL_TAKEN = {
  retry_on_failure: { enabled: true, initial_interval: "500ms", max_interval: "5s", max_elapsed_time: "0s" },
  sending_queue: {
    enabled: true,
    storage: "file_storage",
    queue_size: 2000,
    num_consumers: 2,
    batch: { flush_timeout: "200ms", min_size: 500, max_size: 1000 },
  },
};

/** The part of the Collector's configuration that is about spans; merged into the whole by `renderCollector`. */
export interface TracePart {
  /** How spans come in: OTLP, over gRPC and HTTP. */
  readonly receivers: object;
  /** What completes, hides and chooses spans; none where another Collector does. */
  readonly processors: object;
  /** What makes metrics of spans. @default - another Collector measures them */
  readonly connectors?: object;
  /** Where spans go: the store, or another Collector. Metrics of them are scraped here. */
  readonly exporters: object;
  /** Which of these parts come after each other, by name: `traces`, `traces/kept`. */
  readonly pipelines: object;
}

// What is called, by the name that the stack knows it by: a container's without what its stack adds, and a replica's
// without its number, a candidate's as that of the service whose new version it is. And what stands in no attribute, or in one of which a part is to be seen.
function spanStatements(stack: string): readonly string[] {
  const called = 'span.attributes["server.address"]';
  const peer = 'span.attributes["peer.service"]';
  const prefix = `^${stack.replace("/", "-")}-`;
  const ours = `${peer} != nil and IsMatch(${peer}, ${quoted(prefix)})`;
  return [
    `set(${peer}, ${called}) where span.kind == SPAN_KIND_CLIENT and ${peer} == nil and ${called} != nil`,
    `replace_pattern(${peer}, ${quoted("(-candidate)?-[0-9]+$")}, "") where span.attributes["db.system.name"] == nil and ${ours}`,
    `replace_pattern(${peer}, ${quoted(prefix)}, "") where ${ours}`,
    ...["url.full", "http.url", "http.target"].map(
      (key) => `replace_pattern(span.attributes["${key}"], ${quoted("\\?.*")}, ${quoted(`?${HIDDEN}`)})`,
    ),
    ...hidingStatements("span.name"),
    ...hidingStatements("span.status.message"),
  ];
}

const VERIFIERS = [
  {
    name: "who",
    type: "string_attribute",
    string_attribute: { key: "user_agent.original", values: [`^${VERIFIER}`], enabled_regex_matching: true },
  },
  { name: "few", type: "rate_limiting", rate_limiting: { spans_per_second: VERIFIER_SPANS } },
];

// What somebody waited for: an answer, or what began by itself. A trace as a whole may go on long after its answer.
function slowConditions(slow: Duration, slowOf: Readonly<Record<string, Duration>>): readonly string[] {
  const waited = "(kind == SPAN_KIND_SERVER or IsRootSpan())";
  const service = 'resource.attributes["service.name"]';
  const longer = (limit: Duration) =>
    `end_time_unix_nano - start_time_unix_nano > ${Math.round((toSeconds(limit) ?? 0) * 1e9)}`;
  const promised = Object.entries(slowOf);
  const others = promised.map(([name]) => ` and ${service} != ${quoted(name)}`).join("");
  return [
    ...promised.map(([name, limit]) => `${waited} and ${service} == ${quoted(name)} and ${longer(limit)}`),
    `${waited} and ${longer(slow)}${others}`,
  ];
}

/** What makes metrics of spans: of each program's, and of each call from one to another. */
const MEASURES = {
  spanmetrics: {
    histogram: { unit: "s", explicit: { buckets: SPAN_BUCKETS } },
    exemplars: { enabled: true, max_per_data_point: 1 },
    // Else each start of a service makes series of its own.
    resource_metrics_key_attributes: ["service.name"],
    aggregation_cardinality_limit: 1000,
    metrics_flush_interval: "5s",
    metrics_expiration: "10m",
  },
  servicegraph: {
    latency_histogram_buckets: SPAN_BUCKETS,
    // Both ends of a call must have come: each program sends its spans once a second, and may be late.
    store: { ttl: "15s", max_items: 5000 },
    // A store makes no spans: it is what its callers' spans name.
    virtual_node_peer_attributes: ["peer.service", "server.address", "db.namespace", "db.system.name"],
    virtual_node_extra_label: true,
    metrics_flush_interval: "5s",
  },
};

/** Which traces are kept: failed and slow ones, those of who verifies, and a part of the others. */
function sampling({ keep, slow, slowOf, wait }: Required<Omit<TraceSettings, "store">>): object {
  return {
    decision_wait: `${toSeconds(wait)}s`,
    decision_wait_after_root_received: "1s",
    num_traces: NUMBER_OF_TRACES,
    // What comes after the decision follows it.
    decision_cache: { sampled_cache_size: 2 * NUMBER_OF_TRACES, non_sampled_cache_size: 2 * NUMBER_OF_TRACES },
    policies: [
      // A caller's span of a 404 is an error by the conventions, and nobody's failure.
      { name: "failed", type: "ottl_condition", ottl_condition: { error_mode: "ignore", span: [FAILED] } },
      {
        name: "slow",
        type: "ottl_condition",
        ottl_condition: { error_mode: "ignore", span: slowConditions(slow, slowOf) },
      },
      { name: "asked", type: "and", and: { and_sub_policy: VERIFIERS } },
      { name: "others", type: "probabilistic", probabilistic: { sampling_percentage: keep * 100 } },
    ],
  };
}

/**
 * Renders what the Collector does with spans: metrics are made of all of them; what looks like a secret or a person is
 * hidden; failed and slow traces are kept, and a part of the others.
 *
 * What is kept waits in a queue on disk until the store has it.
 *
 * @param stack the stack, `<project>/<stack>`: what its containers' names begin with
 */
export function renderTraces(
  { store, keep = 1, slow = SLOW, slowOf = {}, wait = "10s" }: TraceSettings,
  stack: string,
): TracePart {
  return {
    receivers: OTLP,
    processors: {
      // How a program was started: long, the same in each span, and the place where careless people put secrets.
      resource: {
        attributes: ["process.command_args", "process.command_line"].map((key) => ({ key, action: "delete" })),
      },
      "transform/spans": { error_mode: "ignore", trace_statements: spanStatements(stack) },
      redaction: {
        allow_all_keys: true,
        // Headers are lists.
        redact_all_types: true,
        blocked_key_patterns: HIDDEN_KEYS,
        blocked_values: HIDDEN_VALUES,
        summary: "silent",
      },
      tail_sampling: sampling({ keep, slow, slowOf, wait }),
    },
    connectors: MEASURES,
    exporters: {
      otlp_grpc: {
        endpoint: store,
        tls: { insecure: true },
        ...UNTIL_TAKEN,
      },
      prometheus: {
        endpoint: `0.0.0.0:${TRACE_PORTS.metrics}`,
        enable_open_metrics: true,
        without_scope_info: true,
        metric_expiration: "10m",
      },
    },
    pipelines: {
      "traces/measured": {
        receivers: ["otlp"],
        processors: ["memory_limiter", "transform/spans"],
        exporters: ["spanmetrics", "servicegraph"],
      },
      "traces/kept": {
        receivers: ["otlp"],
        processors: ["memory_limiter", "resource", "transform/spans", "redaction", "tail_sampling"],
        exporters: ["otlp_grpc"],
      },
      metrics: { receivers: ["spanmetrics", "servicegraph"], exporters: ["prometheus"] },
    },
  };
}

/**
 * Renders what the Collector of a host does whose traces are kept on another one: it sends every span through the
 * gateway there. Only there all spans of a trace come together, so there they are measured, hidden and sampled.
 *
 * @param gateway the gateway as `host:port`
 * @param tls how the two ends know each other
 */
export function renderForward(gateway: string, tls: object): TracePart {
  return {
    receivers: OTLP,
    processors: {},
    exporters: { "otlp_http/traces": { endpoint: `https://${gateway}`, tls, ...UNTIL_TAKEN } },
    pipelines: {
      traces: { receivers: ["otlp"], processors: ["memory_limiter"], exporters: ["otlp_http/traces"] },
    },
  };
}

/** What is wrong with what the Collector is told of spans. */
export function traceProblems({ store, keep = 1, slow = SLOW, slowOf = {}, wait = "10s" }: TraceSettings): Problem[] {
  const problems: Problem[] = [];
  if (!/^[A-Za-z0-9._-]+:\d{1,5}$/.test(store)) {
    problems.push({ property: "traces.store", given: store, allowed: 'host:port, such as "vigie-dev-jaeger:4317"' });
  }
  if (!(keep >= 0 && keep <= 1)) {
    problems.push({ property: "traces.keep", given: keep, allowed: "a number from 0 to 1: the part that is kept" });
  }
  const limits = Object.entries(slowOf).map(([name, limit]) => [`slowOf.${name}`, limit] as const);
  for (const [property, given] of [["slow", slow] as const, ...limits, ["wait", wait] as const]) {
    const wrong = durationWrong(given, { least: 0.001, such: property === "wait" ? "10s" : "500ms" });
    if (wrong !== undefined) problems.push({ property: `traces.${property}`, given, ...wrong });
  }
  return problems;
}
