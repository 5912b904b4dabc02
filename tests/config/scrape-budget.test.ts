import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderPrometheus } from "../../config/prometheus.ts";
import { keptSeries, sampleLimit } from "../../config/scrape-budget.ts";
import type { SERIES_BUDGETS } from "../../signals/metrics/budgets.ts";
import { METRICS, seriesOfMetric } from "../../signals/metrics/catalogue.ts";
import type { Metric } from "../../signals/metrics/metric.ts";
import { usedSeries } from "../../signals/metrics/used.ts";
import type { ScrapeJob } from "../../signals/signals.ts";
import { stackDashboards, stackRules } from "../dashboards/stack.ts";

const metrics: readonly Metric[] = Object.values(METRICS);
const keeps = (job: Omit<ScrapeJob, "job" | "targets">, series: string, used: readonly string[] = []): boolean =>
  new RegExp(`^(?:${keptSeries(job, used).join("|")})$`).test(series);

describe("a scrape job", () => {
  it("keeps each series of the catalogue that it emits, and none of another source", () => {
    for (const { source } of metrics.filter((metric) => metric.source !== "scrape")) {
      const job = { emits: [source as keyof typeof SERIES_BUDGETS] };
      const kept = metrics.filter((metric) => seriesOfMetric(metric).every((name) => keeps(job, name)));
      expect(kept).toEqual(metrics.filter((metric) => metric.source === source));
    }
  });

  it("keeps every series that a rule or a panel names, whoever emits it", () => {
    const used = usedSeries(stackRules(), stackDashboards());
    const scraped = used.filter(
      (name) => !metrics.some((metric) => metric.name === name && metric.source === "scrape"),
    );
    expect(scraped.length).toBeGreaterThan(80);
    expect(scraped.filter((name) => !keeps({}, name))).toEqual([]);
  });

  it("drops what nothing uses", () => {
    for (const series of ["go_goroutines", "redis_config_io_threads", "redis_up_total", "my_redis_up"]) {
      expect(keeps({ emits: ["redis"] }, series), series).toBe(false);
    }
  });

  it("keeps what was declared, a histogram as a whole, and what a rule of somebody's own names", () => {
    const job = { emits: ["http-service" as const], metrics: ["db_query_duration_seconds"] };
    for (const suffix of ["", "_bucket", "_count", "_sum"])
      expect(keeps(job, `db_query_duration_seconds${suffix}`)).toBe(true);
    expect(keeps(job, "queue_jobs")).toBe(false);
    expect(keeps(job, "queue_jobs", ["queue_jobs"])).toBe(true);
  });

  it("may have a quarter more series than its budget, which is that of what it emits", () => {
    expect(sampleLimit({ emits: ["redis"] })).toBe(125);
    expect(sampleLimit({ emits: ["redis"], metrics: ["a", "b"] })).toBe(375);
    expect(sampleLimit({ emits: ["redis"], seriesBudget: 10 })).toBe(13);
    expect(sampleLimit({})).toBe(1250);
  });

  it("has its limits in the configuration, and so have probes", () => {
    const jobs = [{ job: "redis", targets: ["redis-exporter:9121"], emits: ["redis" as const] }];
    const probes = [{ name: "shop", url: "http://edge:8000/" }];
    const rules = [{ name: "mine", rules: [{ record: "job:queue_jobs:sum", expr: "sum by (job) (queue_jobs)" }] }];
    const [file] = renderPrometheus({ scrapeJobs: jobs, probes, ruleGroups: rules }, { blackbox: "blackbox:9115" });
    const [redis, asked] = parse(file?.content ?? "").scrape_configs;
    expect(redis).toMatchObject({
      sample_limit: 125,
      label_limit: 30,
      label_name_length_limit: 64,
      label_value_length_limit: 512,
      metric_relabel_configs: [
        {
          source_labels: ["__name__"],
          regex: expect.stringMatching(/^queue_jobs\|redis_acl.*\|redis_up$/),
          action: "keep",
        },
      ],
    });
    expect(asked.metric_relabel_configs[0].regex).toContain("probe_success");
  });

  it("fails with a metric or a budget that is none", () => {
    const job = { job: "redis", targets: ["redis:9121"], metrics: ["a-b"], seriesBudget: 0 };
    expect(() => renderPrometheus({ scrapeJobs: [job] })).toThrow(
      /redis\.metrics: got "a-b"; allowed: the name of a metric.*\n.*redis\.seriesBudget: got 0; allowed: a whole number/,
    );
  });
});
