/** Small servers that answer as the stores of a stack do; each can be taken away. They are stand-ins. */

import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import http from "node:http";
import type net from "node:net";
import os from "node:os";
import path from "node:path";
import type { PortalDescription } from "../../portal-description.ts";

/** One of them. */
export interface Store {
  /** Where it is asked, with a slash at its end. */
  readonly url: string;
  /** What it was asked: method, path with query, body. */
  readonly asked: string[];
  /** Takes it away: it ends open connections, and refuses new ones. */
  close(): Promise<void>;
}

type Answer = (path: string, query: URLSearchParams, method: string) => unknown;

/** Starts one; an answer of undefined is a 404, a text is sent as it is. */
export async function store(answer: Answer): Promise<Store> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://store");
      asked.push([request.method, decodeURIComponent(request.url ?? ""), body].join(" ").trim());
      const found = answer(pathname, searchParams, request.method ?? "GET");
      if (found === undefined) response.writeHead(404).end("nothing");
      else response.writeHead(200).end(typeof found === "string" ? found : JSON.stringify(found));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close").catch(() => undefined);
    },
  };
}

const NOW = Math.floor(Date.now() / 1000);

/** Prometheus, with a little of everything. */
export const prometheus: Answer = (pathname, query) => {
  const asked = query.get("query") ?? "";
  const metric = (labels: object, value: string) => ({ metric: labels, value: [NOW, value] });
  const line = (labels: object, ...values: string[]) => ({
    metric: labels,
    values: values.map((value, index) => [NOW - 60 + index * 30, value]),
  });
  const instant: Readonly<Record<string, unknown[]>> = {
    "sum by (job) (up)": [metric({ job: "orders" }, "2"), metric({ job: "postgres" }, "0")],
    BUDGET: [metric({ job: "orders" }, "0.75"), metric({ job: "postgres" }, "NaN")],
    CALLS: [metric({ client: "edge", server: "orders" }, "1.5")],
  };
  const range: Readonly<Record<string, unknown[]>> = {
    RATE: [line({ job: "orders" }, "1", "2", "3")],
    ERRORS: [line({ job: "orders" }, "0", "NaN", "0.5")],
    P95: [line({ job: "orders" }, "0.1", "0.2")],
    BY_ROUTE: [line({ route: "/a" }, "1"), line({ route: "/b" }, "2")],
  };
  // A question that leaves candidates out is answered without the one that there is.
  const containers = [
    ...(asked.includes("container_name!~")
      ? []
      : [metric({ service: "orders", version: "next", candidate: "true" }, `${NOW - 5}`)]),
    metric({ service: "orders", version: "new" }, `${NOW - 10}`),
    metric({ service: "orders", version: "old" }, `${NOW - 5000}`),
  ];
  const result =
    pathname === "/api/v1/query_range"
      ? (range[asked] ?? [])
      : (instant[asked] ?? (asked.includes("container_created_time_seconds") ? containers : []));
  return { status: "success", data: { result } };
};

const alert = (alertname: string, severity: string, more: object = {}) => ({
  labels: { alertname, severity, service: "orders" },
  annotations: { summary: `${alertname} is so`, description: "why", runbook_url: `docs/runbooks/${alertname}.md` },
  startsAt: "2026-11-30T01:00:00Z",
  status: { silencedBy: [], inhibitedBy: [], ...more },
});

/** Alertmanager, with three alerts and a silence. */
export const alertmanager: Answer = (pathname, _query, method) => {
  if (pathname === "/api/v2/alerts") {
    return [
      alert("Slow", "warning", { inhibitedBy: ["x"] }),
      alert("Down", "critical"),
      alert("Watchdog", "none"),
      alert("Full", "critical", { silencedBy: ["y"] }),
    ];
  }
  if (pathname === "/api/v2/silences" && method === "POST")
    return { silenceID: "5f0f7ac3-2a10-4f0f-9f0f-0123456789ab" };
  if (pathname === "/api/v2/silences") {
    const silence = (state: string) => ({
      id: "5f0f7ac3-2a10-4f0f-9f0f-0123456789ab",
      status: { state },
      matchers: [
        { name: "service", value: "orders", isRegex: false, isEqual: true },
        { name: "alertname", value: "A|B", isRegex: true, isEqual: false },
      ],
      startsAt: "2026-11-30T01:00:00Z",
      endsAt: "2026-11-30T02:00:00Z",
      createdBy: "ada",
      comment: "the disk",
    });
    return [silence("active"), silence("expired")];
  }
  return method === "DELETE" ? "" : undefined;
};

/** The trace that the stores know. */
export const TRACE = "1a89".repeat(8);

/** The id of a request that the log store knows by that, and by no trace. */
export const REQUEST = "7278".repeat(8);

/** VictoriaLogs, with two lines. */
export const victorialogs: Answer = (_pathname, query) =>
  (query.get("query") ?? "").includes(`trace_id:="${REQUEST}"`)
    ? ""
    : [
        { _time: "2026-11-30T01:00:01.5Z", _msg: "second", service_name: "orders", level: "error", trace_id: TRACE },
        { _time: "2026-11-30T01:00:01Z", _msg: "first", service_name: "edge" },
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join("");

/** Jaeger, with one trace of two spans. */
export const jaeger: Answer = (pathname) =>
  pathname !== `/api/traces/${TRACE}`
    ? undefined
    : {
        data: [
          {
            processes: { p1: { serviceName: "edge" }, p2: { serviceName: "orders" } },
            spans: [
              {
                spanID: "b",
                operationName: "GET",
                references: [{ refType: "CHILD_OF", spanID: "a" }],
                startTime: 2_000_000,
                duration: 1500,
                processID: "p2",
                tags: [{ key: "error", value: true }],
              },
              { spanID: "a", operationName: "proxy", startTime: 1_999_000, duration: 4000, processID: "p1" },
            ],
          },
        ],
      };

/** A description of a stack with these stores. */
export function described(asks: PortalDescription["asks"], change: Partial<PortalDescription> = {}): PortalDescription {
  return {
    stack: "vigie/test",
    silences: true,
    asks,
    figures: { rate: "RATE", errors: "ERRORS", p95: "P95", budget: "BUDGET", calls: "CALLS" },
    services: [
      {
        name: "orders",
        system: "storefront",
        owner: "platform",
        targets: 2,
        uses: ["postgres"],
        panels: [
          {
            title: "Requests by route",
            description: "Requests a second.",
            unit: "reqps",
            queries: [{ expr: "BY_ROUTE", legend: "to {{route}}" }],
            marks: [{ value: 5, means: "critical" }],
          },
        ],
        links: [],
      },
      { name: "postgres", owner: "data", targets: 1, uses: [], panels: [], links: [] },
    ],
    calls: [{ from: "edge", to: "orders" }],
    alerts: [{ alert: "Down", severity: "critical", runbook: "docs/runbooks/Down.md" }],
    maintenance: [],
    pages: { prometheus: "http://localhost:9090/" },
    ...change,
  };
}

/** A file with a description, as it is landed. */
export function landed(description: PortalDescription): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-portal-")), "portal.json");
  writeFileSync(file, JSON.stringify(description));
  return file;
}
