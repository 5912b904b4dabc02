/** A host's own messages (sshd, sudo, kernel, cron, dockerd): where the list `logShipping` leaves them for a log agent. */

import { SYSLOG_LEVELS } from "./log-levels.ts";

/** Where they are on the host; mounted at the same place, read-only. */
export const HOST_LOGS_DIRECTORY = "/var/log/vigie";

/** The file that they are in: one JSON object a line. Rotated ones have a number behind it. */
export const HOST_LOGS_FILE = `${HOST_LOGS_DIRECTORY}/host.log`;

/** The `service_name` of their lines. What watches a host from elsewhere puts the host's name in front. */
export const HOST_LOGS_SERVICE = "machine";

/** How the store of lines calls a field that OpenTelemetry names. */
export type Named = (name: string) => string;

/** The Collector's receiver of them. Its lines have the labels and the structured metadata of a container's. */
export function hostLogsReceiver(service: string, named: Named = (name) => name): object {
  return {
    // Rotated files too: what was written while the Collector was away is in them.
    include: [HOST_LOGS_FILE, `${HOST_LOGS_FILE}.[1-9]`],
    start_at: "beginning",
    include_file_name: false,
    storage: "file_storage",
    retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
    operators: [
      {
        type: "json_parser",
        timestamp: {
          parse_from: "attributes.time",
          layout_type: "gotime",
          layout: "2006-01-02T15:04:05.999999999Z07:00",
        },
        // A disk that is full leaves half a line, which stays as it is.
        on_error: "send_quiet",
      },
      {
        type: "add",
        if: 'type(attributes.severity) == "string"',
        field: "attributes.level",
        value: `EXPR(${JSON.stringify(SYSLOG_LEVELS)}[attributes.severity] ?? attributes.severity)`,
      },
      {
        type: "severity_parser",
        if: "attributes.level != nil",
        parse_from: "attributes.level",
        mapping: { fatal: "critical", warn: "warning" },
        on_error: "send_quiet",
      },
      { type: "move", if: "attributes.message != nil", from: "attributes.message", to: "body" },
      { type: "move", if: "attributes.host != nil", from: "attributes.host", to: `resource["${named("host.name")}"]` },
      { type: "add", field: `resource["${named("service.name")}"]`, value: service },
      { type: "remove", if: 'attributes.pid == "-"', field: "attributes.pid" },
      ...["time", "severity"].map((name) => ({
        type: "remove",
        if: `attributes.${name} != nil`,
        field: `attributes.${name}`,
      })),
    ],
  };
}

/** Promtail's stages for them, but for what hides and drops. */
export function hostLogsStages(): readonly object[] {
  const value = '(default "" .Value)';
  const levels = Object.entries(SYSLOG_LEVELS).map(
    ([word, level]) => `{{ if eq ${value} "${word}" }}${level}{{ else }}`,
  );
  return [
    {
      json: {
        expressions: {
          time: "time",
          host_name: "host",
          level: "severity",
          facility: "facility",
          program: "program",
          pid: "pid",
          message: "message",
        },
      },
    },
    { timestamp: { source: "time", format: "RFC3339Nano" } },
    { template: { source: "level", template: `${levels.join("")}{{ .Value }}${"{{ end }}".repeat(levels.length)}` } },
    { template: { source: "pid", template: `{{ if ne ${value} "-" }}{{ .Value }}{{ end }}` } },
    { structured_metadata: { level: "", facility: "", program: "", pid: "", host_name: "" } },
    { output: { source: "message" } },
  ];
}
