import { refuseIf } from "../services/problems.ts";
import { CANDIDATE_CONTAINER, DOCKER_CONTAINERS_DIRECTORY, LOG_LABELS, MAX_LINE_KIB } from "./collector.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";
import { HOST_LOGS_FILE, hostLogsStages } from "./host-logs.ts";
import { LOG_PATHS, type LogAgentSettings, linkTls, logAgentProblems } from "./link.ts";
import { LEVEL_EXPRESSIONS, levelStage } from "./log-levels.ts";
import { hidingStages } from "./redaction.ts";

/** Port inside the container: readiness and its own metrics. */
export const PROMTAIL_PORT = 9080;

/** Where Promtail reads its configuration, in its container. */
export const PROMTAIL_DIRECTORY = "/etc/promtail/vigie";

/** Where it keeps how far it has read: a volume. */
export const PROMTAIL_STATE_DIRECTORY = "/var/lib/promtail";

/** Promtail's configuration, as arguments. */
export const PROMTAIL_ARGUMENTS = [`-config.file=${PROMTAIL_DIRECTORY}/promtail.yml`] as const;

/** The check by the program itself, run on the files before they land. */
export const PROMTAIL_CHECK = ["/usr/bin/promtail", ...PROMTAIL_ARGUMENTS, "-check-syntax"] as const;

/**
 * Renders the configuration of Promtail: the logs of all containers of a stack, to their store, with the labels and the
 * structured metadata that the Collector gives them, and without what it hides.
 *
 * It reads the files that Docker writes and needs no socket. A line counts as read when it is read, not when the store
 * has it: what is on its way is lost when Promtail is killed, and what Docker has rotated away while Promtail was down
 * is not read. The Collector loses neither. A stack trace is an entry a line: its stage for several lines would keep
 * each line in memory until the next one, and join what is no trace.
 *
 * @throws DeclarationError when the stack or the store's address is none.
 * @example
 * ```ts
 * renderPromtail({ stack: "vigie/dev", logStore: { kind: "loki", address: "vigie-dev-loki:3100" } });
 * ```
 */
export function renderPromtail(settings: LogAgentSettings): readonly ConfigFile[] {
  refuseIf("the configuration of Promtail", logAgentProblems(settings));
  const { logStore, serverName, hostLogs } = settings;
  return [
    yamlFile("promtail.yml", {
      server: { http_listen_port: PROMTAIL_PORT, grpc_listen_port: 0, log_level: "info", log_format: "json" },
      positions: { filename: `${PROMTAIL_STATE_DIRECTORY}/positions.yml`, sync_period: "1s" },
      clients: [
        {
          url: `${serverName === undefined ? "http" : "https"}://${logStore.address}${LOG_PATHS[logStore.kind].promtail}`,
          ...(serverName === undefined ? {} : { tls_config: linkTls({ serverName }) }),
          batchwait: "200ms",
          // 0 is without end: a store that is away is waited for, and nothing more is read meanwhile.
          backoff_config: { min_period: "500ms", max_period: "5s", max_retries: 0 },
        },
      ],
      // A new container's file is found within this.
      target_config: { sync_period: "2s" },
      scrape_configs: [
        {
          job_name: "docker",
          static_configs: [
            {
              targets: ["localhost"],
              labels: { job: "docker", __path__: `${DOCKER_CONTAINERS_DIRECTORY}/*/*-json.log` },
            },
          ],
          pipeline_stages: stages(settings.stack),
        },
        ...(hostLogs === undefined ? [] : [hostLogsOf(hostLogs)]),
      ],
    }),
  ];
}

/** The host's own messages, which have one file. */
function hostLogsOf(service: string): object {
  return {
    job_name: "host",
    static_configs: [
      { targets: ["localhost"], labels: { job: "host", service_name: service, __path__: HOST_LOGS_FILE } },
    ],
    pipeline_stages: [...hostLogsStages(), ...hidingStages('{job="host"}'), { labeldrop: ["filename", "job"] }],
  };
}

/** From a line of Docker's file to an entry: whose it is, when it was written, and what the program said. */
function stages(stack: string): object[] {
  return [
    // Before anything is parsed: other stacks may write a lot. Inside a program's line the quotes are escaped.
    {
      match: {
        selector: `${DOCKER_LINES} != ${JSON.stringify(`"${LOG_LABELS.stack}":"${stack}"`)}`,
        action: "drop",
        drop_counter_reason: "other_stack",
      },
    },
    {
      json: {
        expressions: {
          log: "log",
          stream: "stream",
          time: "time",
          container_name: "attrs.tag",
          service_name: `attrs.${JSON.stringify(LOG_LABELS.component)}`,
        },
      },
    },
    { labels: { container_name: "", service_name: "" } },
    // Docker cuts lines at 16 KiB. Promtail joins them in the form of another runtime, which says whether one goes on.
    {
      template: {
        source: "whole",
        template:
          '{{ .time }} {{ .stream }} {{ if hasSuffix "\\n" .log }}F{{ else }}P{{ end }} {{ trimSuffix "\\n" .log }}',
      },
    },
    { output: { source: "whole" } },
    { cri: { max_partial_line_size: MAX_LINE_KIB * 1024, max_partial_line_size_truncate: true } },
    // What the program said as JSON: the line stays as it is, and can be found by these.
    { json: { expressions: { ...LEVEL_EXPRESSIONS, ...Object.fromEntries(FIELDS.map((name) => [name, name])) } } },
    levelStage(),
    only("trace_id", "^[0-9a-f]{32}$", ".Value"),
    only("status", "^[0-9]{3}$", ".Value"),
    only("duration_seconds", "^[0-9.e-]+$", ".Value"),
    {
      template: {
        source: "version",
        template: `{{ if regexMatch "${CANDIDATE_CONTAINER}" (default "" .container_name) }}candidate{{ end }}`,
      },
    },
    {
      structured_metadata: {
        ...Object.fromEntries(FIELDS.map((name) => [name, ""])),
        version: "",
        log_iostream: "stream",
      },
    },
    // Last, as the Collector does: a number that is hidden leaves no JSON to read.
    ...hidingStages(DOCKER_LINES),
    { labeldrop: ["filename", "job"] },
  ];
}

// All lines have this label until the last stage.
const DOCKER_LINES = '{job="docker"}';

/** What a line of JSON brings as structured metadata. */
const FIELDS = ["level", "trace_id", "request_id", "route", "status", "duration_seconds"];

/** Keeps a value where it has a form, and forgets it where not. */
function only(source: string, form: string, value: string): object {
  return { template: { source, template: `{{ if regexMatch "${form}" (default "" .Value) }}{{ ${value} }}{{ end }}` } };
}
