import { describe, expect, it } from "vitest";
import { renderLoki } from "../../config/loki.ts";
import {
  planRetention,
  RETENTION,
  type Retention,
  type RetentionFacts,
  retentionProblems,
} from "../../config/retention.ts";
import { toBytes } from "../../services/units.ts";

const bytesOf = (size: string) => toBytes(size.replace(/MB$/, "MiB")) ?? 0;

/** A disk of that many GiB, and free ones. */
const disk = (size: number, free: number) => ({ size: size * 1024 ** 3, free: free * 1024 ** 3 });

describe("planRetention", () => {
  it.each<[string, Retention, string | undefined]>([
    ["the defaults", {}, undefined],
    ["two days that are scraped often", { metrics: "2d", logs: "2d", disk: "4GiB" }, "5s"],
    ["a month", { metrics: "30d", logs: "30d", traces: "7d", disk: "20GiB" }, undefined],
    ["few metrics and many logs", { metrics: "24h", logs: "8w", disk: "20GiB" }, undefined],
  ])("divides the disk for %s, and gives none of it twice", (_, retention, scrapeInterval) => {
    const { metrics, logs, traces } = planRetention(retention, scrapeInterval === undefined ? {} : { scrapeInterval });
    expect(metrics.retention).toBe(retention.metrics ?? RETENTION.metrics);
    expect(logs.retention).toBe(retention.logs ?? RETENTION.logs);
    expect(traces.retention).toBe(retention.traces ?? RETENTION.traces);
    const disk = bytesOf(retention.disk ?? RETENTION.disk);
    // A fifth of Prometheus' share is for what is not in a block yet.
    const given = bytesOf(metrics.retentionSize) / 0.8 + bytesOf(logs.disk) + bytesOf(traces.disk);
    expect(given).toBeLessThanOrEqual(disk);
    expect(given).toBeGreaterThan(disk * 0.99);
    expect(renderLoki(logs)[0]?.content).toContain("ingestion_rate_mb");
  });

  it("gives logs a day more where VictoriaLogs keeps them: whole days, that in which the retention ends among them", () => {
    const retention = { metrics: "1d", logs: "1d", traces: "1d", disk: "4GiB" } as const;
    const share = (logStore: "loki" | "victorialogs") => bytesOf(planRetention(retention, { logStore }).logs.disk);
    expect(share("victorialogs")).toBeGreaterThan(share("loki") * 1.3);
    // It never deletes the newest two days, so its share holds at least them.
    expect(
      bytesOf(planRetention({ ...retention, disk: "1100MiB" }, { logStore: "victorialogs" }).logs.disk),
    ).toBeGreaterThan(2 * 256 * 1024 ** 2);
  });

  it("gives nothing to traces where there are none", () => {
    expect(planRetention({}, { traced: false }).traces.disk).toBe("0MiB");
    expect(bytesOf(planRetention({}).traces.disk)).toBeGreaterThan(0);
  });

  it("gives the one that keeps longer more of it", () => {
    const size = (logs: Retention["logs"]) => bytesOf(planRetention({ disk: "50GiB", logs: logs ?? "1d" }).logs.disk);
    expect(size("30d")).toBeGreaterThan(1.5 * size("10d"));
  });
});

describe("a retention", () => {
  it.each<[string, object, RetentionFacts, RegExp]>([
    ["metrics for less than a day", { metrics: "12h" }, {}, /retention\.metrics: got "12h"; allowed: at least a day/],
    ["half a day too many", { logs: "1.5d" }, {}, /retention\.logs: got "1\.5d"; .* whole hours, days or weeks/],
    ["minutes", { logs: "2000m" }, {}, /retention\.logs: got "2000m"/],
    ["a size without a unit", { disk: "8" }, {}, /retention\.disk: got "8"; allowed: a size such as "8GiB"/],
    [
      "more than it may take",
      { metrics: "90d", logs: "90d" },
      {},
      /retention\.disk: got "10GiB"; allowed: at least \d+\.\d GiB: 90d of metrics take about 2\d\.\d GiB \(20000 series every 15s, 2 bytes a sample\), 90d of logs about 22\.5 GiB \(256 MiB a day\), 2d of traces about 0\.5 GiB \(256 MiB a day\)\. Give them more disk/,
    ],
    ["more than it may take, scraped often", {}, { scrapeInterval: "1s" }, /20000 series every 1s/],
    [
      "more than the machine's disk",
      { disk: "90GiB" },
      { dataDisk: disk(100, 100), keptAlready: () => true },
      /retention\.disk: got "90GiB"; allowed: at most 85\.0 GiB: 85% of the disk that Docker's data is on\. Keep less/,
    ],
    [
      "more than is free, where nothing is kept yet",
      { disk: "40GiB" },
      { dataDisk: disk(100, 50) },
      /retention\.disk: got "40GiB"; allowed: at most 35\.0 GiB: what is free up to 85% of the disk that Docker's data/,
    ],
    [
      "several at once",
      { metrics: "x", logs: "y", disk: "z" },
      {},
      /metrics: got "x"[\s\S]*logs: got "y"[\s\S]*disk: got/,
    ],
  ])("fails with %s", (_, retention, facts, message) => {
    expect(() => planRetention(retention, facts)).toThrow(message);
    expect(() => planRetention(retention, facts)).toThrowErrorMatchingSnapshot();
  });

  it("fails with a hundredth less than it takes, and fits what it takes", () => {
    // A day of metrics at 15 s: 20,000 / 15 × 2 × 86,400 bytes, of which the blocks may be four fifths. Logs and traces: 256 MiB a day.
    const day = (20_000 / 15) * 2 * 86_400;
    const needed = (15 * day) / 0.8 + (15 + 2) * 256 * 1024 ** 2;
    const give = (bytes: number) => retentionProblems({ disk: `${Math.ceil(bytes / 1024)}KiB` as "1KiB" });
    expect(give(needed)).toEqual([]);
    expect(give(needed * 1.01)).toEqual([]);
    expect(give(needed * 0.99)).toMatchObject([{ property: "retention.disk" }]);
    expect(give(needed * 0.95)).toMatchObject([{ property: "retention.disk" }]);
  });

  it("fits a disk that is just large enough, and one that its own data has filled", () => {
    expect(retentionProblems({ disk: "85GiB" }, { dataDisk: disk(100, 100) })).toEqual([]);
    expect(retentionProblems({ disk: "85GiB" }, { dataDisk: disk(100, 20), keptAlready: () => true })).toEqual([]);
  });
});
