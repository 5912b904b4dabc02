import { describe, expect, it } from "vitest";
import { planOf } from "../../../../cli/preview/plan.ts";
import { flows } from "../../../../cli/preview/sections/flows.ts";
import { END, outputsEvent, told } from "../events.ts";

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
