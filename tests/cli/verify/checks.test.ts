import { afterEach, describe, expect, it } from "vitest";
import { alerts } from "../../../cli/verify/alerts.ts";
import { calls } from "../../../cli/verify/calls.ts";
import type { CheckKind, Finding } from "../../../cli/verify/check.ts";
import { clock } from "../../../cli/verify/clock.ts";
import { datasources } from "../../../cli/verify/datasources.ts";
import { exemplars } from "../../../cli/verify/exemplars.ts";
import { lines } from "../../../cli/verify/lines.ts";
import { probes } from "../../../cli/verify/probes.ts";
import { receivers } from "../../../cli/verify/receivers.ts";
import { routes } from "../../../cli/verify/requests.ts";
import { rules } from "../../../cli/verify/rules.ts";
import { stores } from "../../../cli/verify/stores.ts";
import { targets } from "../../../cli/verify/targets.ts";
import { traces } from "../../../cli/verify/traces.ts";
import { type Changes, deliveries, type FakeDeployment, fakeDeployment, recorded, rulesOf } from "./fake-deployment.ts";

let deployment: FakeDeployment | undefined;

afterEach(async () => {
  await deployment?.close();
  deployment = undefined;
});

const finds = async (kind: CheckKind, changes: Changes = {}): Promise<Record<string, Finding | undefined>> => {
  deployment = await fakeDeployment(changes);
  return await deployment.find(kind);
};

const came = (text: string | RegExp) => ({ status: "failed", came: expect.stringMatching(text) });
const samples = (...values: [Record<string, string>, number][]): string =>
  JSON.stringify({ data: { result: values.map(([metric, value]) => ({ metric, value: [0, `${value}`] })) } });
const EMPTY = samples();

