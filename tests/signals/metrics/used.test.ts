import { describe, expect, it } from "vitest";
import { seriesIn, usedSeries } from "../../../signals/metrics/used.ts";

describe("seriesIn", () => {
  it.each([
    ["sum by (job) (rate(a_total[5m])) / on (job) b", ["a_total", "b"]],
    ['rate(a{job="$job",x=~"y|z"}[$__rate_interval]) > 2', ["a"]],
    ["max_over_time(a[$__range]) or absent(b offset 1h)", ["a", "b"]],
    ['{__name__="a",job="x"}', ["a"]],
    ['count({__name__=~"a_.+"})', ["a_.+"]],
    ['count({job="x"})', []],
    ["vector(1)", []],
  ])("finds those of %s", (query, names) => {
    expect(seriesIn(query)).toEqual(names);
  });
});

describe("usedSeries", () => {
  const dashboard = (json: object) => ({ uid: "mine", title: "Mine", json: JSON.stringify(json) });
  const prometheus = { type: "prometheus", uid: "prometheus" };

  it("has those of rules, panels, variables and annotations, each once, and no recorded one", () => {
    const rules = [
      { record: "job:queue_jobs:sum", expr: "sum by (job) (queue_jobs)" },
      { record: "job:queue_late:ratio", expr: "queue_late / job:queue_jobs:sum" },
    ];
    const json = {
      annotations: { list: [{ datasource: prometheus, expr: "changes(started_seconds[5m]) > 0" }] },
      templating: {
        list: [
          { datasource: prometheus, query: 'label_values(queue_info{kind="a"}, queue)' },
          { datasource: prometheus, query: "label_values(queue)" },
          { datasource: prometheus, query: "query_result(queue_size)" },
        ],
      },
      panels: [
        {
          datasource: prometheus,
          targets: [{ expr: "queue_jobs" }, { datasource: { type: "loki" }, expr: 'rate({a="b"}[5m])' }],
          panels: [{ targets: [{ datasource: prometheus, expr: "deep" }] }],
        },
      ],
    };
    expect(usedSeries([{ name: "mine", rules }], [dashboard(json)])).toEqual([
      "deep",
      "queue_info",
      "queue_jobs",
      "queue_late",
      "queue_size",
      "started_seconds",
    ]);
  });
});
