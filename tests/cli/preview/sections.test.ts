import { describe, expect, it } from "vitest";
import { planOf } from "../../../cli/preview/plan.ts";
import type { Section } from "../../../cli/preview/section.ts";
import { alerts } from "../../../cli/preview/sections/alerts.ts";
import { budget } from "../../../cli/preview/sections/budget.ts";
import { dashboards } from "../../../cli/preview/sections/dashboards.ts";
import { data } from "../../../cli/preview/sections/data.ts";
import { flows } from "../../../cli/preview/sections/flows.ts";
import { requests } from "../../../cli/preview/sections/requests.ts";
import { restarts } from "../../../cli/preview/sections/restarts.ts";
import { routes } from "../../../cli/preview/sections/routes.ts";
import { slos } from "../../../cli/preview/sections/slos.ts";
import { END, type GivenStep, landing, outputsEvent, stepEvent, told } from "./events.ts";

const VOLUME = "docker:index/volume:Volume";
const DATA = [{ label: "vigie.data", value: "true" }];

/** What a section finds, a line each: `!` for a look, `!!` for a stop. */
function found(section: Section, steps: readonly GivenStep[], outputs: Readonly<Record<string, unknown>> = {}) {
  const plan = planOf(told(...steps.map(stepEvent), outputsEvent(outputs, outputs), END));
  const signs = { note: "", look: "!", stop: "!!" };
  return section
    .find(plan)
    .map(({ change, subject, text, weight = "note" }) => `${signs[weight]}${change}: ${subject}: ${text}`);
}

/** A container of a component. */
const container = (
  op: string,
  name: string,
  component: string,
  more: Readonly<Record<string, unknown>> = {},
): GivenStep => {
  const inputs = { name: `shop-dev-${name}`, labels: [{ label: "vigie.component", value: component }], ...more };
  return { op, name, ...(op === "create" ? {} : { old: inputs }), ...(op === "delete" ? {} : { new: inputs }) };
};

const RULE = `groups:
  - name: shop.http
    rules:
      - alert: Slow
        expr: rate(a[1m]) > 5
        for: 1m
        labels: { severity: warning, owner: platform }
        annotations: { summary: it is slow }
`;
const rules = (from: string, to: string, text = RULE) =>
  found(alerts, [
    landing("prometheus", { "rules/shop.http.yml": text }, { "rules/shop.http.yml": text.replace(from, to) }),
  ]);

describe("alerts", () => {
  it.each([
    ["> 5", "> 6", "!loosened: Slow of shop: fires above 6, no longer 5"],
    ["> 5", "> 4", "tightened: Slow of shop: fires above 4, no longer 5"],
    ["for: 1m", "for: 2m", "!loosened: Slow of shop: must hold 2m, no longer 1m"],
    ["for: 1m", "for: 30s", "tightened: Slow of shop: must hold 30s, no longer 1m"],
    ["severity: warning", "severity: critical", "tightened: Slow of shop: is critical, no longer warning"],
    ["severity: warning", "severity: info", "!loosened: Slow of shop: is info, no longer warning"],
    ["[1m]", "[5m]", "!changed: Slow of shop: looks back 5m, no longer 1m"],
    ["rate(a", "rate(b", "!changed: Slow of shop: asks something else"],
    ["owner: platform", "owner: shop", "!changed: Slow of shop: its owner is shop, no longer platform"],
    ["it is slow", "it crawls", "reworded: Slow of shop: says it in other words (summary)"],
    ["alert: Slow", "alert: Late", "!removed: Slow of shop: warning, after 1m|added: Late of shop: warning, after 1m"],
  ])("%s, then %s", (from, to, expected) => {
    expect(rules(from, to).join("|")).toBe(expected);
  });

  it("both ways at once is neither loosened nor tightened", () => {
    expect(rules("> 5\n        for: 1m", "> 6\n        for: 30s")).toEqual([
      "!changed: Slow of shop: must hold 30s, no longer 1m; fires above 6, no longer 5",
    ]);
  });

  it("of two with one name, the one whose severity stays is the same one", () => {
    const rule = RULE.slice(RULE.indexOf("      - alert"));
    const both = RULE + rule.replace("warning", "critical").replace("> 5", "> 9");
    expect(rules("severity: warning", "severity: info", both)).toEqual([
      "!loosened: Slow of shop: is info, no longer warning",
    ]);
  });

  it("a longer hold with another query is neither, since nobody can say what the query does", () => {
    expect(rules("rate(a[1m]) > 5\n        for: 1m", "rate(b[1m]) > 5\n        for: 2m")).toEqual([
      "!changed: Slow of shop: must hold 2m, no longer 1m; asks something else",
    ]);
  });

  it("nothing where only what is around the rules differs", () => {
    expect(rules("rules:", "rules: # all of them")).toEqual([]);
  });
});