/** Kind, name of the check, and what is found by what is other than it should be. */
const table: readonly (readonly [CheckKind, string, string, Changes, object])[] = [
  [routes, "route orders", "answers", {}, { status: "ok", found: expect.stringMatching(/^200 of /) }],
  [
    routes,
    "route orders",
    "answers badly",
    { replies: { "/api/orders": [503, "no server"] } },
    came(/^503 no server$/),
  ],
  [routes, "route orders", "is cut off", { replies: { "/api/orders": undefined } }, came(/hang up|ECONNRESET/)],

  [traces, "trace orders", "is found", {}, { status: "ok", found: expect.stringMatching(/spans of edge, orders$/) }],
  [
    traces,
    "trace orders",
    "is not there",
    { replies: { "/jaeger/": [404, recorded("jaeger-none.json")] } },
    came("no span of it"),
  ],
  [
    traces,
    "trace orders",
    "lacks a program",
    { replies: { "/jaeger/": recorded("jaeger-trace.json").replaceAll('"orders"', '"others"') } },
    came("none of orders"),
  ],
  [
    traces,
    "trace orders",
    "is not to be asked for",
    { replies: { "/jaeger/": undefined } },
    { ...came(/hang up/), program: "jaeger" },
  ],

  [lines, "lines orders", "are found", {}, { status: "ok", found: "lines of edge, orders" }],
  [
    lines,
    "lines orders",
    "have another label",
    { replies: { "/loki/": JSON.stringify({ data: { result: [] } }) } },
    came("no line with it"),
  ],
  [
    lines,
    "lines orders",
    "lack a program",
    { replies: { "/loki/": recorded("loki-lines.json").replace('"service_name": "orders"', '"service_name": "x"') } },
    { ...came("none of orders"), program: "orders" },
  ],
  [lines, "lines orders", "are not to be asked for", { replies: { "/loki/": [502, "away"] } }, came("^502 away")],

  [exemplars, "exemplar orders", "is found", {}, { status: "ok", found: expect.stringMatching(/bucket of orders$/) }],
  [
    exemplars,
    "exemplar orders",
    "is not kept",
    { replies: { "/prometheus/api/v1/query_exemplars": '{"status":"success","data":[]}' } },
    came("no exemplar at all"),
  ],
  [
    exemplars,
    "exemplar orders",
    "is an old one",
    {
      replies: {
        "/prometheus/api/v1/query_exemplars": '{"data":[{"exemplars":[{"labels":{"trace_id":"0"},"timestamp":1}]}]}',
      },
    },
    came("1 exemplars, all from before"),
  ],

  [
    exemplars,
    "exemplar orders",
    "gave way to those of others",
    {
      replies: {
        "/prometheus/api/v1/query_exemplars": () =>
          `{"data":[{"exemplars":[{"labels":{"trace_id":"0"},"timestamp":${Date.now() / 1000 + 1}}]}]}`,
      },
    },
    { status: "warning", found: "not ours, and 1 newer ones: others ask too often" },
  ],

  [targets, "targets", "are up", {}, { status: "ok", found: "4 of 4 up" }],
  [
    targets,
    "targets",
    "are down",
    { replies: { "/prometheus/api/v1/query?query=up": recorded("prometheus-up.json").replace('"1"', '"0"') } },
    came(/^down: \w+ vigie-dev-/),
  ],
  [
    targets,
    "targets",
    "lack one",
    { proof: { jobs: { edge: 1, catalog: 2, orders: 1, redis: 1 } } },
    { ...came(/^not scraped: redis \(0 of 1\)$/), program: "prometheus" },
  ],
  [
    targets,
    "targets",
    "are none",
    { replies: { "/prometheus/api/v1/query?query=up": EMPTY } },
    came(/^not scraped: edge/),
  ],
  [
    targets,
    "targets",
    "are unknown",
    { replies: { "/prometheus/": undefined } },
    { ...came(/hang up/), program: "prometheus" },
  ],

  [rules, "rules", "are evaluated", {}, { status: "ok", found: expect.stringMatching(/^2 groups, \d rules$/) }],
  [
    rules,
    "rules",
    "have an error",
    {
      replies: {
        "/prometheus/api/v1/rules": () =>
          rulesOf(new Date(), (text) => text.replace('"health": "ok"', '"lastError": "many-to-many", "health": "err"')),
      },
    },
    came(/: many-to-many/),
  ],
  [
    rules,
    "rules",
    "were evaluated long ago",
    { replies: { "/prometheus/api/v1/rules": () => rulesOf(new Date(Date.now() - 600_000)) } },
    came(/^not evaluated lately: /),
  ],
  [rules, "rules", "lack a group", { proof: { ruleGroups: ["slo"] } }, came("^not there: slo$")],

  [probes, "probes", "are green", {}, { status: "ok", found: "4 of 4 green" }],
  [
    probes,
    "probes",
    "are red",
    { replies: { "/prometheus/api/v1/query?query=probe_success": samples([{ probe: "orders" }, 0]) } },
    came("^not green: catalog, orders, recommender, frontend$"),
  ],

  [alerts, "alerts", "fire nothing", {}, { status: "ok", found: "none fires" }],
  [
    alerts,
    "alerts",
    "fire something",
    {
      replies: {
        "/prometheus/api/v1/alerts": recorded("prometheus-alerts.json").replace('"pending"', '"firing"'),
      },
    },
    { status: "warning", found: "fires: HostCpuSaturated of node (warning)" },
  ],
  [
    alerts,
    "alerts",
    "have nobody to go to",
    {
      proof: { jobs: { alertmanager: 2 } },
      replies: { "/prometheus/api/v1/alertmanagers": '{"data":{"activeAlertmanagers":[]}}' },
    },
    came("Prometheus knows 0"),
  ],

  [calls, "calls", "are as declared", {}, { status: "ok", found: "5 of 5 declared calls seen, and no other" }],
  [
    calls,
    "calls",
    "are declared and not seen",
    {
      proof: {
        calls: [
          { from: "edge", to: "catalog" },
          { from: "edge", to: "orders" },
          { from: "edge", to: "recommender" },
          { from: "edge", to: "frontend" },
          { from: "orders", to: "postgres" },
          { from: "orders", to: "redis" },
        ],
      },
    },
    { status: "warning", found: "declared and not seen in the last minutes: orders → redis" },
  ],
  [
    calls,
    "calls",
    "are seen a few times and not declared",
    {
      proof: {
        calls: [
          { from: "edge", to: "catalog" },
          { from: "edge", to: "orders" },
          { from: "edge", to: "recommender" },
          { from: "edge", to: "frontend" },
        ],
      },
    },
    { status: "warning", found: "seen and not declared: orders → postgres" },
  ],
  [
    calls,
    "calls",
    "are seen often and not declared",
    {
      replies: {
        "/prometheus/api/v1/query?query=sum%20by%20(client": samples([
          { client: "orders", server: "vigie-dev-mysql" },
          40,
        ]),
      },
    },
    { ...came("^orders → mysql \\(40 times\\)$"), program: "orders" },
  ],

  [
    datasources,
    "datasource Loki",
    "answers",
    {},
    { status: "ok", found: "answers loki/api/v1/labels through Grafana" },
  ],
  [datasources, "datasource Other", "answers", {}, { status: "ok", found: "Successfully queried it." }],
  [
    datasources,
    "datasource Loki",
    "is away",
    { replies: { "/grafana/": [502, "no such host"] } },
    came("502 no such host"),
  ],
  [
    datasources,
    "datasource Loki",
    "is behind another password",
    { replies: { "/grafana/": [401, "{}"] } },
    came("^401"),
  ],
  [datasources, "datasource Loki", "cannot be asked", { more: { grafanaPassword: undefined } }, { status: "warning" }],

  [clock, "clock of Prometheus", "is right", {}, { status: "ok" }],
  [clock, "clock of the edge", "is right", {}, { status: "ok" }],
  [
    clock,
    "clock of Prometheus",
    "is wrong",
    { more: { now: () => Date.now() + 60_000 } },
    came(/^(59|60)\.\d s behind/),
  ],
  [
    clock,
    "clock of the edge",
    "is wrong",
    { more: { now: () => Date.now() - 60_000 } },
    came(/^(59|60|61)\.\d s ahead/),
  ],

  [
    stores,
    "disk",
    "has room",
    { proof: { jobs: { node: 1 } }, replies: { "/prometheus/": samples([{ device: "/dev/sda1" }, 0.56]) } },
    { status: "ok", found: "56% used at most" },
  ],
  [
    stores,
    "disk",
    "is nearly full",
    { proof: { jobs: { node: 1 } }, replies: { "/prometheus/": samples([{ device: "/dev/sda1" }, 0.85]) } },
    { status: "warning", found: "/dev/sda1 85%" },
  ],
  [
    stores,
    "disk",
    "is full",
    { proof: { jobs: { node: 1 } }, replies: { "/prometheus/": samples([{ device: "/dev/sda1" }, 0.95]) } },
    came("^/dev/sda1 95%$"),
  ],
  [
    stores,
    "disk",
    "is unknown",
    { proof: { jobs: { node: 1 } }, replies: { "/prometheus/": EMPTY } },
    came("Prometheus has no such series"),
  ],

  [receivers, "receiver inbox-webhook", "takes a test", {}, { status: "ok", found: "a test notification arrived" }],
  [receivers, "receiver inbox-mail", "takes a test", {}, { status: "ok", found: "a test notification arrived" }],
  [
    receivers,
    "receiver inbox-webhook",
    "refuses it",
    {
      replies: {
        "/alertmanager/metrics": (() => {
          let asked = 0;
          return () => (asked++ === 0 ? deliveries(0, 0) : deliveries(2, 2));
        })(),
      },
    },
    came("^2 of 2 attempts to send it failed$"),
  ],
  [
    receivers,
    "receiver inbox-webhook",
    "is sent nothing",
    { replies: { "/alertmanager/metrics": deliveries(0, 0) } },
    came("^Alertmanager has not tried to send it$"),
  ],
  [
    receivers,
    "receiver inbox-webhook",
    "loses it",
    { replies: { "/notices": "[]" } },
    came(/^Alertmanager delivered it, and it is not at /),
  ],
  [
    receivers,
    "receiver inbox-webhook",
    "is not configured",
    { replies: { "/alertmanager/api/v2/receivers": '[{"name":"none"}]' } },
    came("^it has none$"),
  ],
];

