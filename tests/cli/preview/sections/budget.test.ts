import { describe, expect, it } from "vitest";
import { budget } from "../../../../cli/preview/sections/budget.ts";
import { data } from "../../../../cli/preview/sections/data.ts";
import { type GivenStep, landing } from "../events.ts";
import { container, found } from "../found.ts";

describe("series, disk and memory", () => {
  const jobs = (limit: number, targets: string) =>
    `scrape_configs:\n  - job_name: shop\n    sample_limit: ${limit}\n    static_configs: [{ targets: [${targets}] }]\n`;

  it("counts what was declared, of all targets", () => {
    const steps = [
      landing("prometheus", { "prometheus.yml": jobs(125, "a") }, { "prometheus.yml": jobs(250, "a, b") }),
    ];
    expect(found(budget, steps)).toEqual([
      "scraped otherwise: job shop: 2 targets, 400 series at most, no longer 1 target, 100 series at most",
      "more: series: 400 at most, no longer 100 at most",
    ]);
  });

  it("says how long and on how much disk samples are kept", () => {
    const flags = (time: string, size: string) => ({
      command: [`--storage.tsdb.retention.time=${time}`, `--storage.tsdb.retention.size=${size}`],
    });
    const step = container("replace", "prometheus", "prometheus", flags("2d", "100MB"));
    const moved = (time: string, size: string): GivenStep => ({ ...step, new: { ...step.new, ...flags(time, size) } });
    expect(found(budget, [moved("4d", "200MB")])).toEqual([
      "kept longer: samples: for 4 days, no longer 2 days",
      "more: disk for samples: 200 MiB, no longer 100 MiB",
    ]);
    expect(found(data, [moved("1d", "100MB")])).toEqual([
      "!kept shorter: samples: for 24 hours, no longer 2 days: older ones are deleted",
    ]);
  });
});