describe("data at risk", () => {
  const volume = (op: string, more: Partial<GivenStep> = {}): GivenStep => ({
    op,
    name: "postgres-data",
    type: VOLUME,
    old: { name: "shop-dev-postgres-data", labels: DATA },
    ...(op === "delete" ? {} : { new: { name: "shop-dev-postgres-data", labels: DATA } }),
    ...more,
  });

  it("says which volumes go, and which are emptied", () => {
    expect(found(data, [volume("delete")])).toEqual(["!!deleted: volume postgres-data: with all that is in it"]);
    expect(found(data, [volume("replace")])).toEqual(["!!emptied: volume postgres-data: an empty one takes its place"]);
  });

  it("says that a protected one is not deleted", () => {
    expect(found(data, [volume("delete", { protect: true })])[0]).toContain(
      "it is protected, so `up` ends with an error",
    );
  });

  it("is silent about volumes that stay, and about those without data", () => {
    expect(
      found(data, [volume("same"), volume("update"), volume("delete", { old: { name: "x", labels: [] } })]),
    ).toEqual([]);
  });

  it("stops at another major release on data that is there, and not at a minor one", () => {
    const mounts = { volumes: [{ volumeName: "shop-dev-postgres-data" }] };
    const step = (to: string): GivenStep => {
      const { old = {}, new: now = {}, ...rest } = container("replace", "postgres", "postgres", mounts);
      return { ...rest, old: { ...old, image: "postgres:17.2" }, new: { ...now, image: to } };
    };
    expect(found(data, [volume("same"), step("postgres:18.0")])).toEqual([
      "!!other release: postgres: release 18 on the data of release 17: back up first (`npm run backup`)",
    ]);
    expect(found(data, [volume("same"), step("postgres:17.9")])).toEqual([]);
    expect(found(data, [step("postgres:18.0")])).toEqual([]);
  });
});

describe("requests", () => {
  const outputs = {
    proof: {
      routes: [
        { edge: "edge", service: "catalog", url: "http://localhost/api/films?per_page=1" },
        { edge: "edge", service: "blog", url: "http://localhost/", hostname: "blog.localhost" },
      ],
      calls: [
        { from: "edge", to: "catalog" },
        { from: "edge", to: "blog" },
        { from: "catalog", to: "cache" },
        { from: "cache", to: "postgres" },
      ],
    },
  };
  const lost = (...steps: readonly GivenStep[]) => found(requests, steps, outputs);

  it("are lost while the only replica is replaced, also one that is only asked by others", () => {
    const text = "the only replica is replaced; until the new one is healthy these fail: http://localhost/api/films";
    expect(lost(container("replace", "catalog", "catalog"))).toEqual([`!lost for a while: catalog: ${text}`]);
    expect(lost(container("replace", "postgres", "postgres"))).toEqual([`!lost for a while: postgres: ${text}`]);
  });

  it("are all lost while the edge is replaced", () => {
    expect(lost(container("replace", "edge", "edge"))[0]).toContain(
      "http://localhost/api/films, http://blog.localhost/",
    );
  });

  it("are not lost where another replica answers", () => {
    const two = ["blog-1", "blog-2"].map((name) => container("replace", name, "blog"));
    expect(lost(...two)).toEqual([
      "none lost: blog: 2 of 2 replicas end, one after the other; the others answer: http://blog.localhost/",
    ]);
    expect(lost(container("same", "blog-1", "blog"), container("delete", "blog-2", "blog"))[0]).toContain(
      "1 of 2 replicas",
    );
  });

  it("are lost for good where all of a component go", () => {
    expect(lost(container("delete", "blog-1", "blog"), container("delete", "blog-2", "blog"))).toEqual([
      "!!lost: blog: it is taken away, and these fail from then on: http://blog.localhost/",
    ]);
  });

  it("are none of an exporter, of what nobody asks, or of what is new or stays", () => {
    expect(lost(container("replace", "catalog-exporter", "catalog"))).toEqual([]);
    expect(lost(container("replace", "prometheus", "prometheus"), container("create", "catalog", "catalog"))).toEqual(
      [],
    );
    expect(lost(container("same", "catalog", "catalog"), container("update", "catalog", "catalog"))).toEqual([]);
  });
});

