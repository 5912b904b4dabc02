/** A deployment that is one HTTP server: it answers what the real programs of a running stack answered. */

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { createAsk } from "../../../cli/verify/ask.ts";
import { type Check, type CheckKind, type Finding, look, type Verification } from "../../../cli/verify/check.ts";
import type { Proof } from "../../../signals/proof.ts";

/** What is answered to a request: a text with 200, a status with a text, or nothing: the connection is cut. */
export type Reply = string | readonly [number, string] | undefined;

/** Answers a request: its path with the query, and its body. */
export type Replies = (path: string, body: string) => Reply;

/** What the running stack answered. */
export const recorded = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, "recorded", name), "utf8");

/** The id of the trace in the recorded answers. */
const RECORDED_TRACE = "1a899094c60110fe33d17b00abfea8e8";

/** A fake deployment. */
export interface FakeDeployment {
  readonly verification: Verification;
  /** Every alert that was posted. */
  readonly posted: { readonly labels: Readonly<Record<string, string>>; readonly annotations: object }[];
  /** Every path that was asked. */
  readonly asked: string[];
  /** What the checks of a kind find when they look once, by their names. */
  find(kind: CheckKind): Promise<Record<string, Finding | undefined>>;
  close(): Promise<void>;
}

/** What is other than in the recording. */
export interface Changes {
  /** Answers by the beginning of the path; the first one counts. */
  readonly replies?: Readonly<Record<string, Reply | Replies>>;
  readonly proof?: Partial<Proof>;
  readonly more?: Partial<Verification>;
}

