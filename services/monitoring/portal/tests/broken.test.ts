import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { type InstrumentedServer, newServer } from "../../../telemetry/node/index.ts";
import { portalApi } from "../src/api.ts";
import { Described } from "../src/described.ts";
import {
  alertmanager,
  described,
  jaeger,
  landed,
  prometheus,
  type Store,
  store,
  TRACE,
  victorialogs,
} from "./stores.ts";

type Name = "prometheus" | "alertmanager" | "logs" | "traces";
type Answer = Parameters<typeof store>[0];
const WELL: Readonly<Record<Name, Answer>> = { prometheus, alertmanager, logs: victorialogs, traces: jaeger };

let stores: readonly Store[] = [];
let server: InstrumentedServer;
afterEach(async () => {
  await server.app.close();
  await Promise.all(stores.map((one) => one.close()));
});

/** The portal of a stack in which some stores answer otherwise. */
async function start(change: Partial<Record<Name, Answer>>, kinds = ["victorialogs", "jaeger"], options = {}) {
  const answers = { ...WELL, ...change };
  const [p, a, l, t] = (await Promise.all(
    [answers.prometheus, answers.alertmanager, answers.logs, answers.traces].map(store),
  )) as [Store, Store, Store, Store];
  stores = [p, a, l, t];
  const [logs, traces] = kinds as ["victorialogs" | "loki", "jaeger" | "tempo"];
  const description = described({
    prometheus: p.url,
    alertmanagers: [a.url],
    logs: { kind: logs, url: l.url },
    traces: { kind: traces, url: t.url },
  });
  server = newServer({ service: "portal", version: "0" });
  // A machine that is busy with other tests is not what is looked at here.
  const patient = { maxEventLoopDelay: 0, ...options };
  await server.app.register(portalApi, { described: new Described(landed(description)), version: "0", ...patient });
}

const PAGES = [
  "/api/overview",
  "/api/services/orders",
  "/api/alerts",
  "/api/deployments",
  "/api/graph",
  "/api/requests",
  `/api/requests/${TRACE}`,
];