describe("restarts", () => {
  const SECRET = "hunter2";
  const differing = (old: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): GivenStep => {
    const step = container("replace", "a", "a");
    return { ...step, old: { ...step.old, ...old }, new: { ...step.new, ...now }, diffs: Object.keys(now) };
  };

  it("names what differs, and shows no value of the environment or the arguments", () => {
    const step = differing(
      { envs: ["KEY=1", "SAME=1"], command: ["--key=1"] },
      { envs: [`KEY=${SECRET}`, "SAME=1"], command: [`--key=${SECRET}`] },
    );
    expect(found(restarts, [step])).toEqual(["!restarts: a: its arguments; its environment: KEY"]);
  });

  it("says that a secret or the files differ, of which it has only a mark in a label", () => {
    const labels = (secret: string, files: string) => ({
      labels: [
        { label: "vigie.component", value: "a" },
        { label: "vigie.secret-files", value: secret },
        { label: "vigie.read-at-start", value: files },
      ],
    });
    expect(found(restarts, [differing(labels("1", "1"), labels("2", "2"))])).toEqual([
      "!restarts: a: a secret of it; the files that it reads when it starts",
    ]);
  });

  it("leaves out those that only write secrets", () => {
    expect(found(restarts, [container("replace", "a-secrets", "a", { start: false })])).toEqual([]);
  });
});

describe("routes and ports", () => {
  const route = (rule: string, more = "") =>
    `http:\n  routers:\n    shop:\n      rule: ${rule}\n      entryPoints: [web]\n      service: shop\n${more}    shop-foreign:\n      rule: x\n`;

  it("says what is opened, closed and moved, each once", () => {
    const edge = (old: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>) =>
      found(routes, [landing("edge", old, now)]);
    expect(edge({}, { "shop.yml": route("PathPrefix(`/`)") })).toEqual([
      "!opened: route shop: PathPrefix(`/`) at web to shop",
    ]);
    expect(edge({ "shop.yml": route("PathPrefix(`/`)") }, {})).toEqual([
      "!closed: route shop: PathPrefix(`/`) at web to shop",
    ]);
    expect(edge({ "shop.yml": route("a") }, { "shop.yml": route("b", "      middlewares: [auth@file]\n") })).toEqual([
      "!moved: route shop: b at web to shop through auth, no longer a at web to shop",
    ]);
  });

  it("has the limits of the edge, and not what else stands between", () => {
    const limits = (average: number) =>
      `http:\n  middlewares:\n    rate: { rateLimit: { average: ${average}, period: 1s } }\n    users: { basicAuth: { usersFile: /x${average} } }\n`;
    expect(found(routes, [landing("edge", { "_base.yml": limits(200) }, { "_base.yml": limits(50) })])).toEqual([
      "!moved: limit rate: average 50, period 1s, no longer average 200, period 1s",
    ]);
  });

  it("has the ports of the host, and their address", () => {
    const port = (ip: string) => ({ ports: [{ external: 80, internal: 8000, ip }] });
    const step = container("replace", "edge", "edge", port("127.0.0.1"));
    expect(found(routes, [{ ...step, new: { ...step.new, ...port("0.0.0.0") } }])).toEqual([
      "!moved: port of edge:8000: 0.0.0.0:80, no longer 127.0.0.1:80",
    ]);
  });
});

describe("series, disk and memory", () => {
  const jobs = (limit: number, targets: string) =>
    `scrape_configs:\n  - job_name: shop\n    sample_limit: ${limit}\n    static_configs: [{ targets: [${targets}] }]\n`;

  it("counts what was declared, of all targets", () => {
    const steps = [
      landing("prometheus", { "prometheus.yml": jobs(125, "a") }, { "prometheus.yml": jobs(250, "a, b") }),
    ];
    expect(found(budget, steps)).toEqual([
      "scraped otherwise: job shop: 2 targets, 400 series at most, no longer 1 target, 100 series at most",
      "more: series: 400 at most, no longer 100 at most",
    ]);
  });

  it("says how long and on how much disk samples are kept", () => {
    const flags = (time: string, size: string) => ({
      command: [`--storage.tsdb.retention.time=${time}`, `--storage.tsdb.retention.size=${size}`],
    });
    const step = container("replace", "prometheus", "prometheus", flags("2d", "100MB"));
    const moved = (time: string, size: string): GivenStep => ({ ...step, new: { ...step.new, ...flags(time, size) } });
    expect(found(budget, [moved("4d", "200MB")])).toEqual([
      "kept longer: samples: for 4 days, no longer 2 days",
      "more: disk for samples: 200 MiB, no longer 100 MiB",
    ]);
    expect(found(data, [moved("1d", "100MB")])).toEqual([
      "!kept shorter: samples: for 24 hours, no longer 2 days: older ones are deleted",
    ]);
  });
});