/** Starts one. */
export async function fakeDeployment({ replies = {}, proof = {}, more = {} }: Changes = {}): Promise<FakeDeployment> {
  const posted: FakeDeployment["posted"][number][] = [];
  const asked: string[] = [];
  let tests = 0;
  const usual: Readonly<Record<string, Reply | Replies>> = {
    "/api/orders": "[]",
    "/jaeger/api/traces?": (url) => (asksForOurs(url) ? recorded("jaeger-trace.json") : '{"data":[]}'),
    "/tempo/api/search?": (url) => JSON.stringify({ traces: asksForOurs(url) ? [{ traceID: RECORDED_TRACE }] : [] }),
    "/tempo/api/traces/": () => recorded("tempo-trace.json"),
    "/loki/loki/api/v1/query_range": () => recorded("loki-lines.json"),
    "/victorialogs/select/logsql/query": () => recorded("victorialogs-lines.jsonl"),
    "/prometheus/api/v1/query_exemplars": () => recorded("prometheus-exemplars.json"),
    "/prometheus/api/v1/query?query=up": () => recorded("prometheus-up.json"),
    "/prometheus/api/v1/query?query=probe_success": () => recorded("prometheus-probes.json"),
    "/prometheus/api/v1/query?query=sum%20by%20(client": () => recorded("prometheus-graph.json"),
    "/prometheus/api/v1/query?query=time()": () =>
      JSON.stringify({ status: "success", data: { resultType: "scalar", result: [0, `${Date.now() / 1000}`] } }),
    "/prometheus/api/v1/rules": () => rulesOf(new Date()),
    "/prometheus/api/v1/alertmanagers": () => recorded("prometheus-alertmanagers.json"),
    "/prometheus/api/v1/alerts": () => recorded("prometheus-alerts.json"),
    "/grafana/api/datasources/proxy/uid/loki/loki/api/v1/labels": '{"status":"success","data":["service_name"]}',
    "/grafana/api/datasources/uid/other/health": '{"message":"Successfully queried it.","status":"OK"}',
    "/alertmanager/api/v2/receivers": '[{"name":"none"},{"name":"inbox-mail"},{"name":"inbox-webhook"}]',
    "/alertmanager/metrics": () => deliveries(tests, 0),
    "/alertmanager/api/v2/alerts": (_, body) => {
      posted.push(...(JSON.parse(body) as FakeDeployment["posted"]));
      tests++;
      return "";
    },
    "/notices": () => arrivedNotices(posted.at(-1)?.labels.verify ?? ""),
    "/mail/api/v1/search": (url) => mails(url.includes(posted.at(-1)?.labels.verify ?? "nothing") ? 1 : 0),
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = request.url ?? "";
      asked.push(url);
      const [, reply] =
        Object.entries({ ...replies, ...withoutKeys(usual, replies) }).find(([begin]) => url.startsWith(begin)) ?? [];
      const answer = typeof reply === "function" ? reply(url, body) : reply;
      if (answer === undefined) return request.socket.destroy();
      const [status, text] = typeof answer === "string" ? [200, answer] : answer;
      return response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const whole = { ...proofAt(base), ...proof };
  const verification: Verification = {
    proof: whole,
    ask: createAsk(whole.urls),
    reach: (url) => url,
    grafanaPassword: "secret-of-grafana",
    notify: false,
    now: Date.now,
    ...more,
  };
  return {
    verification,
    posted,
    asked,
    async find(kind) {
      const entries = kind(verification).map(
        async (check: Check) => [check.name, await look(check, AbortSignal.timeout(60_000))] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function proofAt(base: string): Proof {
  return {
    stack: "vigie/dev",
    prefix: "vigie-dev-",
    pace: "fast",
    scrapeSeconds: 5,
    traceSeconds: 1,
    noticeSeconds: 16,
    urls: {
      prometheus: `${base}/prometheus/`,
      grafana: `${base}/grafana/`,
      loki: `${base}/loki/`,
      jaeger: `${base}/jaeger/`,
      alertmanager: `${base}/alertmanager/`,
    },
    logStore: "loki",
    datasources: [
      { name: "Loki", uid: "loki", type: "loki" },
      { name: "Other", uid: "other", type: "other" },
    ],
    jobs: { edge: 1, catalog: 2, orders: 1 },
    ruleGroups: ["orders.http", "targets"],
    probes: ["catalog", "orders", "recommender", "frontend"],
    routes: [{ name: "orders", service: "orders", edge: "edge", url: `${base}/api/orders?per_page=1` }],
    traced: ["edge", "orders"],
    calls: [
      { from: "edge", to: "catalog" },
      { from: "edge", to: "orders" },
      { from: "edge", to: "recommender" },
      { from: "edge", to: "frontend" },
      { from: "orders", to: "postgres" },
      { from: "catalog", to: "postgres" },
    ],
    secured: [],
    receivers: [
      { name: "inbox-mail", alert: { severity: "critical" }, arrivals: { kind: "mails", url: `${base}/mail/` } },
      { name: "inbox-webhook", alert: { severity: "critical" }, arrivals: { kind: "notices", url: `${base}/notices` } },
    ],
  };
}

/** The recorded groups of rules, evaluated at that time. */
export function rulesOf(time: Date, change: (text: string) => string = (text) => text): string {
  return change(
    recorded("prometheus-rules.json").replace(
      /"lastEvaluation": "[^"]+"/g,
      `"lastEvaluation": "${time.toISOString()}"`,
    ),
  );
}

/** Alertmanager's page, with so many more attempts and failures of the webhook than were recorded. */
export function deliveries(tried: number, refused: number): string {
  return recorded("alertmanager-metrics.txt").replace(
    /^(alertmanager_notification_requests(_failed)?_total\{.*\}) (\d+)$/gm,
    (_, series: string, failed: string | undefined, value: string) =>
      `${series} ${Number(value) + (failed === undefined ? tried : refused)}`,
  );
}

function arrivedNotices(id: string): string {
  return recorded("inbox-notices.json").replace(/"verify": "[^"]*"/g, `"verify": "${id}"`);
}

const mails = (count: number): string =>
  JSON.stringify({
    total: 24,
    count,
    messages: Array.from({ length: count }, () => ({ ID: "0gVGhQcx3CNnNLRwYgv82r" })),
  });

/** Whether a store is asked for requests of this run: by what they call themselves. */
const asksForOurs = (url: string): boolean =>
  /user_agent\.original.*vigie-verify\/[0-9a-f]{16}\b/.test(decodeURIComponent(url));

const withoutKeys = <T>(all: Readonly<Record<string, T>>, keys: object): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !(key in keys)));

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}