/** The programs that the pages name as away, each once; every page has to be there. */
async function namedAway(): Promise<readonly string[]> {
  const named = new Set<string>();
  for (const url of PAGES) {
    const { statusCode, body } = await server.app.inject({ url });
    expect(statusCode, `${url}: ${body}`).toBe(200);
    for (const [, program = ""] of body.matchAll(/"away":\{"program":"([^"]+)"/g)) named.add(program);
  }
  return [...named];
}

const GARBAGE: readonly (readonly [string, unknown])[] = [
  ["nothing", ""],
  ["HTML", "<html>sign in</html>"],
  ["null", "null"],
  ["a number", "5"],
  ["a text", '"x"'],
  ["an object of another kind", { status: "success", found: 1 }],
  ["a list of nothings", "[null]"],
];

describe("every page is there, and names who answers what nobody understands", () => {
  it.each(GARBAGE)("Prometheus: %s", async (_, answer) => {
    await start({ prometheus: () => answer });
    expect(await namedAway()).toEqual(["Prometheus"]);
  });

  it.each(GARBAGE)("Alertmanager: %s", async (_, answer) => {
    await start({ alertmanager: () => answer });
    expect(await namedAway()).toEqual(["Alertmanager"]);
  });

  it.each(GARBAGE)("Jaeger and Tempo: %s", async (words, answer) => {
    // What has the form of an answer and no spans is a trace that is not kept.
    const isNone = !["nothing", "HTML", "null"].includes(words);
    await start({ traces: () => answer });
    expect(await namedAway()).toEqual(isNone ? [] : ["Jaeger"]);
    await server.app.close();
    await start({ traces: () => answer }, ["victorialogs", "tempo"]);
    expect(await namedAway()).toEqual(isNone ? [] : ["Tempo"]);
  });

  it.each(GARBAGE.slice(1))("VictoriaLogs and Loki: %s", async (_, answer) => {
    await start({ logs: () => answer });
    expect(await namedAway()).toEqual(["VictoriaLogs"]);
    await server.app.close();
    await start({ logs: () => answer }, ["loki", "jaeger"]);
    expect(await namedAway()).toEqual(["Loki"]);
  });
});

describe("what stores may say, and no page has to fear", () => {
  it("are values without a number: they are not shown", async () => {
    const series = { job: "orders", service: "orders", version: "v", client: "edge", server: "orders" };
    const result = ["+Inf", "-Inf", "NaN"].map((value) => ({
      metric: series,
      value: [0, value],
      values: [[0, value]],
    }));
    await start({ prometheus: () => ({ status: "success", data: { result } }) });
    expect(await namedAway()).toEqual([]);
    const { measured } = (await server.app.inject({ url: "/api/overview" })).json();
    expect(measured.found.orders).toEqual({ up: 0, plots: { rate: [], errors: [], p95: [] } });
  });

  it("are lines without end, and lines whose fields are no text", async () => {
    const lines = [
      { _time: "2026-11-30T01:00:00Z", _msg: "x".repeat(300_000), service_name: "orders", trace_id: TRACE },
      { _time: "2026-11-30T01:00:01Z", _msg: null, service_name: 7, level: ["a"], trace_id: '"><script>' },
    ];
    await start({ logs: () => lines.map((line) => JSON.stringify(line)).join("\n") });
    expect(await namedAway()).toEqual([]);
    const { found } = (await server.app.inject({ url: "/api/services/orders" })).json().lines;
    expect(found[0].text).toBe(`${"x".repeat(8000)}…`);
    expect(found[1]).toMatchObject({ service: "7", text: "", trace: "" });
  });

  it("are runbooks of an alert that are neither pages nor files", async () => {
    const alert = (runbook_url: string, at: number) => ({
      labels: { alertname: `A${at}`, severity: "critical", service: "orders" },
      annotations: { runbook_url },
      startsAt: "2026-11-30T01:00:00Z",
      status: { silencedBy: [], inhibitedBy: [] },
    });
    const links = ["javascript:alert(1)", "data:text/html,x", " javascript:x", "https://wiki.example/a", "docs/a.md"];
    await start({ alertmanager: () => links.map(alert) });
    const { found } = (await server.app.inject({ url: "/api/alerts" })).json().alerts;
    expect(found.map(({ runbook }: { runbook: string }) => runbook)).toEqual([
      "",
      "",
      "",
      "https://wiki.example/a",
      "docs/a.md",
    ]);
  });

  it("is a trace of very many spans: the first thousand are shown", async () => {
    const span = { operationName: "o", startTime: 1, duration: 1, processID: "p", references: [], tags: [] };
    const spans = Array.from({ length: 5000 }, (_, index) => ({ ...span, spanID: String(index), startTime: index }));
    await start({ traces: () => ({ data: [{ processes: { p: { serviceName: "s" } }, spans }] }) });
    const { found } = (await server.app.inject({ url: `/api/requests/${TRACE}` })).json().spans;
    expect([found.length, found[0].id, found.at(-1).id]).toEqual([1000, "0", "999"]);
  });
});

it("asks a log store that does not answer once for a request, and shows its spans", async () => {
  await start({ logs: () => undefined });
  const { spans, lines } = (await server.app.inject({ url: `/api/requests/${TRACE}` })).json();
  expect(lines.away.program).toBe("VictoriaLogs");
  expect(spans.found).toHaveLength(2);
  expect(stores[2]?.asked).toHaveLength(1);
});

describe("strangers", () => {
  it.each([
    ["GET", "/api/services/%00", 400],
    ["GET", "/api/services/%E0%A4%A", 400],
    ["GET", `/api/services/${"a".repeat(101)}`, 414],
    ["GET", "/api/services/__proto__", 404],
    ["GET", "/api/services/constructor", 404],
    ["GET", `/api/requests/${"a".repeat(129)}`, 414],
    ["GET", "/api/requests/..%2f..%2fmetrics", 400],
    ["GET", "/api/query?query=up", 404],
    ["PUT", "/api/overview", 405],
    ["DELETE", "/api/silences/..%2Falerts%2F0000000000000000000", 400],
    ["GET", `/api/overview?${"x=1&".repeat(2000)}`, 200],
  ] as const)("fail with words where they ask %s %.40s", async (method, url, status) => {
    await start({});
    const { statusCode, headers } = await server.app.inject({ method, url });
    expect(statusCode).toBe(status);
    expect(headers["content-type"]).toMatch(/json/);
  });

  it.each([
    ["text/plain", '{"service":"orders","minutes":60,"why":"x"}', 415],
    ["application/json", "{", 400],
    ["application/json", '{"__proto__":{"a":1},"service":"orders","minutes":60,"why":"x"}', 400],
    ["application/json", `{"service":"orders","minutes":60,"why":"${"x".repeat(2_000_000)}"}`, 413],
  ] as const)("fail where they send a body of %s: %.40s", async (type, payload, status) => {
    await start({});
    const headers = { "content-type": type };
    const { statusCode } = await server.app.inject({ method: "POST", url: "/api/silences", headers, payload });
    expect(statusCode).toBe(status);
    expect(stores[1]?.asked).toEqual([]);
  });
});

it("says that it is overloaded where it is, in words, and when to ask again", async () => {
  await start({}, undefined, { maxEventLoopDelay: 20 });
  const asked = async () => {
    for (const until = performance.now() + 1500; performance.now() < until; );
    // It looks once a second how far behind it is, so now.
    await sleep(10);
    const { statusCode, headers } = await server.app.inject({ url: "/api/alerts" });
    return [statusCode, headers["retry-after"]];
  };
  await expect.poll(asked).toEqual([503, "5"]);
});