describe("objectives", () => {
  const record = (name: string, expr: string) =>
    `      - record: ${name}\n        expr: ${expr}\n        labels: { job: shop, slo: latency }\n`;
  const group = (target: number, bound: string, period: string) =>
    `groups:\n  - name: shop.slo\n    rules:\n${[
      record("job_slo:errors:rate5m", `a{le=~"${bound}([.]0)?"}`),
      record("job_slo:objective:ratio", `vector(${target})`),
      record("job_slo:errors:ratio_period", `sum_over_time(b[${period}])`),
    ].join("")}`;
  const promised = (old: string, now: string) =>
    found(slos, [landing("prometheus", { "rules/shop.slo.yml": old }, { "rules/shop.slo.yml": now })]);
  const before = group(0.95, "1", "30d");

  it.each([
    [group(0.99, "1", "30d"), "tightened: latency of shop: 99% within 1 s over 30d, no longer 95% within 1 s over 30d"],
    [group(0.9, "1", "30d"), "!loosened: latency of shop: 90% within 1 s over 30d, no longer 95% within 1 s over 30d"],
    [group(0.95, "2", "30d"), "!loosened: latency of shop: 95% within 2 s over 30d, no longer 95% within 1 s over 30d"],
    [group(0.99, "2", "30d"), "!changed: latency of shop: 99% within 2 s over 30d, no longer 95% within 1 s over 30d"],
    [
      group(0.95, "0.5", "30d"),
      "tightened: latency of shop: 95% within 0.5 s over 30d, no longer 95% within 1 s over 30d",
    ],
    [group(0.95, "1", "7d"), "!changed: latency of shop: 95% within 1 s over 7d, no longer 95% within 1 s over 30d"],
    ["groups: []\n", "!promised no more: latency of shop: 95% within 1 s over 30d"],
  ])("says what is owed to users", (now, expected) => {
    expect(promised(before, now)).toEqual([expected]);
  });

  it("says what is promised for the first time, and nothing of what stays", () => {
    expect(promised("groups: []\n", before)).toEqual(["promised: latency of shop: 95% within 1 s over 30d"]);
    expect(promised(before, `# Later.\n${before}`)).toEqual([]);
  });
});

describe("dashboards", () => {
  const page = (...panels: readonly (readonly [string, string])[]) =>
    `${JSON.stringify({
      title: "Shop",
      panels: [
        { type: "row", title: "Row" },
        ...panels.map(([title, expr], id) => ({ id, title, gridPos: { y: id }, targets: [{ expr }] })),
      ],
    })}\n`;
  const drawn = (old: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>) =>
    found(dashboards, [landing("dashboards", old, now)]);

  it("says which panels come, go and differ, and not which only move", () => {
    const old = page(["Errors", "a"], ["Rate", "b"], ["Slow", "c"]);
    const now = page(["Rate", "b"], ["Slow", "d"], ["Waiting", "e"]);
    expect(drawn({ "Vigie/shop.json": old }, { "Vigie/shop.json": now })).toEqual([
      'changed: Shop: has "Waiting"; has no more "Errors"; shows otherwise "Slow"',
    ]);
  });

  it("says which pages come and go", () => {
    expect(drawn({}, { "Vigie/shop.json": page(["Errors", "a"]) })).toEqual(["added: Shop: 1 panel"]);
    expect(drawn({ "Vigie/shop.json": page(["Errors", "a"]) }, {})).toEqual(["!removed: Shop: 1 panel"]);
    expect(drawn({ "Vigie/shop.json": page() }, { "Vigie/shop.json": page() })).toEqual([]);
  });
});

describe("flows", () => {
  it("says which are opened and closed, by both ends and the port", () => {
    const flow = (to: string, port: number) => ({ from: "catalog-1", to, port, why: `uses ${to}` });
    const before = { flows: [flow("redis", 6379), flow("postgres", 5432)] };
    const after = { flows: [flow("postgres", 5432), flow("postgres", 6432)] };
    const plan = planOf(told(outputsEvent(before, after), END));
    expect(flows.find(plan).map(({ change, subject, text }) => `${change}: ${subject}: ${text}`)).toEqual([
      "opened: catalog-1 → postgres:6432: uses postgres",
      "closed: catalog-1 → redis:6379: uses redis",
    ]);
  });
});
