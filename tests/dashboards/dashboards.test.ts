import { describe, expect, it } from "vitest";
import { renderDashboards } from "../../config/grafana-dashboards.ts";
import { DATASOURCES, datasourceRef } from "../../dashboards/datasources.ts";
import { dashboardsOf } from "../../dashboards/index.ts";
import { labelOfSeries } from "../../dashboards/panels.ts";
import { postgresDashboard } from "../../dashboards/postgres.ts";
import { LOG_STORES } from "../../signals/log-stores.ts";
import { PACES } from "../../signals/rule-group.ts";
import { STORES } from "../../signals/stores/index.ts";
import { allPacks } from "../signals/packs.ts";
import { RULES } from "./lint.ts";
import { queryProblem } from "./queries.ts";
import { type Dashboard, parseDashboard, stackDashboards } from "./stack.ts";

const files = stackDashboards();
const dashboards = files.map(parseDashboard);
const rules = Object.entries(RULES);

describe("dashboardsOf", () => {
  it("gives a stack the dashboards of what it has, the first page first", () => {
    expect(files.map(({ uid, folder }) => `${folder}/${uid}`)).toEqual([
      "Vigie/stack-home",
      "Vigie/monitoring",
      "Vigie/service-orders",
      ...STORES.map(({ name }) => `Vigie/${name}`),
      "Vigie/nginx",
      "Vigie/php-fpm",
      "Vigie/traefik",
      "Vigie/host",
      "Vigie/containers",
      "Vigie/logs",
      "Vigie/traces",
      "Vigie/slo",
      "Vigie/map",
    ]);
  });

  it("gives a kind one dashboard, however many of it there are", () => {
    const store = { scrapeJobs: [], dashboards: [postgresDashboard] };
    const uids = dashboardsOf([store, store]).map(({ uid }) => uid);
    expect(uids).toEqual(["stack-home", "monitoring", "postgres"]);
  });

  it("takes a ready dashboard as it is", () => {
    const own = { uid: "till", title: "Till", json: "{}" };
    expect(dashboardsOf([{ scrapeJobs: [], dashboards: [own] }])).toContainEqual(own);
  });

  it("shows nothing of what is not there", () => {
    const [home, monitoring] = dashboardsOf([
      { scrapeJobs: [], ruleGroups: [allPacks(PACES.steady, "prometheus")["prometheus.ts"]].flatMap((x) => x ?? []) },
    ]).map(parseDashboard);
    expect(home?.panels.map(({ title }) => title)).toEqual([
      "Targets down",
      "Alerts firing",
      "Alerts",
      "Targets that answer",
    ]);
    expect(monitoring?.panels.filter(({ type }) => type === "row").map(({ title }) => title)).toEqual(["Prometheus"]);
  });

  it("shows what Alertmanagers were given where there are some, and nowhere else", () => {
    const packs = ["prometheus", "alertmanager"].map((job) => allPacks(PACES.steady, job)[`${job}.ts`]);
    const shown = (given: readonly (typeof packs)[number][]) =>
      dashboardsOf([{ scrapeJobs: [], ruleGroups: given.flatMap((group) => group ?? []) }])
        .map(parseDashboard)
        .flatMap(({ panels }) => panels.filter(({ title }) => title === "Alerts sent"));
    expect(shown(packs)).toHaveLength(1);
    expect(shown(packs.slice(0, 1))).toEqual([]);
  });

  it("gives files that Grafana's provisioning takes, the same each time", () => {
    expect(renderDashboards(files).map(({ path }) => path)).toEqual(files.map(({ uid }) => `Vigie/${uid}.json`));
    expect(stackDashboards()).toEqual(files);
  });

  it.each(files.map((file) => [file.uid, JSON.parse(file.json)]))("makes %s classic JSON", (_, dashboard) => {
    expect(dashboard).toMatchObject({ tags: ["vigie"], refresh: "10s", description: expect.stringMatching(/\.$/) });
    expect(dashboard.schemaVersion).toBeGreaterThan(35);
    expect(dashboard).not.toHaveProperty("spec");
  });
});

describe.each(Object.entries(PACES))("every dashboard at the pace %s", (_, pace) => {
  describe.each(LOG_STORES)("with logs in %s", (logStore) => {
    it.each(rules)("%s", (_, rule) => {
      expect(stackDashboards(pace, logStore).map(parseDashboard).flatMap(rule)).toEqual([]);
    });
  });
});

