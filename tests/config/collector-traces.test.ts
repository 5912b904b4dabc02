import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderCollector } from "../../config/collector.ts";
import { renderTraces, type TraceSettings } from "../../config/collector-traces.ts";

const whole = (traces: TraceSettings) =>
  parse(
    renderCollector({ stack: "vigie/dev", logStore: { kind: "loki", address: "loki:3100" }, traces })[0]?.content ?? "",
  );
const config = whole({ store: "jaeger:4317", keep: 0.1, slow: "1s", slowOf: { catalog: "300ms" }, wait: "20s" });

describe("the Collector's part about spans", () => {
  it("keeps failed and slow traces, and a part of the others", () => {
    expect(config.processors.tail_sampling).toMatchObject({
      decision_wait: "20s",
      policies: [
        { type: "ottl_condition", ottl_condition: { span: [expect.stringContaining("STATUS_CODE_ERROR")] } },
        {
          type: "ottl_condition",
          ottl_condition: {
            span: [
              '(kind == SPAN_KIND_SERVER or IsRootSpan()) and resource.attributes["service.name"] == "catalog" and end_time_unix_nano - start_time_unix_nano > 300000000',
              '(kind == SPAN_KIND_SERVER or IsRootSpan()) and end_time_unix_nano - start_time_unix_nano > 1000000000 and resource.attributes["service.name"] != "catalog"',
            ],
          },
        },
        { type: "and" },
        { type: "probabilistic", probabilistic: { sampling_percentage: 10 } },
      ],
    });
  });

  it("keeps few traces, whatever their number, of those who call themselves `npm run verify`", () => {
    const [who, few] = config.processors.tail_sampling.policies[2].and.and_sub_policy;
    const says = new RegExp(who.string_attribute.values[0]);
    expect(["vigie-verify/0123abcd", "curl/8 vigie-verify/", "vigie"].map((name) => says.test(name))).toEqual([
      true,
      false,
      false,
    ]);
    expect(few.rate_limiting.spans_per_second).toBe(100);
  });

  it("knows a callee by its service's name: without the number of a replica, and a candidate as the service that it is of", () => {
    const statements: readonly string[] = config.processors["transform/spans"].trace_statements;
    // The Collector takes $$ for $.
    const ending = statements.map((one) => /"(\S*\[0-9\]\S*?)", ""/.exec(one)?.[1]).find((one) => one !== undefined);
    const named = (name: string) => name.replace(new RegExp((ending ?? "").replaceAll("$$", "$")), "");
    expect(named("vigie-dev-catalog-2")).toBe("vigie-dev-catalog");
    expect(named("vigie-dev-catalog-candidate-1")).toBe("vigie-dev-catalog");
    expect(named("vigie-dev-candidates")).toBe("vigie-dev-candidates");
  });

  it("measures every span, and hides what it keeps", () => {
    const { pipelines } = config.service;
    expect(pipelines["traces/measured"].processors).toEqual(["memory_limiter", "transform/spans"]);
    expect(pipelines["traces/kept"].processors).toEqual([
      "memory_limiter",
      "resource",
      "transform/spans",
      "redaction",
      "tail_sampling",
    ]);
  });

  it("keeps what the store has not taken on disk, and never gives it up", () => {
    expect(config.exporters.otlp_grpc).toMatchObject({
      endpoint: "jaeger:4317",
      retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
      sending_queue: { storage: "file_storage" },
    });
  });

  it("uses what it declares, and declares what it uses", () => {
    const { receivers, processors, connectors, exporters, service } = config;
    const used = (role: string): string[] =>
      Object.values<Record<string, string[]>>(service.pipelines).flatMap((pipeline) => pipeline[role] ?? []);
    expect(new Set(used("processors"))).toEqual(new Set(Object.keys(processors)));
    expect(new Set(used("receivers"))).toEqual(new Set(Object.keys({ ...receivers, ...connectors })));
    expect(new Set(used("exporters"))).toEqual(new Set(Object.keys({ ...exporters, ...connectors })));
  });

  it("is not there when nothing is said of spans", () => {
    const without = parse(
      renderCollector({ stack: "vigie/dev", logStore: { kind: "loki", address: "loki:3100" } })[0]?.content ?? "",
    );
    expect(Object.keys(without.service.pipelines)).toEqual(["logs"]);
    expect(without).not.toHaveProperty("connectors");
  });

  const hidden = (kind: "blocked_key_patterns" | "blocked_values", text: string): boolean => {
    const { redaction } = renderTraces({ store: "jaeger:4317" }, "vigie/dev").processors as {
      redaction: Record<string, readonly string[]>;
    };
    // Go's (?i) is a flag of the whole pattern here.
    return (redaction[kind] ?? []).some((pattern) =>
      new RegExp(pattern.replace("(?i)", ""), pattern.startsWith("(?i)") ? "i" : "").test(text),
    );
  };

  it.each(["db.password", "Authorization", "http.request.header.cookie", "api-key", "url.query", "client.address"])(
    "hides the value of %s",
    (key) => {
      expect(hidden("blocked_key_patterns", key)).toBe(true);
    },
  );

  it.each(["http.route", "url.path", "db.query.text", "server.address", "http.response.status_code"])(
    "shows the value of %s",
    (key) => {
      expect(hidden("blocked_key_patterns", key)).toBe(false);
    },
  );

  it.each([
    ["a mail address", "order of ada@example.org failed"],
    ["a token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"],
    ["a bearer's token", "Bearer abcdef0123456789"],
    ["a card's number", "paid with 4111 1111 1111 1111"],
  ])("hides %s wherever it stands", (_, text) => {
    expect(hidden("blocked_values", text)).toBe(true);
  });

  it.each([
    ["a query", "SELECT id, title FROM films WHERE title ILIKE $1 LIMIT $2"],
    ["a trace's id", "4bf92f3577b34da6a3ce929d0e0e4736"],
    ["a time", "2026-11-21T16:25:00.123Z"],
    ["a route", "/api/films/:id"],
  ])("shows %s", (_, text) => {
    expect(hidden("blocked_values", text)).toBe(false);
  });

  it("goes through the gateway, unsampled, where the store is on another host", () => {
    const settings = {
      stack: "vigie/dev",
      logStore: { kind: "loki", address: "192.0.2.20:9443" } as const,
      serverName: "gateway.vigie.internal",
    };
    const { exporters, service } = parse(renderCollector({ ...settings, traces: "forward" })[0]?.content ?? "");
    expect(exporters["otlp_http/traces"]).toMatchObject({
      endpoint: "https://192.0.2.20:9443",
      tls: { cert_file: "/run/secrets/link.crt", min_version: "1.2" },
      sending_queue: { storage: "file_storage" },
    });
    expect(service.pipelines.traces).toEqual({
      receivers: ["otlp"],
      processors: ["memory_limiter"],
      exporters: ["otlp_http/traces"],
    });
  });

  it("fails to forward where there is no gateway", () => {
    expect(() =>
      renderCollector({ stack: "vigie/dev", logStore: { kind: "loki", address: "loki:3100" }, traces: "forward" }),
    ).toThrow(/traces: got "forward"; allowed: a store/);
  });

  it("fails with every wrong value at once", () => {
    const limits = { slow: "soon", slowOf: { catalog: "0.5s", orders: "1s" }, wait: "0s" };
    const wrong = { store: "jaeger", keep: 10, ...limits } as unknown as TraceSettings;
    expect(() => whole(wrong)).toThrow(
      /traces.store: got "jaeger"[\s\S]*traces.keep: got 10[\s\S]*traces.slow: got "soon"[\s\S]*traces.slowOf.catalog: got "0.5s"[\s\S]*traces.wait: got "0s"/,
    );
  });
});
