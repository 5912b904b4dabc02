import { describe, expect, it } from "vitest";
import { choicesIn, choicesRequestOf, requestOf, shownBy } from "../../dashboards/panel-answers.ts";
import {
  choicesOf,
  type PanelQuestion,
  questionsOf,
  silentPanelsOf,
  withValues,
} from "../../dashboards/panel-queries.ts";
import { LOG_STORES } from "../../signals/log-stores.ts";
import { recorded } from "../cli/verify/fake-deployment.ts";
import { stackDashboards } from "./stack.ts";

const SHOWN = { start: 1000, end: 1900, step: 15, scrape: 15 };

const question = (changes: Partial<PanelQuestion>): PanelQuestion => ({
  ...{ dashboard: "d", panel: "P", refId: "A", datasource: "prometheus", form: "range", query: "up" },
  ...changes,
});

describe("questionsOf", () => {
  describe.each(LOG_STORES)("with logs in %s", (store) => {
    const files = stackDashboards(undefined, store);
    const questions = files.flatMap((file) => questionsOf(file, SHOWN));

    it("has every question of every panel, and no variable left in it", () => {
      expect(questions.length).toBeGreaterThan(180);
      expect(questions.filter(({ query, form }) => query.includes("$") || (query === "" && form !== "traces"))).toEqual(
        [
          // What Prometheus puts in the place of a group.
          ...questions.filter(({ query }) => /"\$1"/.test(query)),
        ],
      );
      expect(files.flatMap(silentPanelsOf)).toEqual([]);
    });

    it("knows who is asked, and what comes back", () => {
      const kinds = new Set(questions.map(({ datasource, form }) => `${datasource} ${form}`));
      expect([...kinds].sort()).toEqual(
        ["jaeger traces", `${store} lines`, `${store} range`, "prometheus instant", "prometheus range"].sort(),
      );
    });

    it("has every choice", () => {
      const choices = files.flatMap(choicesOf);
      expect(choices).toContainEqual({
        dashboard: "logs",
        variable: "service",
        datasource: store,
        label: "service_name",
      });
      expect(choices).toContainEqual({
        ...{ dashboard: "redis", variable: "job", datasource: "prometheus" },
        ...{ series: "redis_up", label: "job" },
      });
    });
  });

  it("fails where a panel asks somebody else", () => {
    const json = JSON.stringify({
      panels: [{ type: "stat", title: "X", targets: [{ refId: "A", expr: "1", datasource: { type: "influxdb" } }] }],
      templating: { list: [] },
    });
    expect(() => questionsOf({ uid: "x", title: "X", json }, SHOWN)).toThrow(
      "no datasource of Vigie's has the type influxdb",
    );
  });
});

describe("withValues", () => {
  it.each([
    ["rate(x[$__rate_interval])", {}, "rate(x[60s])"],
    ["x > $__from", {}, "x > 1000000"],
    ['x{job="$job"}', {}, 'x{job=~".+"}'],
    ['x{job="$job"}', { job: "redis" }, 'x{job="redis"}'],
    ['{service_name=~"$service"} |~ "(?i)$search"', {}, '{service_name=~".+"} |~ "(?i)"'],
    ["{service_name in($service)}", {}, "{service_name in(*)}"],
    ["{service_name in($service)}", { service: "edge" }, '{service_name in("edge")}'],
  ])("makes of %s with %j what is sent", (query, chosen, sent) => {
    expect(withValues(query, SHOWN, chosen as Record<string, string>)).toBe(sent);
  });
});

describe("requestOf", () => {
  it.each<[Partial<PanelQuestion>, string]>([
    [{}, "api/v1/query_range?query=up&start=1000&end=1900&step=15"],
    [{ form: "instant" }, "api/v1/query?query=up&time=1900"],
    [{ datasource: "loki", form: "lines" }, "loki/api/v1/query_range?query=up&start=1000&end=1900&step=15&limit=1000"],
    [{ datasource: "victorialogs", form: "lines" }, "select/logsql/query?query=up&start=1000&end=1900&limit=1000"],
    [{ datasource: "victorialogs" }, "select/logsql/stats_query_range?query=up&start=1000&end=1900&step=15s"],
    [
      { datasource: "jaeger", form: "traces", query: "edge" },
      "api/traces?service=edge&start=1000000000&end=1900000000&limit=20",
    ],
    [{ datasource: "tempo", form: "traces", query: "{}" }, "api/search?q=%7B%7D&start=1000&end=1900&limit=20"],
  ])("asks for %j", (changes, request) => {
    expect(requestOf(question(changes), SHOWN)).toBe(request);
  });
});

describe("shownBy", () => {
  const matrix = (...values: string[]) =>
    JSON.stringify({ data: { resultType: "matrix", result: [{ metric: {}, values: values.map((v) => [1, v]) }] } });

  it.each<[string, Partial<PanelQuestion>, string, number]>([
    ["numbers", {}, matrix("0", "1.5"), 2],
    ["no number that is none", {}, matrix("NaN", "1"), 1],
    ["no series", {}, '{"data":{"result":[]}}', 0],
    ["the latest number", { form: "instant" }, recorded("prometheus-up.json"), 4],
    ["Loki's lines", { datasource: "loki", form: "lines" }, recorded("loki-lines.json"), 2],
    ["VictoriaLogs' lines", { datasource: "victorialogs", form: "lines" }, '{"_msg":"a"}\n{"_msg":"b"}\n', 2],
    ["no lines", { datasource: "victorialogs", form: "lines" }, "", 0],
    ["VictoriaLogs' numbers", { datasource: "victorialogs" }, matrix("3"), 1],
    ["Jaeger's traces", { datasource: "jaeger", form: "traces" }, recorded("jaeger-trace.json"), 1],
    ["no traces", { datasource: "jaeger", form: "traces" }, '{"data":null}', 0],
    ["Tempo's traces", { datasource: "tempo", form: "traces" }, '{"traces":[{}]}', 1],
  ])("counts %s", (_, changes, body, shown) => {
    expect(shownBy(question(changes), body)).toBe(shown);
  });

  it("fails on an answer of something else", () => {
    expect(() => shownBy(question({}), "<html>")).toThrow(SyntaxError);
  });
});

describe("choicesRequestOf", () => {
  const asked = { dashboard: "d", variable: "v", label: "job" };

  it.each([
    [
      { ...asked, datasource: "prometheus" as const, series: "pg_up" },
      "api/v1/label/job/values?start=1000&end=1900&match[]=pg_up",
    ],
    [{ ...asked, datasource: "loki" as const }, "loki/api/v1/label/job/values?start=1000&end=1900"],
    [
      { ...asked, datasource: "victorialogs" as const },
      "select/logsql/field_values?query=*&field=job&start=1000&end=1900",
    ],
  ])("asks %j", (choice, request) => {
    expect(choicesRequestOf(choice, SHOWN)).toBe(request);
  });

  it("reads what each store offers", () => {
    expect(choicesIn('{"status":"success","data":["a","b"]}')).toEqual(["a", "b"]);
    expect(choicesIn('{"values":[{"value":"a","hits":3},{"value":"","hits":1}]}')).toEqual(["a"]);
    expect(choicesIn('{"status":"success"}')).toEqual([]);
  });
});