describe("links", () => {
  const known = new Map(dashboards.map(({ uid, templating }) => [uid, templating.list.map(({ name }) => name)]));
  // Of a series that was clicked, or of a choice: any service of the stack will do.
  const written = (url: string): string =>
    url.replace(`service-${labelOfSeries("job")}`, "service-orders").replace("service-$job", "service-orders");

  it("lead to dashboards that are there, and to choices that they have", () => {
    const urls = dashboards.flatMap(({ links, panels }) => [
      ...links.flatMap(({ url }) => url || []),
      ...panels.flatMap(({ fieldConfig }) => fieldConfig?.defaults.links?.map(({ url }) => url) ?? []),
    ]);
    expect(urls.length).toBeGreaterThan(20);
    for (const url of urls) {
      const [, uid = "", query = ""] = /^\/d\/([\w-]+)\??(.*)$/.exec(written(url)) ?? [];
      expect([...known.keys()], url).toContain(uid);
      const names = [...query.matchAll(/\bvar-(\w+)=|\$\{(\w+):queryparam\}/g)].map(([, a, b]) => a ?? b);
      for (const name of names) expect(known.get(uid), url).toContain(name);
    }
  });

  it("lead from the objectives to the page of each service, which is that of its kind where it has none", () => {
    const links = dashboards.find(({ uid }) => uid === "slo")?.links ?? [];
    expect(links.flatMap(({ title, url }) => (url?.startsWith("/d/") ? [[title, written(url)]] : []))).toEqual([
      ["Logs", "/d/logs?var-service=$job"],
      ["Containers", "/d/containers?var-service=$job"],
      ["orders", "/d/service-orders"],
      ["frontend", "/d/nginx?var-job=frontend"],
    ]);
  });

  it("lead from the first page to a service, and from a service to its logs and what it uses", () => {
    const of = (uid: string) => dashboards.find((dashboard) => dashboard.uid === uid);
    expect(JSON.stringify(of("stack-home"))).toContain(`/d/service-${labelOfSeries("job")}?$__url_time_range`);
    expect(of("service-orders")?.links.flatMap(({ url, keepTime }) => (url ? [[url, keepTime]] : []))).toEqual([
      ["/d/logs?var-service=orders", true],
      ["/d/containers?var-service=orders", true],
      ["/d/slo?var-job=orders", true],
      ["/d/postgres?var-job=postgres", true],
      ["/d/redis?var-job=redis", true],
    ]);
  });
});

describe("the rules find", () => {
  const [good = {} as Dashboard] = dashboards.filter(({ uid }) => uid === "postgres");
  const text = JSON.stringify(good);
  const broken = (from: string, to: string): Dashboard => {
    expect(text).toContain(from);
    return JSON.parse(text.replace(from, to));
  };

  it.each<[string, string, string, string]>([
    ["chooses its datasources", '"name":"prometheus_datasource"', '"name":"source"', "postgres: chooses source"],
    ["asks the datasources that are chosen", `"uid":"${datasourceRef("prometheus").uid}"`, '"uid":"abc"', "asks abc"],
    ["says what each panel shows", '"title":"Locks"', '"title":"Deadlocks"', "two panels are called Deadlocks"],
    ["says what each panel shows", '"description":"Locks held', '"description":"locks held', "Locks: has no sentence"],
    ["has units that Grafana knows", '"unit":"rowsps"', '"unit":"rows"', "Rows: has the unit rows"],
    ["asks something on every panel", '"refId":"B"', '"refId":"A"', "two questions have one name"],
    ["is understood by its datasources", "sum by (mode) (", "sum by (mode (", "at "],
    ["is understood by its datasources", "label_values(pg_up, job)", "label_values(pg_up{, job)", "variable job asks"],
    ["has rates over the interval that fits", "[$__rate_interval]", "[5m]", "a fixed window of rate"],
    [
      "shows counters as rates",
      "sum by (mode) (pg_locks_count",
      "sum by (mode) (pg_stat_database_deadlocks",
      "is no rate",
    ],
    ["holds to what is chosen", 'pg_locks_count{job=\\"$job\\"}', "pg_locks_count", "not all is about $job"],
    ["offers every choice that it uses, and no other", '"name":"job"', '"name":"jobs"', "there is no $job"],
    ["offers every choice that it uses, and no other", '"name":"job"', '"name":"jobs"', "$jobs changes nothing"],
    ["offers what there was at the time", '"refresh":2', '"refresh":1', "$job is not asked again"],
    ["is not edited on its page", '"editable":false', '"editable":true', "can be edited"],
    ["has each panel in a place of its own", '"x":12,"y":4', '"x":0,"y":4', "lies on another panel"],
    ["has each panel in a place of its own", '"x":12,"y":4', '"x":14,"y":4', "leaves the grid"],
    ["has a legend on every graph", '"showLegend":true', '"showLegend":false', "has no legend"],
    ["has 0 where nothing failed", "pg_locks_count{", 'pg_locks_count{mode=~\\"5..\\",', "empty until something fails"],
  ])("what no longer %s", (rule, from, to, problem) => {
    expect(RULES[rule]?.(good)).toEqual([]);
    expect(RULES[rule]?.(broken(from, to)).join("\n")).toContain(problem);
  });
});

describe("queryProblem", () => {
  it.each([
    ["prometheus", "sum by (job (up)"],
    ["prometheus", "rate(x[$__rate_interval)"],
    ["loki", '{service_name="x"'],
    ["loki", '{service_name="x"} | level='],
    // What no real VictoriaLogs was asked is not known to be understood.
    [DATASOURCES.victorialogs.type, '{service_name="chosen"'],
    [DATASOURCES.victorialogs.type, '{service_name="x"} | stats by (x) count()'],
  ])("finds what %s would refuse in %s", (datasource, query) => {
    expect(queryProblem(datasource, query)).toMatch(/at \d+|unexpected token|no VictoriaLogs was asked/);
  });
});
