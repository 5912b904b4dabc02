import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { findTool } from "../offline/tools.ts";
import type { DrillPlan } from "../signals/drill-plan.ts";
import type { Proof } from "../signals/proof.ts";
import { forget, promiseOf, resource, settle, startMocks, types } from "./components/recorder.ts";
import { projectDefaults, stackValues } from "./config/project-defaults.ts";

/** The routes of the stacks as they ship: `index.ts` with their own files, storefront, blog and monitoring, asked of amtool. */
type Told = Readonly<Record<"critical" | "warning" | "info", readonly string[]>>;

interface Shipped {
  /** The stack's file. */
  readonly stack: "dev" | "prod";
  /** What its owner adds, as its comments and docs/alerts.md say. */
  readonly more: Readonly<Record<string, string>>;
  /** Keys of those that are secrets. */
  readonly secrets: readonly string[];
  /** Who hears of what, of every service. */
  readonly told: Told;
  /** Who gets the Watchdog. */
  readonly watchdog: string;
}

const prodMail = { mailTo: "ops@shop.example", mailFrom: "vigie@shop.example", mailServer: "mail.shop.example:587" };
const receivers = {
  pager: { kind: "pagerduty", severities: ["critical"] },
  chat: { kind: "slack", severities: ["warning", "info"], except: ["nights"] },
  phone: { kind: "ntfy", server: "https://ntfy.shop.example/", topic: "shop" },
};

const shipped: Readonly<Record<string, Shipped>> = {
  dev: {
    stack: "dev",
    more: {},
    secrets: [],
    told: { critical: ["inbox-mail", "inbox-webhook"], warning: ["inbox-mail", "inbox-webhook"], info: [] },
    watchdog: "dead-mans-switch",
  },
  "prod with its mail and a webhook": {
    stack: "prod",
    more: { ...prodMail, webhookUrl: "https://hooks.shop.example/x", heartbeatUrl: "https://beats.shop.example/x" },
    secrets: ["webhookUrl", "heartbeatUrl"],
    told: { critical: ["mail", "webhook"], warning: ["mail", "webhook"], info: [] },
    watchdog: "heartbeat",
  },
  "prod with receivers by severity": {
    stack: "prod",
    more: {
      receivers: JSON.stringify(receivers),
      receiverSecrets: JSON.stringify({ pager: "0123456789", chat: "https://hooks.slack.example/x" }),
      muteTimings: JSON.stringify({ nights: { from: "22:00", to: "07:00", timezone: "Europe/Paris" } }),
      heartbeatUrl: "https://beats.shop.example/x",
    },
    secrets: ["receiverSecrets", "heartbeatUrl"],
    told: { critical: ["pager", "phone"], warning: ["chat", "phone"], info: ["chat"] },
    watchdog: "heartbeat",
  },
};

const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-shipped-"));
const file = path.join(directory, "alertmanager.yml");
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

/** The receivers of an alert, as amtool finds them; none for nobody. */
function askAmtool(labels: Readonly<Record<string, string>>): readonly string[] {
  const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const options = { encoding: "utf8", stdio: "pipe" } as const;
  const args = ["config", "routes", "test", `--config.file=${file}`, ...words];
  const names = execFileSync(findTool("amtool"), args, options).trim().split("\n").at(-1) ?? "";
  return names === "none" ? [] : [...new Set(names.split(","))].sort();
}

describe.each(Object.entries(shipped))("the alerts of %s", (_, { stack, more, secrets, told, watchdog }) => {
  let drills: DrillPlan;
  let proof: Proof;
  let services: readonly string[];

  beforeAll(async () => {
    vi.resetModules();
    forget();
    await startMocks();
    vi.stubEnv("VIGIE_CHECK_HOST", "false");
    const values = {
      ...projectDefaults(),
      ...stackValues(stack),
      systems: JSON.stringify(["storefront", "blog"]),
      ...more,
    };
    const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`vigie:${key}`, value]));
    pulumi.runtime.setAllConfig(config);
    vi.stubEnv("PULUMI_CONFIG_SECRET_KEYS", JSON.stringify(secrets.map((key) => `vigie:${key}`)));
    const { default: program } = await import("../index.ts");
    await settle();
    [drills, proof] = [await promiseOf(pulumi.output(program.drills)), await promiseOf(pulumi.output(program.proof))];
    const landed = String(resource(types.command, "alertmanager-1-config").stdin);
    writeFileSync(file, landed.slice(landed.indexOf("route:")).replace(/\n#vigie-[\s\S]*$/, "\n"));
    const named = drills.alerts.flatMap(({ labels }) => labels.service ?? []);
    services = [...new Set([...Object.keys(proof.jobs), ...named])].sort();
  });

  it("are of storefront, blog and monitoring", () => {
    expect(services).toEqual(
      expect.arrayContaining([
        "catalog",
        "orders",
        "postgres",
        "redis",
        "blog",
        "blog-php",
        "mysql",
        "edge",
        "prometheus",
        "alertmanager",
      ]),
    );
    expect(services.length).toBeGreaterThan(20);
  });

  it.each(["critical", "warning", "info"] as const)(
    "of severity %s reach who is told of it, whosever they are",
    (severity) => {
      for (const service of [...services, "a service that nobody knows"]) {
        for (const kind of ["cause", "symptom", "outage"]) {
          const labels = { alertname: "Any", severity, service, kind };
          expect.soft(askAmtool(labels), `${service}, ${kind}`).toEqual([...told[severity]].sort());
        }
      }
    },
  );

  it("reach those whom the drill awaits, each with its own labels", () => {
    for (const { alert, severity, kind, labels, fault, receivers: awaited } of drills.alerts) {
      if (fault === undefined || severity === "none") continue;
      const asked = { alertname: alert, severity, kind, ...labels };
      expect.soft(askAmtool(asked), `${alert} of ${labels.service}`).toEqual([...awaited].sort());
    }
  });

  it("of the Watchdog reach who watches for it, and nobody else", () => {
    expect(askAmtool({ alertname: "Watchdog", severity: "none", service: "monitoring" })).toEqual([watchdog]);
  });

  it("leave out no receiver", () => {
    const { receivers: all } = parse(readFileSync(file, "utf8")) as { receivers: readonly { name: string }[] };
    const reached = new Set([...Object.values(told).flat(), watchdog, "none"]);
    expect(all.map(({ name }) => name).sort()).toEqual([...reached].sort());
  });
});
