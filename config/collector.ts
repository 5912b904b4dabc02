import { type Problem, refuseIf } from "../services/problems.ts";
import { candidateName, type Version } from "../services/rollout.ts";
import { renderForward, renderTraces, type TracePart, type TraceSettings, traceProblems } from "./collector-traces.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";
import { hostLogsReceiver, type Named } from "./host-logs.ts";
import { LOG_PATHS, type LogAgentSettings, linkTls, logAgentProblems } from "./link.ts";
import { dropOperator, ENTRY_START, recordOperators, traceLevelOperator } from "./log-entries.ts";
import { levelOperators } from "./log-levels.ts";
import type { LogStoreKind } from "./log-stores.ts";
import { hidingStatements } from "./redaction.ts";
import { VICTORIALOGS_IGNORED_FIELDS, VICTORIALOGS_STREAM_FIELDS } from "./victorialogs.ts";

/** What is set for the OpenTelemetry Collector. */
export interface CollectorSettings extends LogAgentSettings {
  /**
   * What becomes of spans: they go to a store of the same host, or with the logs through the gateway of another one.
   *
   * @default - it takes none
   */
  readonly traces?: TraceSettings | "forward";
}

/** Ports inside the container: health, and its own metrics. */
export const COLLECTOR_PORTS = { health: 13133, metrics: 8888 } as const;

/** Where the Collector reads its configuration, in its container. */
export const COLLECTOR_DIRECTORY = "/etc/otelcol";

/** Where it keeps how far it has read and what the store has not taken yet: a volume. */
export const COLLECTOR_STATE_DIRECTORY = "/var/lib/otelcol";

/** Where Docker keeps the containers' logs; mounted at the same place, read-only. */
export const DOCKER_CONTAINERS_DIRECTORY = "/var/lib/docker/containers";

/** Labels that Docker must write beside each line: the option `labels` of its json-file driver. */
export const LOG_LABELS = { component: "vigie.component", stack: "vigie.stack" } as const;

/** Options of Docker's json-file driver that the pipeline relies on. */
export const LOG_OPTIONS = {
  tag: "{{.Name}}",
  labels: Object.values(LOG_LABELS).join(","),
  // Whatever the daemon is told: a rotated file is read on where it was.
  compress: "false",
} as const;

/** The Collector's program and its configuration, as arguments. */
export const COLLECTOR_ARGUMENTS = [
  `--config=${COLLECTOR_DIRECTORY}/collector.yml`,
  // Else it notes lines as read and keeps them in memory for up to 100 ms: a kill loses them.
  "--feature-gates=stanza.synchronousLogEmitter",
] as const;

/** The check by the program itself, run on the files before they land. */
export const COLLECTOR_CHECK = ["/otelcol-contrib", "validate", ...COLLECTOR_ARGUMENTS] as const;

/**
 * Renders the configuration of the OpenTelemetry Collector: the logs of all containers of a stack, to their store, and
 * where it is asked for, the host's own messages, and the spans of its programs to a trace store.
 *
 * It reads the files that Docker writes and needs no socket. No line is taken as read before it is in the queue on
 * disk, and none leaves the queue before the store has it: the batches are made behind the queue, not before it.
 *
 * @throws DeclarationError when the stack or the store's address is none.
 * @example
 * ```ts
 * renderCollector({ stack: "vigie/dev", logStore: { kind: "loki", address: "vigie-dev-loki:3100" } });
 * ```
 */
export function renderCollector(settings: CollectorSettings): readonly ConfigFile[] {
  refuseIf("the configuration of the Collector", [
    ...logAgentProblems(settings),
    ...(typeof settings.traces === "object" ? traceProblems(settings.traces) : []),
    ...(settings.traces === "forward" && settings.serverName === undefined ? [FORWARDS_NOWHERE] : []),
  ]);
  const traces = tracePart(settings);
  const named = NAMES[settings.logStore.kind];
  return [
    yamlFile("collector.yml", {
      extensions: EXTENSIONS,
      receivers: {
        ...traces?.receivers,
        filelog: containerLogs(settings.stack, named),
        ...(settings.hostLogs === undefined ? {} : { [HOST_LOGS]: hostLogsReceiver(settings.hostLogs, named) }),
      },
      processors: {
        memory_limiter: { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 },
        "transform/lines": {
          error_mode: "ignore",
          log_statements: hidingStatements("log.body", "IsString(log.body)"),
        },
        ...traces?.processors,
      },
      ...(traces?.connectors === undefined ? {} : { connectors: traces.connectors }),
      exporters: {
        ...traces?.exporters,
        otlp_http: toLogStore(settings),
      },
      service: {
        extensions: ["health_check", "file_storage"],
        pipelines: {
          logs: {
            receivers: ["filelog", ...(settings.hostLogs === undefined ? [] : [HOST_LOGS])],
            processors: ["memory_limiter", "transform/lines"],
            exporters: ["otlp_http"],
          },
          ...traces?.pipelines,
        },
        telemetry: TELEMETRY,
      },
    }),
  ];
}

