import { describe, expect, it } from "vitest";
import type { Objective } from "../../../signals/slo/objective.ts";
import { slowAnswers } from "../../../signals/slo/slow.ts";

const under = (limit: string): Objective =>
  ({ latency: { quantile: 0.95, under: limit }, expectedRate: "5/s" }) as Objective;

describe("slowAnswers", () => {
  it("are those above what was promised, below the usual limit, too", () => {
    expect(slowAnswers({ catalog: under("300ms"), orders: under("1s") }, [], "500ms")).toEqual({
      catalog: "300ms",
      orders: "1s",
    });
  });

  it("are for a caller those above the slowest promise behind it, through callers in between", () => {
    const calls = [
      { from: "edge", to: "orders" },
      { from: "edge", to: "blog" },
      { from: "blog", to: "reports" },
      { from: "orders", to: "catalog" },
    ];
    const limits = slowAnswers({ catalog: under("300ms"), orders: under("1s"), reports: under("10s") }, calls, "500ms");
    expect(limits).toEqual({ catalog: "300ms", orders: "1s", reports: "10s", blog: "10s", edge: "10s" });
  });

  it("are the usual ones where nothing was promised, or less than that behind a caller", () => {
    const calls = [{ from: "edge", to: "catalog" }];
    expect(slowAnswers({ catalog: under("300ms") }, calls, "500ms")).toEqual({ catalog: "300ms" });
    expect(slowAnswers({ catalog: { availability: 99, expectedRate: "5/s" } }, calls, "500ms")).toEqual({});
  });

  it("come to an end where two call each other, or one itself", () => {
    const calls = [
      { from: "a", to: "b" },
      { from: "b", to: "a" },
      { from: "a", to: "a" },
      { from: "b", to: "c" },
    ];
    expect(slowAnswers({ c: under("2s") }, calls, "500ms")).toEqual({ a: "2s", b: "2s", c: "2s" });
  });
});
