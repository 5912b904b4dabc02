import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderPrometheus } from "../../config/prometheus.ts";
import { PROMETHEUS_AGENT_CHECK, renderPrometheusAgent } from "../../config/prometheus-agent.ts";
import { findTool } from "../../offline/tools.ts";
import { targetRules } from "../../signals/rules/targets.ts";

const link = { gateway: "192.0.2.20:8443", serverName: "gateway.vigie.internal" };
const signals = {
  scrapeJobs: [{ job: "catalog", targets: ["catalog-1:5000"] }],
  probes: [{ name: "shop", url: "http://edge:8000/" }],
  ruleGroups: [targetRules()],
};
const settings = { link, blackbox: "blackbox:9115", scrapeInterval: "5s" };
const content = renderPrometheusAgent(signals, settings)[0]?.content ?? "";

describe("renderPrometheusAgent", () => {
  it("gives what promtool accepts of an agent", () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-promtool-"));
    writeFileSync(path.join(directory, "prometheus.yml"), content);
    const [, ...words] = PROMETHEUS_AGENT_CHECK.map((word) => word.replace("/etc/prometheus", directory));
    expect(execFileSync(findTool("promtool"), words, { encoding: "utf8" })).toContain("SUCCESS");
  });

  it("scrapes as a Prometheus on that host would: labels and instances are the same", () => {
    const { scrape_configs } = parse(renderPrometheus(signals, settings)[0]?.content ?? "");
    expect(parse(content).scrape_configs).toEqual(scrape_configs);
    expect(parse(content).global).toEqual({ scrape_interval: "5s", scrape_timeout: "5s" });
  });

  it("sends by TLS, with the certificates of the link", () => {
    expect(parse(content).remote_write).toMatchObject([
      {
        send_exemplars: true,
        url: "https://192.0.2.20:8443/api/v1/write",
        tls_config: {
          ca_file: "/run/secrets/authority.crt",
          cert_file: "/run/secrets/link.crt",
          key_file: "/run/secrets/link.key",
          server_name: "gateway.vigie.internal",
          min_version: "TLS12",
        },
      },
    ]);
  });

  it("has no rules: those are where the samples go", () => {
    expect(renderPrometheusAgent(signals, settings)).toHaveLength(1);
    expect(parse(content).rule_files).toBeUndefined();
  });

  it("fails with an address that is none, and with what a Prometheus refuses", () => {
    const wrong = { gateway: "https://192.0.2.20", serverName: "Gateway!" };
    expect(() => renderPrometheusAgent({ scrapeJobs: [{ job: "x", targets: [] }] }, { link: wrong })).toThrow(
      /scrapeJobs\.x\.targets[\s\S]*gateway: got "https:\/\/192\.0\.2\.20"[\s\S]*serverName: got "Gateway!"/,
    );
  });
});
