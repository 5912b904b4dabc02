import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderRules, runbookUrl } from "../../config/rules.ts";
import type { AlertingRule } from "../../signals/rule-group.ts";

const alert: AlertingRule = {
  alert: "OrdersLost",
  expr: "orders_lost > 0",
  for: "1m",
  severity: "critical",
  kind: "outage",
  drill: { undrillable: "Orders of a test are not lost." },
  owner: "sales",
  dashboard: { uid: "postgres", variables: { job: "{{ $labels.job }}" } },
  summary: "Orders are lost",
  description: "Money is lost with them.",
};

describe("renderRules", () => {
  it("gives each group a file of its own", () => {
    const files = renderRules([
      { name: "orders", rules: [alert] },
      { name: "orders.http", interval: "30s", rules: [{ record: "job:x:sum", expr: "sum(x)", labels: { a: "b" } }] },
    ]);
    expect(files.map(({ path }) => path)).toEqual(["rules/orders.yml", "rules/orders.http.yml"]);
    expect(parse(files[1]?.content ?? "")).toEqual({
      groups: [
        { name: "orders.http", interval: "30s", rules: [{ record: "job:x:sum", expr: "sum(x)", labels: { a: "b" } }] },
      ],
    });
  });

  it("gives an alert its severity, kind, owner and service, its dashboard and its runbook", () => {
    const [file] = renderRules([{ name: "orders", rules: [alert] }], {
      runbookBase: "https://wiki.example/books/",
      grafanaUrl: "https://grafana.example/",
    });
    expect(parse(file?.content ?? "").groups[0].rules).toEqual([
      {
        alert: "OrdersLost",
        expr: "orders_lost > 0",
        for: "1m",
        labels: {
          service: "{{ or $labels.service $labels.job }}",
          owner: "sales",
          kind: "outage",
          severity: "critical",
        },
        annotations: {
          summary: "Orders are lost",
          description: "Money is lost with them.",
          dashboard_url: "https://grafana.example/d/postgres?var-job={{ $labels.job }}&from=now-1h&to=now",
          runbook_url: "https://wiki.example/books/OrdersLost.md",
        },
      },
    ]);
  });

  it("gives an alert no dashboard where there is no Grafana", () => {
    const [file] = renderRules([{ name: "orders", rules: [alert] }], { grafanaUrl: false });
    expect(Object.keys(parse(file?.content ?? "").groups[0].rules[0].annotations)).toEqual([
      "summary",
      "description",
      "runbook_url",
    ]);
  });

  it("lets an alert name its service", () => {
    const [file] = renderRules([{ name: "orders", rules: [{ ...alert, labels: { service: "till" } }] }]);
    expect(parse(file?.content ?? "").groups[0].rules[0].labels).toMatchObject({
      service: "till",
      severity: "critical",
    });
  });

  it("keeps an alert firing where it says so", () => {
    const [file] = renderRules([{ name: "orders", rules: [{ ...alert, keepFiringFor: "5m" }] }]);
    expect(parse(file?.content ?? "").groups[0].rules[0]).toMatchObject({ for: "1m", keep_firing_for: "5m" });
  });

  it("points to a runbook of the repository where no address is given", () => {
    expect(runbookUrl("OrdersLost")).toBe("docs/runbooks/OrdersLost.md");
  });
});
