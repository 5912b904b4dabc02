import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { makeCertificates } from "../../config/certificates.ts";
import { renderCollector } from "../../config/collector.ts";
import { renderSwitchArguments } from "../../config/dead-mans-switch.ts";
import { renderDoor } from "../../config/door.ts";
import { renderGateway } from "../../config/gateway.ts";
import { renderGrafana } from "../../config/grafana.ts";
import { imageReference } from "../../config/image-references.ts";
import { renderLandingInput } from "../../config/landing.ts";
import { renderLoki } from "../../config/loki.ts";
import { renderMysql } from "../../config/mysql.ts";
import { renderPrometheus } from "../../config/prometheus.ts";
import { renderPrometheusAgent } from "../../config/prometheus-agent.ts";
import { renderPromtail } from "../../config/promtail.ts";
import { renderRedis } from "../../config/redis.ts";
import { planRetention } from "../../config/retention.ts";
import { renderSocketProxy } from "../../config/socket-proxy.ts";
import { sshTargetProblems } from "../../config/ssh.ts";
import { renderTempo } from "../../config/tempo.ts";
import { renderVictoriaLogs } from "../../config/victorialogs.ts";
import { refuseIf } from "../../services/problems.ts";

const now = new Date("2026-11-21T12:00:00Z");
const certificates = { stack: "vigie/test", serverName: "gateway.vigie.internal", now };
const agent = {
  ...{ stack: "dev", serverName: "A_B", hostLogs: "My Host" },
  logStore: { kind: "elastic" as "loki", address: "loki:x" },
};

/** Declarations with all wrong that can be, and what makes something of them. */
const REFUSED: Readonly<Record<string, () => unknown>> = {
  "certificates of a short secret, for a client twice": () =>
    makeCertificates({ ...certificates, secret: "a".repeat(23), clients: ["web", "shop", "web"] }),
  "a Collector": () =>
    renderCollector({
      ...agent,
      traces: { store: "jaeger", keep: 1.1, slow: "0s", slowOf: { orders: "x" as "1s" }, wait: "1.5s" as "1s" },
    }),
  "a Promtail": () => renderPromtail(agent),
  "a dead man's switch": () =>
    renderSwitchArguments(
      "shop/dev",
      { to: ["ops"], from: "vigie", smarthost: "mail", username: "a b", requireTls: "no" as unknown as boolean },
      "steady",
    ),
  "a password without its user": () =>
    renderSwitchArguments(
      "shop/dev",
      { to: ["a@b.example"], from: "c@d.example", smarthost: "mail:587", passwordFile: "/run/secrets/mail" },
      "steady",
    ),
  "a door": () =>
    renderDoor({
      pages: [
        { port: 9091, server: "prometheus" },
        { port: 9090, server: "a b:1" },
        { port: 9090, server: "c:1", credentials: "../x" },
      ],
      names: ["A b", "*."],
    }),
  "a gateway": () =>
    renderGateway([
      { path: "/A", server: "loki" },
      { path: "/a", server: "loki:1" },
      { path: "/a", server: "loki:1" },
    ]),
  "a Grafana": () =>
    renderGrafana({
      ...{ prometheus: "p", loki: "l", victorialogs: "v", jaeger: "j", tempo: "t", rootUrl: "grafana" },
      ...{ scrapeInterval: "0s", prometheusPasswordFile: "secret" },
    }),
  images: () =>
    imageReference("nginx", { registryMirror: "https://a/", overrides: { ngnix: "a", node: "a b" } as object }),
  "files that land": () =>
    renderLandingInput([
      { path: "../a", content: "a\n" },
      { path: "a", content: "a" },
      { path: "a", content: "#vigie-file: b\n" },
    ]),
  "a Loki": () => renderLoki({ retention: "1h", disk: "much" as "1GiB" }),
  "a Tempo": () => renderTempo({ retention: "30m" }),
  "a VictoriaLogs": () =>
    renderVictoriaLogs({ retention: "1h", disk: "much" as "1GiB" }, { cacheBytes: 1, keyFile: "/k" }),
  "a MySQL": () => renderMysql({ flavour: "mysql", databases: [], memory: "1MiB" }),
  "a Redis": () => renderRedis({ memory: "1B" }),
  "a Prometheus": () =>
    renderPrometheus(
      {
        scrapeJobs: [
          { job: "a", targets: [] },
          { job: "b", targets: ["x"] },
          { job: "c", targets: ["c:1"], metrics: ["a_bucket", "-"], seriesBudget: 0 },
          { job: "c", targets: ["c:1"], seriesBudget: 100_001 },
        ],
        probes: [
          { name: "x", url: "edge" },
          { name: "x", url: "http://edge/" },
          { name: "y", url: "http://edge/", module: "tcp_connect" },
        ],
      },
      { scrapeInterval: "500ms", evaluationInterval: "0s", alertmanagers: ["one"] },
    ),
  "an agent of Prometheus": () =>
    renderPrometheusAgent(
      { scrapeJobs: [], probes: [{ name: "x", url: "edge:1", module: "tcp_connect" }] },
      { link: { gateway: "g", serverName: "A B" }, blackbox: "b" },
    ),
  "a retention": () => planRetention({ metrics: "1h", logs: "x", traces: "1.5d", disk: "y" } as object),
  "a socket proxy": () => renderSocketProxy({ stack: "a" }),
  "a machine": () => refuseIf("a host", sshTargetProblems({ address: "-o", port: 65_536, user: "A B" }, "host.")),
  "a machine's other neighbours": () =>
    refuseIf("a host", sshTargetProblems({ address: "a b", port: 0, user: "-x" }, "bastion.")),
};

it.each(Object.keys(REFUSED))("fails for %s with everything at once, in these words", (name) => {
  expect(REFUSED[name]).toThrowErrorMatchingSnapshot();
});

it("certificates of a secret and a time are the same in every version: an upgrade is no new pair of hosts", () => {
  const made = makeCertificates({ ...certificates, secret: "a".repeat(24), clients: ["web", "shop"] });
  expect(createHash("sha256").update(JSON.stringify(made)).digest("hex")).toBe(
    "8676def8188305ece7c4867a0723f0d7821c059e8f11a1ce881e015b126c91e3",
  );
});
