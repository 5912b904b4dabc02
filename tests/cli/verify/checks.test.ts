import { describe, expect, it } from "vitest";
import { alerts } from "../../../cli/verify/alerts.ts";
import { calls } from "../../../cli/verify/calls.ts";
import { clock } from "../../../cli/verify/clock.ts";
import { datasources } from "../../../cli/verify/datasources.ts";
import { exemplars } from "../../../cli/verify/exemplars.ts";
import { lines } from "../../../cli/verify/lines.ts";
import { probes } from "../../../cli/verify/probes.ts";
import { receivers } from "../../../cli/verify/receivers.ts";
import { rules } from "../../../cli/verify/rules.ts";
import { stores } from "../../../cli/verify/stores.ts";
import { targets } from "../../../cli/verify/targets.ts";
import { told } from "../../../cli/verify/told.ts";
import { traces } from "../../../cli/verify/traces.ts";
import { hostFills } from "../../../signals/fills/host.ts";
import { victorialogsFills } from "../../../signals/fills/victorialogs.ts";
import { type Changes, fakeDeployment, recorded, rulesOf } from "./fake-deployment.ts";
import { came, finder, findsWhat, type Row } from "./found.ts";

/** What is asked of the whole deployment: what its programs say of themselves and of each other. */
const { finds } = finder();

const samples = (...values: [Record<string, string>, number][]): string =>
  JSON.stringify({ data: { result: values.map(([metric, value]) => ({ metric, value: [0, `${value}`] })) } });
const EMPTY = samples();
const BY_THE_EDGE = ["catalog", "orders", "recommender", "frontend"].map((to) => ({ from: "edge", to }));

const table: readonly Row[] = [
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

  [told, "told", "is somebody", {}, { status: "ok", found: expect.stringContaining("inbox") }],
  [told, "told", "is nobody", { proof: { receivers: [] } }, came("^nobody, and no reason$")],
  [
    told,
    "told",
    "is nobody, and why is said of something else only",
    { proof: { receivers: [], untold: { warning: "read each morning", heartbeat: "watched elsewhere" } } },
    came("^nobody, and no reason$"),
  ],
  [
    told,
    "told",
    "is nobody on purpose",
    { proof: { receivers: [], untold: { critical: "it is tried out" } } },
    { status: "ok", found: "nobody, on purpose: it is tried out" },
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
    "are as declared where one goes to a candidate's container, which is its service",
    {
      replies: {
        "/prometheus/api/v1/query?query=sum%20by%20(client": samples([
          { client: "edge", server: "vigie-dev-catalog-candidate-1" },
          40,
        ]),
      },
    },
    { status: "warning", found: expect.not.stringContaining("candidate") },
  ],
  [
    calls,
    "calls",
    "are declared and not seen",
    {
      proof: { calls: [...BY_THE_EDGE, { from: "orders", to: "postgres" }, { from: "orders", to: "redis" }] },
    },
    { status: "warning", found: "declared and not seen in the last minutes: orders → redis" },
  ],
  [
    calls,
    "calls",
    "are seen a few times and not declared",
    {
      proof: { calls: BY_THE_EDGE },
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
    calls,
    "calls",
    "were seen often until the last change, and are no more",
    {
      replies: {
        "/prometheus/api/v1/query?query=sum%20by%20(client%2C%20server)%20(increase": EMPTY,
        "/prometheus/api/v1/query?query=sum%20by%20(client": samples([
          { client: "orders", server: "vigie-dev-mysql" },
          40,
        ]),
      },
    },
    { status: "warning", found: expect.stringContaining("seen and not declared: orders → mysql") },
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
    "datasource VictoriaLogs",
    "answers",
    {
      proof: { datasources: [{ name: "VictoriaLogs", uid: "victorialogs", type: "victoriametrics-logs-datasource" }] },
      replies: {
        "/grafana/api/datasources/proxy/uid/victorialogs/select/logsql/query": recorded("victorialogs-lines.jsonl"),
      },
    },
    { status: "ok", found: "answers select/logsql/query through Grafana" },
  ],
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
    came(/^(5[5-9]|6[0-5])\.\d s behind/),
  ],
  [
    clock,
    "clock of the edge",
    "is wrong",
    { more: { now: () => Date.now() - 60_000 } },
    came(/^(5[5-9]|6[0-5])\.\d s ahead/),
  ],

  [
    stores,
    "disk",
    "has room",
    { proof: { fills: hostFills("node") }, replies: { "/prometheus/": samples([{ device: "/dev/sda1" }, 0.56]) } },
    { status: "ok", found: "56% used at most" },
  ],
  [
    stores,
    "disk",
    "is nearly full",
    { proof: { fills: hostFills("node") }, replies: { "/prometheus/": samples([{ device: "/dev/sda1" }, 0.85]) } },
    { status: "warning", found: "/dev/sda1 85%" },
  ],
  [
    stores,
    "disk",
    "is full",
    { proof: { fills: hostFills("node") }, replies: { "/prometheus/": samples([{ device: "/dev/sda1" }, 0.95]) } },
    came("^/dev/sda1 95%$"),
  ],
  [
    stores,
    "disk",
    "is unknown",
    { proof: { fills: hostFills("node") }, replies: { "/prometheus/": EMPTY } },
    came("Prometheus has no such series"),
  ],
  [
    stores,
    "disk of VictoriaLogs",
    "is as full as it may be: it deletes the oldest day itself",
    {
      proof: { fills: victorialogsFills("victorialogs") },
      replies: { "/prometheus/": samples([{ job: "victorialogs" }, 0.97]) },
    },
    { status: "warning", found: "victorialogs 97%" },
  ],
  [
    stores,
    "disk of VictoriaLogs",
    "has room",
    {
      proof: { fills: victorialogsFills("victorialogs") },
      replies: { "/prometheus/": samples([{ job: "victorialogs" }, 0.85]) },
    },
    { status: "ok", found: "85% used at most" },
  ],
];

findsWhat(finds, table);

describe("what a deployment does not have", () => {
  it("is not asked for", async () => {
    const {
      alertmanager: _none,
      jaeger: _no,
      grafana: _nor,
      ...urls
    } = (await fakeDeployment()).verification.proof.urls;
    const without: Changes = { proof: { urls, traced: [], probes: [], receivers: [], jobs: {} } };
    for (const kind of [traces, lines, exemplars, calls, probes, receivers, datasources, stores]) {
      expect(await finds(kind, without)).toEqual({});
    }
  });
});