describe("a check", () => {
  it.each(table)("of %o: %s %s", async (kind, name, _what, changes, expected) => {
    expect((await finds(kind, changes))[name]).toMatchObject(expected);
  });
});

describe("a test notification", () => {
  it("says that it is one, is of a service that nobody has, and ends by itself", async () => {
    await finds(receivers);
    expect(deployment?.posted).toEqual([
      {
        labels: {
          alertname: "VigieVerify",
          service: expect.stringMatching(/^verify-critical-[0-9a-f]{8}$/),
          severity: "critical",
          stack: "vigie/dev",
          verify: expect.any(String),
        },
        annotations: {
          summary: expect.stringMatching(/^TEST of vigie\/dev: nothing is wrong/),
          description: expect.stringMatching(/ Test [0-9a-f-]{36}\.$/),
        },
        startsAt: expect.any(String),
        endsAt: expect.any(String),
      },
    ]);
  });

  it("is not sent where it would reach people, unless they agreed", async () => {
    const people = [{ name: "inbox-mail", alert: { severity: "critical" } }];
    expect(await finds(receivers, { proof: { receivers: people } })).toMatchObject({
      "receiver inbox-mail": { status: "skipped" },
    });
    expect(deployment?.posted).toEqual([]);
    await deployment?.close();
    const found = await finds(receivers, { proof: { receivers: people }, more: { notify: true } });
    expect(found).toMatchObject({ "receiver inbox-mail": { status: "ok", found: "took a test notification" } });
    expect(deployment?.posted).toHaveLength(1);
  });
});

describe("traces in Tempo", () => {
  it.each<[string, Changes["replies"], object]>([
    ["are found", {}, { status: "ok", found: expect.stringMatching(/spans of edge, orders$/) }],
    ["are not there", { "/tempo/": [404, "trace not found"] }, came("no span of it")],
    [
      "lack a program",
      { "/tempo/": recorded("tempo-trace.json").replaceAll('"orders"', '"others"') },
      came("none of orders"),
    ],
  ])("%s", async (_, replies, expected) => {
    const found = await finds(
      (verification) => {
        const { jaeger = "", ...urls } = verification.proof.urls;
        const tempo = jaeger.replace("/jaeger/", "/tempo/");
        return traces({ ...verification, proof: { ...verification.proof, urls: { ...urls, tempo } } });
      },
      { replies: replies ?? {} },
    );
    expect(found["trace orders"]).toMatchObject(expected);
  });
});

describe("what a deployment does not have", () => {
  it("is not asked for", async () => {
    const { alertmanager: _none, jaeger: _no, ...urls } = (await fakeDeployment()).verification.proof.urls;
    const without: Changes = { proof: { urls, traced: [], probes: [], receivers: [], jobs: {} } };
    for (const kind of [traces, lines, exemplars, calls, probes, receivers, stores]) {
      expect(await finds(kind, without)).toEqual({});
      await deployment?.close();
    }
  });
});
