import { describe, expect, it } from "vitest";
import { type DrillPlanArgs, longestRange, planDrills } from "../../config/drill-plan.ts";
import type { Drill } from "../../signals/drill.ts";
import type { Receiver } from "../../signals/receivers/index.ts";
import type { AlertingRule, RuleGroup } from "../../signals/rule-group.ts";

const rule = (more: Partial<AlertingRule> = {}): AlertingRule => ({
  alert: "OrdersLost",
  expr: "orders_lost > 0",
  for: "10s",
  severity: "critical",
  kind: "outage",
  owner: "sales",
  dashboard: { uid: "stack-home" },
  summary: "Lost",
  description: "Lost.",
  drill: { fault: { kind: "stop", containers: { component: "orders" } } },
  ...more,
});
const group = (rules: RuleGroup["rules"], interval?: "30s"): RuleGroup => ({
  name: "orders",
  rules,
  ...(interval === undefined ? {} : { interval }),
});
const receiver = (name: string): Receiver => ({ kind: "webhook", name, url: "http://inbox:8026/" });
const args = (rules: readonly AlertingRule[], more: Partial<DrillPlanArgs> = {}): DrillPlanArgs => ({
  ruleGroups: [group(rules)],
  scrapeJobs: [
    { job: "catalog", targets: ["c-1:1", "c-2:1"], emits: ["http-service"] },
    { job: "orders", targets: ["o-1:1"], emits: ["http-service"] },
    { job: "news", targets: ["n-1:1"], emits: ["http-service"] },
    { job: "node", targets: ["node:1"] },
  ],
  probes: ["catalog", "orders", "news"].map((name) => ({
    name,
    url: `http://edge:8000/${name}`,
    visited: { url: `http://localhost/${name}`, edge: "edge" },
  })),
  uses: [
    { service: "catalog", on: "postgres" },
    { service: "orders", on: "postgres" },
  ],
  policies: [
    { name: "orders", services: ["orders"], notify: { critical: [receiver("pager")], warning: "nobody" } },
    { name: "all", notify: { critical: [receiver("mail")], warning: [receiver("mail")] } },
  ],
  systems: {},
  pace: "fast",
  scrapeSeconds: 5,
  ...more,
});
const only = (more: Partial<AlertingRule>, stack: Partial<DrillPlanArgs> = {}) =>
  planDrills(args([rule(more)], stack)).alerts[0];

it("a plan is what is written beside it, whole", () => {
  const rules = [
    rule(),
    rule({ alert: "OrdersSlow", severity: "warning", kind: "symptom", for: "5m" }),
    rule({ alert: "NeverTried", kind: "cause", drill: { undrillable: "Nobody can make it." } }),
  ];
  for (const pace of ["steady", "fast"] as const) expect(planDrills(args(rules, { pace }))).toMatchSnapshot();
  // With visitors, by a site's own name and where no cache answers them.
  const fault: Drill = { fault: { kind: "stop", containers: { component: "orders" } } };
  const visited = rule({
    drill: { ...fault, visited: true, service: "orders", alone: true, deafens: ["mails"] } as Drill,
  });
  const plan = planDrills(
    args([visited], {
      probes: [
        {
          ...{ name: "orders", url: "http://edge:8000/orders", hostname: "shop.example" },
          visited: { url: "http://localhost/orders", edge: "edge", drilled: "http://localhost/orders/new" },
        },
      ],
    }),
  );
  expect(plan.alerts[0]).toMatchSnapshot();
});

describe("the bounds of a drill", () => {
  const drill = (more: object): Drill => ({
    fault: { kind: "stop", containers: { component: "orders" } },
    recovers: "0s",
    ...more,
  });

  it.each<[string, Partial<AlertingRule>, object]>([
    ["a scrape, an evaluation and `for`", { drill: drill({}) }, { detect: 20, notify: 5.5, resolve: 18 }],
    ["what the query looks back", { expr: "rate(x[30s]) > 0", drill: drill({}) }, { detect: 50, resolve: 48 }],
    [
      "less of it, where a counter must only move",
      { expr: "rate(x[30s]) > 0", drill: drill({ within: "0s" }) },
      {
        detect: 20,
        resolve: 48,
      },
    ],
    ["what the fault takes to be seen", { drill: drill({ takes: "45s" }) }, { detect: 65 }],
    [
      "a second scrape and evaluation, where an evaluation has to be seen",
      { drill: drill({ steps: 2 }) },
      { detect: 30 },
    ],
    ["what the repair takes", { drill: drill({ recovers: "30s" }) }, { resolve: 48 }],
    ["how long it goes on firing", { keepFiringFor: "10s", drill: drill({}) }, { resolve: 28 }],
    ["the wait for a cause, of a symptom", { kind: "symptom", drill: drill({}) }, { notify: 23 }],
  ])("have %s", (_, more, bounds) => {
    expect(only(more)?.bounds).toMatchObject(bounds);
  });

  it("have the interval of the group, and the policy's own grouping", () => {
    const slow = { ruleGroups: [group([rule({ drill: drill({}) })], "30s")] };
    expect(only({}, slow)?.bounds).toEqual({ detect: 45, notify: 5.5, resolve: 43 });
    const [own, ...others] = args([]).policies;
    const grouping = { wait: "10s", interval: "1m" } as const;
    const policies = own === undefined ? [] : [{ ...own, grouping }, ...others];
    expect(only({ drill: drill({}) }, { policies })?.bounds).toEqual({ detect: 20, notify: 13, resolve: 73 });
  });

  it("have the evaluation of the pace, where it has one of its own and the group has none", () => {
    const instant = { pace: "instant", scrapeSeconds: 2 } as const;
    const outage = { for: "4s", drill: drill({}) } as const;
    expect(only(outage, instant)?.bounds).toEqual({ detect: 7, notify: 3, resolve: 11 });
    expect(only({ ...outage, kind: "symptom" }, instant)).toMatchObject({ symptomSeconds: 10, bounds: { notify: 13 } });
    const slow = { ...instant, ruleGroups: [group([rule(outage)], "30s")] };
    expect(only({}, slow)?.bounds).toMatchObject({ detect: 36 });
  });
});

