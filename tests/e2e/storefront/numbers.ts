import { describe, expect, it } from "vitest";
import { renderLoki } from "../../../config/loki.ts";
import { planRetention } from "../../../config/retention.ts";
import { toBytes } from "../../../services/units.ts";
import { missingMetrics } from "../catalogue.ts";
import { LOG_STORE, OFFICIAL } from "../images.ts";
import { logs } from "../logs.ts";
import { flag, query, targets } from "../prometheus.ts";

/** Targets of the storefront with what watches it: job to the states of its instances. */
export const STOREFRONT_TARGETS: Readonly<Record<string, readonly string[]>> = {
  prometheus: ["up"],
  edge: ["up"],
  postgres: ["up"],
  catalog: ["up", "up"],
  orders: ["up"],
  recommender: ["up"],
  [LOG_STORE]: ["up"],
  collector: ["up"],
  spans: ["up"],
  jaeger: ["up"],
  blackbox: ["up"],
  node: ["up"],
  containers: ["up"],
  ...(OFFICIAL ? { grafana: ["up"] } : {}),
  frontend: ["up"],
  portal: ["up"],
  redis: ["up"],
  // Four routes, and the certificate of the edge.
  probes: ["up", "up", "up", "up", "up"],
};

/** What the stack dev has beside it: who is told, and the blog. */
const DEV_TARGETS = {
  ...STOREFRONT_TARGETS,
  alertmanager: ["up", "up"],
  "dead-mans-switch": ["up"],
  blog: ["up", "up"],
  "blog-php": ["up", "up"],
  mysql: ["up"],
  probes: ["up", "up", "up", "up", "up", "up"],
};

/** What is measured of any deployment of the storefront: each target is up, each route answers, requests are counted. */
export function whatIsCounted(expected: Readonly<Record<string, readonly string[]>>): void {
  describe("Prometheus", () => {
    it("sees every target up", async () => {
      await expect.poll(targets, { interval: 1000 }).toEqual(expected);
    });

    it("has the requests by route pattern, and PostgreSQL's own word that it is up", async () => {
      const requests = 'sum(http_request_duration_seconds_count{job="catalog",status="200"})';
      await expect.poll(() => query(requests), { interval: 1000 }).toBeGreaterThan(0);
      await expect.poll(() => query("pg_up"), { interval: 1000 }).toBe(1);
      await expect.poll(() => query("redis_up"), { interval: 1000 }).toBe(1);
    });

    it("asks every route from outside, and each answers", async () => {
      const answered = () => query("count(probe_success == 1)");
      await expect.poll(answered, { interval: 1000 }).toBe(expected.probes?.length);
    });
  });
}

/** What is measured of the stack dev: that every target is seen, with every metric of the catalogue. */
export function whatIsMeasured(): void {
  whatIsCounted(DEV_TARGETS);

  describe("the Prometheus of the stack dev", () => {
    it("has every metric of the catalogue, for its job and with its labels", async () => {
      await expect.poll(missingMetrics, { timeout: 300_000, interval: 2000 }).toEqual([]);
    });

    it(`keeps as much as the stack's file gives to it, and ${logs.name} too`, async () => {
      const budget = { metrics: "2d", logs: "2d", traces: "2d", disk: "4GiB" } as const;
      const plan = planRetention(budget, { scrapeInterval: "5s", logStore: LOG_STORE });
      expect(await flag("storage.tsdb.retention.time")).toBe("2d");
      // It says 2020MB as 1GiB996MiB.
      const parts = (await flag("storage.tsdb.retention.size"))?.match(/\d+[KMG]iB/g) ?? [];
      const said = parts.reduce((sum, part) => sum + (toBytes(part) ?? 0), 0);
      expect(said).toBe(toBytes(plan.metrics.retentionSize.replace("MB", "MiB")));
      if (LOG_STORE === "victorialogs") {
        expect(await logs.setting("retentionPeriod")).toBe("2d");
        expect(await logs.setting("retention.maxDiskSpaceUsageBytes")).toBe(plan.logs.disk);
        return;
      }
      const loki = renderLoki(plan.logs)[0]?.content;
      for (const name of ["ingestion_rate_mb", "ingestion_burst_size_mb"]) {
        expect(loki).toContain(`${name}: ${await logs.setting(name)}\n`);
      }
      expect(await logs.setting("reject_old_samples_max_age")).toBe("2d");
    });
  });
}
