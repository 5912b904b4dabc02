import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderPromtail } from "../../config/promtail.ts";
import { hidingStages } from "../../config/redaction.ts";

const [file] = renderPromtail({ stack: "vigie/dev", logStore: { kind: "loki", address: "vigie-dev-loki:3100" } });
const config = parse(file?.content ?? "");
const stages = config.scrape_configs[0].pipeline_stages as Record<string, Record<string, unknown>>[];
const stage = (name: string, nth = 0) => stages.filter((each) => name in each)[nth]?.[name] ?? {};

describe("renderPromtail", () => {
  it("reads what Docker writes, and no rotated file twice", () => {
    expect(config.scrape_configs[0].static_configs[0].labels.__path__).toBe("/var/lib/docker/containers/*/*-json.log");
    expect(JSON.stringify(config)).not.toContain("docker.sock");
  });

  it("drops the lines of other stacks before it parses them", () => {
    expect(stages[0]).toMatchObject({
      match: { action: "drop", selector: '{job="docker"} != "\\"vigie.stack\\":\\"vigie/dev\\""' },
    });
  });

  it("labels with container and service alone, as the Collector does", () => {
    expect(stage("json").expressions).toMatchObject({
      container_name: "attrs.tag",
      service_name: 'attrs."vigie.component"',
    });
    expect(Object.keys(stage("labels"))).toEqual(["container_name", "service_name"]);
    expect(stages.at(-1)).toEqual({ labeldrop: ["filename", "job"] });
  });

  it("keeps what the program said as structured metadata, after the parts of a line are joined", () => {
    expect(stage("json", 1).expressions).toMatchObject({
      level: "level",
      severity: "severity",
      levelname: "levelname",
      _l: '"@l"',
      log_level: '"log.level"',
      trace_id: "trace_id",
      request_id: "request_id",
      route: "route",
      status: "status",
      duration_seconds: "duration_seconds",
    });
    expect(Object.keys(stage("structured_metadata"))).toEqual([
      "level",
      "trace_id",
      "request_id",
      "route",
      "status",
      "duration_seconds",
      "version",
      "log_iostream",
    ]);
    const order = stages.flatMap((each) => Object.keys(each));
    expect(order.indexOf("cri")).toBeLessThan(order.lastIndexOf("json"));
    expect(stage("cri")).toEqual({ max_partial_line_size: 229_376, max_partial_line_size_truncate: true });
  });

  it("takes a level by any of its names, and numbers of pino and syslog as the words of the dashboards", () => {
    const { template } = stages.flatMap((each) => (each.template?.source === "level" ? [each.template] : []))[0] ?? {};
    expect(template).toMatch(/or \.level_name \.levelname \.level \.severity /);
    // Run by Go's own text/template, it gave: 30 info, 50 error, 0 critical, ERROR error, Information info, audit audit.
    expect(template).toMatch(/if eq \$word "trace" [^}]*"10" }}trace{{ else if/);
    expect(template).toMatch(/else if eq \$word "error" "err" "severe" "50" "3" }}error{{/);
    expect(template).toMatch(/regexMatch "\^\[A-Za-z]\+\$" \(default "" \.Value\) }}{{ ToLower \.Value }}{{ end }}$/);
  });

  it("hides what the Collector hides in a line, when all else is read out of it", () => {
    const last = stages.findLastIndex((each) => "structured_metadata" in each);
    expect(stages.slice(last + 1, -1)).toEqual(hidingStages('{job="docker"}'));
  });

  it("keeps its place on disk, and waits for Loki without end", () => {
    expect(config.positions).toEqual({ filename: "/var/lib/promtail/positions.yml", sync_period: "1s" });
    expect(config.clients).toEqual([
      expect.objectContaining({
        url: "http://vigie-dev-loki:3100/loki/api/v1/push",
        backoff_config: expect.objectContaining({ max_retries: 0 }),
      }),
    ]);
  });

  it("brings the same lines to VictoriaLogs, by Loki's protocol", () => {
    const logStore = { kind: "victorialogs", address: "vigie-dev-victorialogs:9428" } as const;
    const other = parse(renderPromtail({ stack: "vigie/dev", logStore })[0]?.content ?? "");
    expect(other.clients[0].url).toBe("http://vigie-dev-victorialogs:9428/insert/loki/api/v1/push");
    expect(other.scrape_configs).toEqual(config.scrape_configs);
  });

  it.each([
    [
      "a stack without its project",
      { stack: "dev", logStore: { kind: "loki" as const, address: "loki:3100" } },
      /stack: got "dev"; allowed: <project>/,
    ],
    [
      "an address of Loki without a port",
      { stack: "vigie/dev", logStore: { kind: "loki" as const, address: "loki" } },
      /logStore.address: got "loki"; allowed: host:port/,
    ],
  ])("fails with %s", (_, settings, message) => {
    expect(() => renderPromtail(settings)).toThrow(message);
    expect(() => renderPromtail(settings)).toThrowErrorMatchingSnapshot();
  });
});
