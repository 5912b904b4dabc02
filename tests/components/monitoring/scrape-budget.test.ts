import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { metricOfSeries } from "../../../signals/metrics/catalogue.ts";
import { forget, resource, settle, startMocks, types } from "../recorder.ts";

interface Job {
  readonly job_name: string;
  readonly metric_relabel_configs: readonly [{ readonly regex: string }];
}

/** The files that Prometheus gets in a stack with each kind of source, under mocks: path to text. */
let files: Readonly<Record<string, string>>;

beforeAll(async () => {
  await startMocks();
  const library = await import("../../../components/index.ts");
  forget();
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  const edge = new library.Traefik("edge", { host });
  const image = { reference: "docker.example/shop:1" };
  const spec = library.defineService({
    ...{ name: "shop", image, port: 5000, health: ["CMD", "true"], route: { pathPrefix: "/" } },
    metrics: ["carts_total"],
    seriesBudget: 400,
  });
  const shop = new library.InstrumentedService("shop", { host, edge, spec });
  const postgres = new library.Postgres("postgres", { host, databases: ["shop"] });
  const redis = new library.Redis("redis", { host, services: ["shop"] });
  const { frontendImage } = await import("../../../services/storefront/frontend.ts");
  const docs = new library.StaticSite("docs", { host, edge, image: frontendImage, route: { pathPrefix: "/docs" } });
  const own = {
    signals: {
      scrapeJobs: [{ job: "queue", targets: ["queue:1"], emits: [] }],
      ruleGroups: [{ name: "queue", rules: [{ record: "job:queue_jobs:sum", expr: "sum by (job) (queue_jobs)" }] }],
    },
  };
  const pager = { kind: "webhook", name: "pager", url: "http://pager.example/" } as const;
  const notify = { critical: [pager], warning: [pager] };
  const objective = { availability: 99, expectedRate: "5/s" } as const;
  new library.MonitoringStack("monitoring", {
    host,
    sources: [edge, shop, postgres, redis, docs, own],
    policies: [
      { name: "shop", services: ["shop"], objective, notify },
      { name: "everything", notify },
    ],
  });
  await settle();
  const text = String(resource(types.command, "prometheus-config").stdin);
  const parts = text.split(/^#vigie-file: (\S+)\n/m).slice(1);
  files = Object.fromEntries(
    parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1]?.split("#vigie-")[0] ?? ""]] : [])),
  );
});

describe("the series that are kept", () => {
  const jobs = (): readonly Job[] => parse(files["prometheus.yml"] ?? "").scrape_configs;
  const keeps = (job: Job, series: string): boolean =>
    new RegExp(`^(?:${job.metric_relabel_configs[0].regex})$`).test(series);

  it("are those of each rule that names its job: no alert dies of what was dropped", () => {
    const exprs = Object.entries(files)
      .filter(([path]) => path.startsWith("rules/"))
      .flatMap(([, text]) => parse(text).groups.flatMap((group: { rules: { expr: string }[] }) => group.rules))
      .map(({ expr }: { expr: string }) => expr);
    expect(exprs.length).toBeGreaterThan(80);
    const selectors = exprs.flatMap((expr: string) => [...expr.matchAll(/([a-z_:][\w:]*)\{[^}]*?\bjob="([^"]+)"/gi)]);
    const scraped = selectors.filter(([, series = ""]) => metricOfSeries(series)?.source !== "scrape");
    expect(scraped.length).toBeGreaterThan(50);
    const lost = scraped.flatMap(([text, series = "", name]) => {
      const job = jobs().find(({ job_name }) => job_name === name);
      return job !== undefined && !series.includes(":") && !keeps(job, series) ? [text] : [];
    });
    expect(lost).toEqual([]);
  });

  it("are those that a service declared, and those that somebody's own rule names", () => {
    const job = (name: string) => jobs().find(({ job_name }) => job_name === name) as Job & { sample_limit: number };
    expect(keeps(job("shop"), "carts_total")).toBe(true);
    expect(keeps(job("shop"), "process_cpu_seconds_total")).toBe(false);
    expect(keeps(job("queue"), "queue_jobs")).toBe(true);
    expect(keeps(job("queue"), "redis_up")).toBe(false);
    expect(job("shop").sample_limit).toBe(500);
  });
});
