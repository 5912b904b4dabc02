import { describe, expect, it } from "vitest";
import { downAlerts, type Replicas } from "../../signals/replicas.ts";

const replicas = (containers: readonly string[]): Replicas => ({
  alert: "NewsDown",
  job: "news",
  up: "news_up",
  containers,
  for: "1m",
  none: { summary: "News is away", description: "Nobody reads it." },
  one: { summary: "One of news is away", description: "The others answer." },
});
const drills = (...containers: readonly string[]) =>
  downAlerts(replicas(containers)).map(({ severity, kind, drill }) => ({ severity, kind, drill }));

describe("the drills of replicas", () => {
  it("stop all of them for the outage, and the last one for the warning, but no exporter", () => {
    const all = { component: "news", name: ["news-1", "news-2"] };
    expect(drills("news-1", "news-2")).toEqual([
      { severity: "critical", kind: "outage", drill: { fault: { kind: "stop", containers: all } } },
      { severity: "warning", kind: "cause", drill: { fault: { kind: "stop", containers: { ...all, one: true } } } },
    ]);
  });

  it("stop the only one for the outage, and are none for the warning", () => {
    expect(drills("news").map(({ drill }) => drill)).toEqual([
      { fault: { kind: "stop", containers: { component: "news", name: ["news"] } } },
      { undrillable: "It takes several replicas, and news has one." },
    ]);
  });
});
