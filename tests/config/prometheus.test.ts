import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { ConfigFile } from "../../config/config-file.ts";
import { renderPrometheus } from "../../config/prometheus.ts";
import { findTool } from "../../offline/tools.ts";
import { targetRules } from "../../signals/rules/targets.ts";

const signals = {
  scrapeJobs: [
    { job: "catalog", targets: ["catalog-1:5000", "catalog-2:5000"] },
    { job: "edge", targets: ["edge:8082"], path: "/metrics", labels: { tier: "edge" } },
  ],
};

const promtool = (files: readonly ConfigFile[]): string => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-promtool-"));
  mkdirSync(path.join(directory, "rules"));
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
    ["evaluations between two scrapes", signals, { scrapeInterval: "2s", evaluationInterval: "1s" as const }],
    ["rules", { ...signals, ruleGroups: [targetRules()] }, {}],
    ["two Alertmanagers", signals, { alertmanagers: ["alertmanager-1:9093", "alertmanager-2:9093"] }],
    ["probes", { ...signals, probes: [{ name: "shop", url: "http://edge:8000/" }] }, { blackbox: "blackbox:9115" }],
  ])("gives what promtool accepts, with %s", (_, given, settings) => {
    expect(promtool(renderPrometheus(given, settings))).toContain("SUCCESS");
  });

  it("gives a job its targets, path and labels", () => {
    const [file] = renderPrometheus(signals);
    expect(parse(file?.content ?? "").scrape_configs).toMatchObject([
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

  it("tells the versions of a rollout apart by a label, and says nothing of versions where there is none", () => {
    const targets = ["catalog-1:5000", "catalog-candidate-1:5000", "catalog-2:5000"];
    const job = { job: "catalog", targets, candidates: ["catalog-candidate-1:5000"], labels: { tier: "shop" } };
    const files = renderPrometheus({ scrapeJobs: [job] });
    expect(promtool(files)).toContain("SUCCESS");
    expect(parse(files[0]?.content ?? "").scrape_configs[0].static_configs).toEqual([
      { targets: ["catalog-1:5000", "catalog-2:5000"], labels: { tier: "shop", version: "stable" } },
      { targets: ["catalog-candidate-1:5000"], labels: { tier: "shop", version: "candidate" } },
    ]);
    expect(renderPrometheus(signals)[0]?.content).not.toContain("version");
  });

  it("names the files of its rules and no pattern", () => {
    const [file, rules] = renderPrometheus({ ...signals, ruleGroups: [targetRules()] });
    expect(parse(file?.content ?? "").rule_files).toEqual(["rules/targets.yml"]);
    expect(rules?.path).toBe("rules/targets.yml");
  });

  it("sends alerts to every Alertmanager", () => {
    const [file] = renderPrometheus(signals, { alertmanagers: ["a-1:9093", "a-2:9093"] });
    expect(parse(file?.content ?? "").alerting).toEqual({
      alertmanagers: [{ static_configs: [{ targets: ["a-1:9093", "a-2:9093"] }] }],
    });
  });

  it("has blackbox_exporter ask the probes, each with its name and service", () => {
    const probes = [
      { name: "films", service: "catalog", url: "http://edge:8000/api/films" },
      { name: "redis", url: "redis:6379", module: "tcp_connect" as const },
      { name: "docs", url: "http://edge:8000/", hostname: "docs.example" },
    ];
    const [file] = renderPrometheus({ scrapeJobs: [], probes }, { blackbox: "blackbox:9115" });
    expect(parse(file?.content ?? "").scrape_configs).toMatchObject([
      {
        job_name: "probes",
        metrics_path: "/probe",
        static_configs: [
          {
            targets: ["http://edge:8000/api/films"],
            labels: { probe: "films", service: "catalog", __param_module: "http_2xx" },
          },
          { targets: ["redis:6379"], labels: { probe: "redis", service: "redis", __param_module: "tcp_connect" } },
          {
            targets: ["http://edge:8000/"],
            labels: { probe: "docs", service: "docs", __param_module: "http_2xx", __param_hostname: "docs.example" },
          },
        ],
        relabel_configs: [
          { source_labels: ["__address__"], target_label: "__param_target" },
          { source_labels: ["__address__"], target_label: "instance" },
          { target_label: "__address__", replacement: "blackbox:9115" },
        ],
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
    ["an Alertmanager without a port", signals, { alertmanagers: ["a"] }, /alertmanagers: got "a"/],
    [
      "probes but no exporter",
      { scrapeJobs: [], probes: [{ name: "x", url: "http://x/" }] },
      {},
      /blackbox: got nothing/,
    ],
    [
      "two probes of one name",
      { scrapeJobs: [], probes: [1, 2].map(() => ({ name: "x", url: "http://x/" })) },
      { blackbox: "b:1" },
      /probes: got "x"; allowed: each probe once/,
    ],
    [
      "a probe of what is no address",
      { scrapeJobs: [], probes: [{ name: "x", url: "x:80" }] },
      { blackbox: "b:1" },
      /probes\.x\.url: got "x:80"; allowed: an address/,
    ],
    ["an interval that is none", signals, { scrapeInterval: "often" }, /scrapeInterval: got "often"/],
    ["evaluations that never come", signals, { evaluationInterval: "0s" as const }, /evaluationInterval: got "0s"/],
    ["a part of a second", signals, { scrapeInterval: "2.5s" }, /scrapeInterval: got "2\.5s"; .*Write "2500ms"/],
    ["a part of a minute", signals, { scrapeInterval: "0.25m" }, /scrapeInterval: got "0\.25m"; .*Write "15s"/],
    ["a word", signals, { evaluationInterval: "1 min" as "1m" }, /evaluationInterval: got "1 min"; .*Write "1m"/],
    ["an interval of less than a second", signals, { scrapeInterval: "10ms" }, /scrapeInterval: got "10ms"/],
  ])("fails with %s", (_, given, settings, message) => {
    expect(() => renderPrometheus(given, settings)).toThrow(message);
    expect(() => renderPrometheus(given, settings)).toThrowErrorMatchingSnapshot();
  });
});
