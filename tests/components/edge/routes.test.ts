import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { findTool } from "../../../offline/tools.ts";
import type { AlertPolicySpec, Receiver } from "../../../signals/alert-policy.ts";
import type { Observable } from "../../../signals/signals.ts";
import { parseProgramSettings as parseSettings } from "../../../systems/settings.ts";
import { projectDefaults } from "../../config/project-defaults.ts";
import { resource, settle, startMocks, types } from "../recorder.ts";

/** Who hears of what in the storefront's stack, as `index.ts` declares it and as amtool reads it. */
const receiver = (name: string): Receiver => ({ kind: "webhook", name, url: `http://${name}.example/` });
const told: Readonly<Record<string, AlertPolicySpec["notify"]>> = {
  films: { critical: [receiver("films-pager"), receiver("chat")], warning: [receiver("films-mail")] },
  orders: { critical: [receiver("orders-pager")], warning: "nobody" },
  shop: { critical: [receiver("shop-pager")], warning: [receiver("shop-mail")], info: [receiver("chat")] },
  everything: { critical: [receiver("pager")], warning: [receiver("mail")] },
};
const ofSystem = ["postgres", "redis", "recommender", "frontend"];
const others = ["edge", "monitoring", "prometheus", "alertmanager", "loki", "collector", "blackbox", "node"];

const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-routes-"));
const file = path.join(directory, "alertmanager.yml");
let sources: readonly Observable[];

beforeAll(async () => {
  await startMocks();
  const { LocalDockerHost, MonitoringStack, Traefik } = await import("../../../components/index.ts");
  const { storefront } = await import("../../../systems/storefront.ts");
  const { servicesBySystem } = await import("../../../systems/system.ts");
  const settings = parseSettings(projectDefaults(), { images: {}, caBundle: undefined });
  const host = new LocalDockerHost("local", { checkMachine: false, stateDirectory: directory });
  const edge = new Traefik("edge", { host });
  const system = storefront({ host, edge, settings });
  sources = [edge, ...system.sources];
  const policies = [...(system.policies ?? []), { name: "shop", system: "storefront" }, { name: "everything" }];
  new MonitoringStack("monitoring", {
    host,
    sources,
    systems: servicesBySystem([system]),
    policies: policies.map((policy) => ({ ...policy, notify: told[policy.name] ?? {} })),
  });
  await settle();
  const landed = String(resource(types.command, "alertmanager-1-config").stdin);
  writeFileSync(file, landed.slice(landed.indexOf("route:")).replace(/\n#vigie-[\s\S]*$/, "\n"));
}, 60_000);

afterAll(() => rmSync(directory, { recursive: true }));

const amtool = (...args: readonly string[]): string =>
  execFileSync(findTool("amtool"), args, { encoding: "utf8", stdio: "pipe" });

describe("the storefront's alerts", () => {
  it("have routes that amtool accepts", () => {
    expect(amtool("check-config", file)).toContain("SUCCESS");
  });

  it("are those of these services", () => {
    const jobs = sources.flatMap(({ signals }) => signals.scrapeJobs.map(({ job }) => job));
    expect(jobs.sort()).toEqual(["catalog", "orders", "edge", ...ofSystem].sort());
  });

  const policyOf = (service: string): string => {
    if (service === "catalog") return "films";
    if (service === "orders") return "orders";
    return ofSystem.includes(service) ? "shop" : "everything";
  };
  const services = ["catalog", "orders", ...ofSystem, ...others];
  const cases = services.flatMap((service) =>
    (["critical", "warning", "info"] as const).map((s) => [s, service] as const),
  );

  it.each(cases)("of severity %s reach who is to hear of %s", (severity, service) => {
    const whom = told[policyOf(service)]?.[severity] ?? "nobody";
    const names = whom === "nobody" ? ["none"] : whom.map((one) => ("kind" in one ? one.name : one.to.name));
    const labels = [`severity=${severity}`, `service=${service}`, "alertname=Any", "kind=cause"];
    const answer = amtool("config", "routes", "test", `--config.file=${file}`, ...labels);
    expect(answer.trim().split("\n").at(-1)).toBe(names.join(","));
  });

  it("are muted for those who use PostgreSQL, and not for those who do without Redis", () => {
    const { inhibit_rules: rules } = parse(readFileSync(file, "utf8"));
    expect(rules.slice(2)).toEqual([
      {
        source_matchers: ['kind="outage"', 'severity="critical"', 'service="postgres"', 'alertname!="TargetDown"'],
        target_matchers: ['kind="symptom"', 'service=~"catalog|orders"'],
      },
    ]);
  });
});