describe("planDrills", () => {
  it("names who is told, and whose symptoms are kept back", () => {
    expect(only({})).toMatchObject({ labels: { service: "orders" }, receivers: ["pager"], mutes: [] });
    expect(only({ severity: "warning" })?.receivers).toEqual([]);
    const store = { fault: { kind: "stop", containers: { component: "postgres" } } } as const;
    expect(only({ drill: store })).toMatchObject({ receivers: ["mail"], mutes: ["catalog", "orders"] });
    expect(only({ drill: store, kind: "cause" })?.mutes).toEqual([]);
  });

  it("chooses a service that nobody and nothing depends on, and what visitors ask of it", () => {
    const any = { fault: { kind: "stop", containers: { component: { any: "service" } } }, visited: true } as const;
    expect(only({ drill: any })).toMatchObject({
      fault: { containers: { component: "news" } },
      labels: { service: "news" },
      visited: "http://localhost/news",
    });
    const one = { fault: { kind: "stop", containers: { component: { any: "replicated" }, one: true } } } as const;
    expect(only({ drill: one })?.fault).toEqual({ kind: "stop", containers: { component: "catalog", one: true } });
    expect(only({ drill: one }, { scrapeJobs: [] })).toMatchObject({
      undrillable: "No service of this stack has several replicas, and no rollout.",
    });
    const rolling = args([]).scrapeJobs.map((job) => ({ ...job, candidates: job.targets.slice(-1) }));
    expect(only({ drill: one }, { scrapeJobs: rolling })).toHaveProperty("undrillable");
  });

  it("knows the host name that visitors ask for, where the address has another one", () => {
    const visited = { url: "http://localhost/", edge: "edge" };
    const probes = [{ name: "blog", url: "http://edge:8000/", hostname: "blog.localhost", visited }];
    const drill = { fault: { kind: "stand-in", job: "blog", answers: { status: 500 } }, visited: true } as const;
    expect(only({ drill }, { probes })).toMatchObject({ visited: "http://localhost/", hostname: "blog.localhost" });
    expect(only({ drill: { fault: drill.fault } }, { probes })).not.toHaveProperty("hostname");
  });

  it("has visitors of another service, where the fault is done to what that one uses", () => {
    const fault = { kind: "stop", containers: { component: "redis" } } as const;
    expect(only({ drill: { fault, visited: "catalog" } })?.visited).toBe("http://localhost/catalog");
    const visited = { url: "http://localhost/api", edge: "edge", drilled: "http://localhost/api?query={n}" };
    const probes = [{ name: "catalog", url: "http://edge:8000/api", visited }];
    expect(only({ drill: { fault, visited: "catalog" } }, { probes })?.visited).toBe("http://localhost/api?query={n}");
    expect(only({ drill: { fault, visited: "nobody" } })?.visited).toBeUndefined();
    expect(only({ drill: { fault } })?.visited).toBeUndefined();
  });

  it("says why an alert can't be drilled", () => {
    expect(only({ drill: { undrillable: "It takes four days." } })).toMatchObject({
      undrillable: "It takes four days.",
    });
  });

  it("knows its labels, but for those that Prometheus fills in", () => {
    expect(only({ labels: { slo: "latency", service: "{{ $labels.job }}" } })?.labels).toEqual({
      slo: "latency",
      service: "orders",
    });
  });
});

describe("longestRange", () => {
  const groups = [
    group([
      { record: "job:errors:rate5m", expr: "rate(errors[5m])" },
      { record: "job:slow", expr: "job:errors:rate5m" },
    ]),
  ];

  it.each([
    ["up == 0", 0],
    ["rate(a[30s]) > max_over_time(b[2m:10s])", 120],
    ["job:errors:rate5m > 1", 300],
    ["job:slow > 1", 300],
  ])("of %s is %d s", (expr, expected) => {
    expect(longestRange(expr, groups)).toBe(expected);
  });
});