const HOST_LOGS = "filelog/host";

/** Its health for Docker, and the disk on which it keeps how far it is. */
const EXTENSIONS = {
  health_check: { endpoint: `0.0.0.0:${COLLECTOR_PORTS.health}` },
  // Created by the program: the check runs where the volume is not mounted.
  file_storage: {
    directory: `${COLLECTOR_STATE_DIRECTORY}/storage`,
    create_directory: true,
    compaction: { on_start: false },
    // After a power cut it may be broken: then what is in the files is read again, and the Collector starts.
    recreate: true,
  },
};

/** What it says of itself: lines as JSON, and metrics for Prometheus. */
const TELEMETRY = {
  logs: { level: "info", encoding: "json" },
  metrics: {
    readers: [
      {
        pull: {
          exporter: {
            prometheus: { host: "0.0.0.0", port: COLLECTOR_PORTS.metrics, without_scope_info: true },
          },
        },
      },
    ],
  },
};

/** The files that Docker writes, read from their first line on, each entry whole. */
function containerLogs(stack: string, named: Named): object {
  return {
    // Rotated files too: what was written while the Collector was away is in them.
    include: [`${DOCKER_CONTAINERS_DIRECTORY}/*/*-json.log`, `${DOCKER_CONTAINERS_DIRECTORY}/*/*-json.log.[1-9]`],
    start_at: "beginning",
    include_file_name: false,
    include_file_path: true,
    fingerprint_size: FINGERPRINT,
    multiline: { line_start_pattern: ENTRY_START.replaceAll("$", "$$$$") },
    force_flush_period: FLUSH,
    storage: "file_storage",
    retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
    operators: operators(stack, named),
  };
}

/** Lines on their way to the store: they wait on disk until it has them. */
function toLogStore({ logStore, serverName }: CollectorSettings): object {
  return {
    endpoint: `${serverName === undefined ? "http" : "https"}://${logStore.address}${otlpPath(logStore.kind)}`,
    ...(logStore.kind === "victorialogs" ? { headers: VICTORIALOGS_HEADERS } : {}),
    ...(serverName === undefined ? {} : { tls: tlsOf(serverName) }),
    retry_on_failure: { enabled: true, initial_interval: "500ms", max_interval: "5s", max_elapsed_time: "0s" },
    sending_queue: {
      enabled: true,
      storage: "file_storage",
      queue_size: 10_000,
      block_on_overflow: true,
      num_consumers: 2,
      batch: { flush_timeout: "200ms", min_size: 1000, max_size: 2000 },
    },
  };
}

/**
 * By so many of its first bytes a file is known. Docker writes the time behind the text, and cuts this at 16 KiB: two
 * files that begin with the same text differ within these.
 */
const FINGERPRINT = "20KiB";

/** How long the last entry of a file waits for more: a trace may go on. */
const FLUSH = "300ms";

/** The exporter adds `/v1/logs` itself. */
const otlpPath = (kind: LogStoreKind): string => LOG_PATHS[kind].collector.replace(/\/v1\/logs$/, "");

/** How a field is called, so that both stores know it by the name with underscores: Loki makes them itself. */
const NAMES: Readonly<Record<LogStoreKind, Named>> = {
  loki: (name) => name,
  victorialogs: (name) => name.replaceAll(".", "_"),
};

const VICTORIALOGS_HEADERS = {
  "VL-Stream-Fields": VICTORIALOGS_STREAM_FIELDS.join(","),
  "VL-Ignore-Fields": VICTORIALOGS_IGNORED_FIELDS.join(","),
};

const FORWARDS_NOWHERE: Problem = {
  property: "traces",
  given: "forward",
  allowed: "a store, where the logs go through no gateway",
};

function tracePart({ stack, traces, logStore, serverName }: CollectorSettings): TracePart | undefined {
  if (traces === undefined) return undefined;
  if (traces !== "forward") return renderTraces(traces, stack);
  return renderForward(logStore.address, serverName === undefined ? {} : tlsOf(serverName));
}

function tlsOf(serverName: string): object {
  const { server_name: server_name_override, ...files } = linkTls({ serverName });
  return { ...files, server_name_override, min_version: "1.2" };
}

