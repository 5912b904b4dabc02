import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { COLLECTOR_ARGUMENTS, LOG_OPTIONS, renderCollector } from "../../config/collector.ts";

const [file] = renderCollector({ stack: "vigie/dev", logStore: { kind: "loki", address: "vigie-dev-loki:3100" } });
const config = parse(file?.content ?? "");

describe("renderCollector", () => {
  it("reads what Docker writes, rotated files too, and from the beginning", () => {
    expect(config.receivers.filelog).toMatchObject({
      include: ["/var/lib/docker/containers/*/*-json.log", "/var/lib/docker/containers/*/*-json.log.[1-9]"],
      start_at: "beginning",
    });
  });

  it("drops the lines of other stacks before it parses them", () => {
    expect(config.receivers.filelog.operators[0]).toEqual({
      type: "move",
      if: `not (body contains '"vigie.stack":"vigie/dev"')`,
      from: "attributes.none",
      to: "attributes.none",
      on_error: "drop_quiet",
    });
  });

  it("takes container and service from what Docker is told to write beside each line", () => {
    expect(LOG_OPTIONS).toEqual({
      tag: "{{.Name}}",
      labels: "vigie.component,vigie.stack",
      compress: "false",
    });
    // Those that drop name an attribute that no line has.
    const moves = config.receivers.filelog.operators.filter(
      ({ type, from }: { type: string; from: string }) => type === "move" && from !== "attributes.none",
    );
    expect(moves.map(({ from, to }: { from: string; to: string }) => [from, to])).toEqual([
      ["attributes.attrs.tag", 'resource["container.name"]'],
      ['attributes.attrs["vigie.component"]', 'resource["service.name"]'],
      ["attributes.stream", 'attributes["log.iostream"]'],
    ]);
  });

  it("loses nothing: positions and queue are on disk, and neither the file nor Loki is ever given up", () => {
    expect(config.extensions.file_storage.directory).toBe("/var/lib/otelcol/storage");
    expect(config.receivers.filelog).toMatchObject({
      storage: "file_storage",
      retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
    });
    expect(config.exporters.otlp_http).toMatchObject({
      endpoint: "http://vigie-dev-loki:3100/otlp",
      retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
      sending_queue: { storage: "file_storage", block_on_overflow: true },
    });
    // A batch before the queue would be in memory only, with its lines taken as read.
    expect(config.processors).not.toHaveProperty("batch");
  });

  it("counts no line as read that is in memory alone, and starts with what a power cut has left", () => {
    expect(COLLECTOR_ARGUMENTS).toContain("--feature-gates=stanza.synchronousLogEmitter");
    expect(config.extensions.file_storage.recreate).toBe(true);
    // These hand lines on one by one: each would be an entry of the queue by itself.
    const types = config.receivers.filelog.operators.map(({ type }: { type: string }) => type);
    expect(types).not.toContain("filter");
    expect(types).not.toContain("router");
  });

  it("tells files apart by more than what Docker writes before the first time", () => {
    expect(config.receivers.filelog.fingerprint_size).toBe("20KiB");
  });

  it("joins what Docker has cut within a stream of a file", () => {
    const operators = config.receivers.filelog.operators as { type: string }[];
    expect(operators.find(({ type }) => type === "recombine")).toMatchObject({
      source_identifier: "attributes.source",
    });
    expect(operators).toContainEqual({
      type: "add",
      field: "attributes.source",
      value: 'EXPR(attributes["log.file.path"] + attributes.stream)',
    });
  });

  it("uses what it declares, and declares what it uses", () => {
    const { extensions, pipelines } = config.service;
    expect([...extensions].sort()).toEqual(Object.keys(config.extensions).sort());
    expect(pipelines.logs).toEqual({
      receivers: Object.keys(config.receivers),
      processors: Object.keys(config.processors),
      exporters: Object.keys(config.exporters),
    });
  });

  it("brings lines to VictoriaLogs with the same queue, under the names that Loki gives them", () => {
    const logStore = { kind: "victorialogs", address: "vigie-dev-victorialogs:9428" } as const;
    const [file] = renderCollector({ stack: "vigie/dev", logStore, hostLogs: "machine" });
    const other = parse(file?.content ?? "");
    const { endpoint, headers, ...same } = other.exporters.otlp_http;
    const { endpoint: _, ...ofLoki } = config.exporters.otlp_http;
    expect(same).toEqual(ofLoki);
    expect(endpoint).toBe("http://vigie-dev-victorialogs:9428/insert/opentelemetry");
    expect(headers).toEqual({
      "VL-Stream-Fields": "service_name,container_name",
      "VL-Ignore-Fields": "scope.name,scope.version,severity_number,severity_text",
    });
    expect(other.processors).toEqual(config.processors);
    const named = JSON.stringify(other.receivers);
    expect(named).not.toMatch(/service\.name|container\.name|host\.name|log\.iostream/);
    for (const name of ["service_name", "container_name", "host_name", "log_iostream"]) expect(named).toContain(name);
  });

  it.each([
    [
      "a stack without its project",
      { stack: "dev", logStore: { kind: "loki" as const, address: "loki:3100" } },
      /stack: got "dev"; allowed: <project>\/<stack>/,
    ],
    [
      "a stack that would end the text of the filter",
      { stack: "a/b'", logStore: { kind: "loki" as const, address: "loki:3100" } },
      /stack: got "a\/b'"/,
    ],
    [
      "an address of Loki without a port",
      { stack: "vigie/dev", logStore: { kind: "loki" as const, address: "loki" } },
      /logStore.address: got "loki"; allowed: host:port/,
    ],
  ])("fails with %s", (_, settings, message) => {
    expect(() => renderCollector(settings)).toThrow(message);
    expect(() => renderCollector(settings)).toThrowErrorMatchingSnapshot();
  });
});
