import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { expand, openMetrics, panelQueries, rawSeries } from "../../bench/panel-series.ts";
import { withoutBudget } from "../../bench/series.ts";
import { renderPrometheus } from "../../config/prometheus.ts";
import { seriesIn } from "../../signals/metrics/used.ts";

describe("the Prometheus beside the stack's", () => {
  it("scrapes the same and drops nothing, and tells no Alertmanager", () => {
    const jobs = [{ job: "redis", targets: ["redis-exporter:9121"], emits: ["redis" as const] }];
    const probes = [{ name: "shop", url: "http://edge:8000/" }];
    const settings = { blackbox: "blackbox:9115", alertmanagers: ["alertmanager:9093"] };
    const [file] = renderPrometheus({ scrapeJobs: jobs, probes }, settings);
    const { alerting, scrape_configs } = parse(withoutBudget(file?.content ?? ""));
    expect(alerting).toBeUndefined();
    expect(scrape_configs[0]).toEqual({
      job_name: "redis",
      metrics_path: "/metrics",
      static_configs: [{ targets: ["redis-exporter:9121"] }],
    });
    expect(Object.keys(scrape_configs[1])).toEqual([
      "job_name",
      "metrics_path",
      "basic_auth",
      "static_configs",
      "relabel_configs",
    ]);
  });
});

describe("the queries of panels", () => {
  it("are asked of raw series alone, and of series that there are", () => {
    const given = new Set(rawSeries({ start: 0, end: 30, step: 15 }).map(({ name }) => name));
    const queries = panelQueries();
    expect(queries.length).toBeGreaterThan(6);
    for (const { raw } of queries) expect([...given], raw).toEqual(expect.arrayContaining([...seriesIn(raw)]));
  });

  it("become what they are recorded from, however deep", () => {
    const rules = [
      { record: "job:a:rate5m", expr: "sum by (job) (rate(a[5m]))" },
      { record: "job:a:ratio5m", expr: 'b / job:a:rate5m{job="x"}' },
    ];
    expect(expand("job:a:ratio5m > 0 and job:a:rate5m", rules)).toBe(
      "(b / (sum by (job) (rate(a[5m])))) > 0 and (sum by (job) (rate(a[5m])))",
    );
  });

  it("find series with a sample at each step", () => {
    const text = openMetrics([{ name: "a", labels: { x: 'y"z' }, values: [[15, "1"]] }]);
    expect(text).toBe('a{x="y\\"z"} 1 15\n# EOF\n');
    expect(rawSeries({ start: 0, end: 30, step: 15 })[0]?.values).toEqual([
      [0, "0"],
      [15, "21"],
      [30, "42"],
    ]);
  });
});
