import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { ConfigFile } from "../../config/config-file.ts";
import { renderPrometheus } from "../../config/prometheus.ts";
import { findTool } from "../../offline/tools.ts";

const signals = {
  scrapeJobs: [
    { job: "catalog", targets: ["catalog-1:5000", "catalog-2:5000"] },
    { job: "edge", targets: ["edge:8082"], path: "/metrics", labels: { tier: "edge" } },
  ],
};

const promtool = (files: readonly ConfigFile[]): string => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-promtool-"));
  for (const file of files) writeFileSync(path.join(directory, file.path), file.content);
  return execFileSync(findTool("promtool"), ["check", "config", path.join(directory, "prometheus.yml")], {
    encoding: "utf8",
    stdio: "pipe",
  });
};

describe("renderPrometheus", () => {
  it.each([
    ["two jobs", signals, { scrapeInterval: "5s", externalLabels: { stack: "dev" } }],
    ["no job", { scrapeJobs: [] }, {}],
    ["a long interval", signals, { scrapeInterval: "1m" }],
    ["a short interval", signals, { scrapeInterval: "1s" }],
  ])("gives what promtool accepts, with %s", (_, given, settings) => {
    expect(promtool(renderPrometheus(given, settings))).toContain("SUCCESS");
  });

  it("gives a job its targets, path and labels", () => {
    const [file] = renderPrometheus(signals);
    expect(parse(file?.content ?? "").scrape_configs).toEqual([
      {
        job_name: "catalog",
        metrics_path: "/metrics",
        static_configs: [{ targets: ["catalog-1:5000", "catalog-2:5000"] }],
      },
      {
        job_name: "edge",
        metrics_path: "/metrics",
        static_configs: [{ targets: ["edge:8082"], labels: { tier: "edge" } }],
      },
    ]);
  });

  it("never lets a scrape take longer than the interval", () => {
    const timeout = (scrapeInterval: string) => {
      const [file] = renderPrometheus(signals, { scrapeInterval });
      return parse(file?.content ?? "").global.scrape_timeout;
    };
    expect([timeout("5s"), timeout("10s"), timeout("1m")]).toEqual(["5s", "10s", "10s"]);
  });

  it("leaves to promtool what only promtool knows", () => {
    const wrong = { scrapeJobs: [{ job: "catalog", targets: ["catalog-1:5000"], labels: { "": "x" } }] };
    expect(() => promtool(renderPrometheus(wrong))).toThrow(/is not a valid label name/);
  });

  it.each([
    [
      "two jobs of one name",
      { scrapeJobs: [...signals.scrapeJobs, ...signals.scrapeJobs] },
      {},
      /got "catalog"; allowed: each job once/,
    ],
    ["a job without targets", { scrapeJobs: [{ job: "x", targets: [] }] }, {}, /scrapeJobs\.x\.targets/],
    ["a target without a port", { scrapeJobs: [{ job: "x", targets: ["x"] }] }, {}, /got "x"; allowed: host:port/],
    ["an interval that is none", signals, { scrapeInterval: "often" }, /scrapeInterval: got "often"/],
    ["an interval of less than a second", signals, { scrapeInterval: "10ms" }, /scrapeInterval: got "10ms"/],
  ])("fails with %s", (_, given, settings, message) => {
    expect(() => renderPrometheus(given, settings)).toThrow(message);
  });
});
