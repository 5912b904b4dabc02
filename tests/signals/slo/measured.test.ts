import { describe, expect, it } from "vitest";
import type { ScrapeJob } from "../../../signals/signals.ts";
import { watchedServices } from "../../../signals/slo/measured.ts";

const job = (name: string, more: Partial<ScrapeJob> = {}): ScrapeJob => ({
  job: name,
  targets: [`${name}:1`],
  ...more,
});

describe("watchedServices", () => {
  const scrapeJobs = [
    job("edge", { emits: ["traefik"] }),
    job("catalog", { emits: ["http-service", "database-pool"] }),
    job("blog", { emits: ["nginx"] }),
    job("mysql", { emits: ["mysql"] }),
    job("queue", { emits: ["redis"], metrics: ["http_request_duration_seconds"] }),
    job("printer"),
  ];
  const calls = [
    { from: "edge", to: "catalog" },
    { from: "catalog", to: "mysql" },
    { from: "edge", to: "blog" },
  ];
  const known = (name: string) => watchedServices({ scrapeJobs, calls }).find((service) => service.job === name);

  it.each([
    ["a service that counts, and has a route", "catalog", { counts: true, edge: "edge" }],
    ["one that does not count, and has a route", "blog", { counts: false, edge: "edge" }],
    ["a store, which services call and no edge", "mysql", { counts: false }],
    ["one that says that it has the metric", "queue", { counts: true }],
    ["one of which nobody said what it emits", "printer", { counts: true }],
  ])("knows %s", (_, name, facts) => {
    expect(known(name)).toEqual({ job: name, ...facts });
  });
});