/** Names of the containers that run the candidate of a rollout, as a pattern. */
export const CANDIDATE_CONTAINER = `${candidateName("")}-[0-9]+$`;

/** Where a line is cut, in KiB: Docker cuts at 16 and the agent joins again, the stores take up to 256. */
export const MAX_LINE_KIB = 224;

/** From a line of Docker's file to a log record: whose it is, when it was written, and what the program said. */
function operators(stack: string, named: Named): object[] {
  return [
    ...fromDocker(stack, named),
    ...fromProgram(),
    ...requestFields(),
    { type: "remove", if: "attributes.line != nil", field: "attributes.line" },
  ];
}

/** What Docker says of a line: when it was written, whose it is, and its text, whole. */
function fromDocker(stack: string, named: Named): object[] {
  return [
    // Before anything is parsed: other stacks may write a lot. Inside a program's line the quotes are escaped.
    dropOperator(`not (body contains '"${LOG_LABELS.stack}":"${stack}"')`),
    ...recordOperators(),
    {
      type: "json_parser",
      // What is left of half a record.
      on_error: "drop_quiet",
      timestamp: {
        parse_from: "attributes.time",
        layout_type: "gotime",
        layout: "2006-01-02T15:04:05.999999999Z07:00",
      },
    },
    // Docker cuts lines, and between the parts of one there may be a line of the other stream.
    { type: "add", field: "attributes.source", value: 'EXPR(attributes["log.file.path"] + attributes.stream)' },
    {
      type: "recombine",
      combine_field: "attributes.log",
      combine_with: "",
      is_last_entry: 'attributes.log endsWith "\\n"',
      source_identifier: "attributes.source",
      max_log_size: `${MAX_LINE_KIB}KiB`,
      overwrite_with: "oldest",
    },
    { type: "add", field: "body", value: 'EXPR(trimSuffix(attributes.log, "\\n"))' },
    // As the metrics of its target are labelled. Stable has none: without a rollout it is no version of two.
    {
      type: "add",
      if: `attributes.attrs?.tag != nil and attributes.attrs.tag matches "${CANDIDATE_CONTAINER}"`,
      field: "attributes.version",
      value: "candidate" satisfies Version,
    },
    { type: "move", from: "attributes.attrs.tag", to: `resource["${named("container.name")}"]` },
    { type: "move", from: `attributes.attrs["${LOG_LABELS.component}"]`, to: `resource["${named("service.name")}"]` },
    { type: "move", from: "attributes.stream", to: `attributes["${named("log.iostream")}"]` },
    ...["log", "time", "attrs", "source", '"log.file.path"'].map((name) => ({
      type: "remove",
      field: name.startsWith('"') ? `attributes[${name}]` : `attributes.${name}`,
    })),
  ];
}

/** What the program says of a line: how bad it is, and which trace it belongs to. */
function fromProgram(): object[] {
  return [
    // What the program said as JSON: the line stays as it is, and can be found by these.
    {
      type: "json_parser",
      if: 'body startsWith "{"',
      parse_to: "attributes.line",
      on_error: "send_quiet",
    },
    ...levelOperators(),
    traceLevelOperator(),
    {
      type: "severity_parser",
      if: "attributes.level != nil",
      parse_from: "attributes.level",
      mapping: { fatal: ["critical", "panic"], warn: "warning" },
      on_error: "send_quiet",
    },
    {
      type: "trace_parser",
      if: 'type(attributes.line?.trace_id) == "string" and attributes.line.trace_id matches "^[0-9a-f]{32}$"',
      trace_id: { parse_from: "attributes.line.trace_id" },
      on_error: "send_quiet",
    },
  ];
}

/** What the program says of a request, each as a field that can be searched for. */
function requestFields(): object[] {
  return [
    {
      type: "copy",
      if: 'type(attributes.line?.request_id) == "string"',
      from: "attributes.line.request_id",
      to: "attributes.request_id",
    },
    // What a line about a request says of it: never the path, which may be anything.
    {
      type: "copy",
      if: 'type(attributes.line?.route) == "string"',
      from: "attributes.line.route",
      to: "attributes.route",
    },
    {
      type: "add",
      if: 'type(attributes.line?.status) in ["int", "float"]',
      field: "attributes.status",
      value: "EXPR(string(int(attributes.line.status)))",
    },
    {
      type: "copy",
      if: 'type(attributes.line?.duration_seconds) in ["int", "float"]',
      from: "attributes.line.duration_seconds",
      to: "attributes.duration_seconds",
    },
  ];
}
