import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderAlertmanager } from "../../config/alertmanager.ts";
import { maintainedServices, renderWindow } from "../../config/alertmanager-maintenance.ts";
import { findTool } from "../../offline/tools.ts";
import type { AlertPolicySpec, Receiver } from "../../signals/alert-policy.ts";
import type { MaintenanceWindow } from "../../signals/maintenance.ts";
import { MINUTE } from "../../signals/periods.ts";
import { RunningAlertmanager, startSink } from "./running-alertmanager.ts";

const hook = (url: string): Receiver => ({ kind: "webhook", name: "hook", url: `${url}/hook` });
const nights = { name: "nights", from: "22:00", to: "07:00" };
const window = (services: readonly string[], from: string, to: string): MaintenanceWindow => ({
  services,
  from,
  to,
  why: "the disk is replaced",
});
const disk = { ...window(["orders", "till"], "2026-12-31T22:30Z", "2027-01-02T00:00Z"), long: true };
const till = window(["till"], "2026-12-01T00:00Z", "2026-12-01T06:00Z");

describe("renderWindow", () => {
  it("is a part of each day of it, in its one year and month, and no minute more", () => {
    const day = (date: string, month: string, year: string, start_time: string, end_time: string) => ({
      times: [{ start_time, end_time }],
      days_of_month: [date],
      months: [month],
      years: [year],
      location: "UTC",
    });
    expect(renderWindow(disk)).toEqual({
      name: "maintenance 2026-12-31T22:30Z to 2027-01-02T00:00Z: orders, till",
      time_intervals: [day("31", "12", "2026", "22:30", "24:00"), day("1", "1", "2027", "00:00", "24:00")],
    });
    expect(renderWindow(till)).toMatchObject({ time_intervals: [day("1", "12", "2026", "00:00", "06:00")] });
    expect(renderWindow(window(["a"], "2028-02-28T23:59Z", "2028-02-29T00:01Z"))).toMatchObject({
      time_intervals: [day("28", "2", "2028", "23:59", "24:00"), day("29", "2", "2028", "00:00", "00:01")],
    });
  });
});

describe("maintainedServices", () => {
  it("has services together that are in the same windows, and none that a route is not about", () => {
    const both = maintainedServices([disk, till]);
    expect(both.map(({ services, windows }) => [services, windows.length])).toEqual([
      [["orders"], 1],
      [["till"], 2],
    ]);
    expect(maintainedServices([disk, till], ["till", "catalog"]).map(({ services }) => services)).toEqual([["till"]]);
    expect(maintainedServices([disk], ["catalog"])).toEqual([]);
    expect(maintainedServices([])).toEqual([]);
  });
});

describe("renderAlertmanager", () => {
  const everything: AlertPolicySpec = {
    name: "everything",
    notify: { critical: [hook("http://x")], warning: [{ to: hook("http://x"), except: [nights] }] },
  };
  const settings = {
    maintenance: [disk, till],
    pace: "fast",
    uses: [{ service: "till", on: "orders" }],
    watchdog: { ...hook("http://x"), name: "switch" },
  } as const;
  const [file] = renderAlertmanager([everything], settings);
  const { route } = parse(file?.content ?? "");

  it("mutes exactly the services of a window, with whatever else mutes the route, and the symptoms among them", () => {
    const [critical, warning] = route.routes[1].routes;
    expect(critical).not.toHaveProperty("mute_time_intervals");
    expect(critical.routes.map(({ matchers }: { matchers: readonly string[] }) => matchers[0])).toEqual([
      'service=~"orders"',
      'service=~"till"',
      'kind="symptom"',
    ]);
    const [orders, both] = critical.routes;
    expect(orders.mute_time_intervals).toHaveLength(1);
    expect(both.mute_time_intervals).toHaveLength(2);
    expect(both.routes).toEqual([
      { matchers: ['kind="symptom"'], group_wait: "20s", mute_time_intervals: both.mute_time_intervals },
    ]);
    expect(warning.routes[0].mute_time_intervals).toEqual(["nights", ...orders.mute_time_intervals]);
  });

  it("leaves the Watchdog alone", () => {
    expect(JSON.stringify(route.routes[0])).not.toContain("mute");
    expect(route.routes[0].receiver).toBe("switch");
  });

  it("is as without windows where there is none", () => {
    const [without] = renderAlertmanager([everything], { ...settings, maintenance: [] });
    expect(without?.content).not.toContain("maintenance");
    expect(without).toEqual(renderAlertmanager([everything], { ...settings, maintenance: undefined } as never)[0]);
  });

  it("gives what amtool accepts, and a window sends an alert where it went before", () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-amtool-"));
    try {
      const at = path.join(directory, "alertmanager.yml");
      writeFileSync(at, file?.content ?? "");
      const amtool = (...words: string[]) =>
        execFileSync(findTool("amtool"), words, { encoding: "utf8", stdio: "pipe" });
      expect(amtool("check-config", at)).toContain("SUCCESS");
      for (const labels of [["service=till"], ["service=till", "kind=symptom"], ["service=catalog"]]) {
        const routes = amtool("config", "routes", "test", `--config.file=${at}`, "severity=critical", ...labels);
        expect(routes.trim()).toBe("hook");
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("fails on a window of what has no alerts", () => {
    const given = () => renderAlertmanager([everything], { ...settings, services: ["till", "catalog"], uses: [] });
    expect(given).toThrow(
      /maintenance\[0\]\.services\[0\]: got "orders"; allowed: a service that has alerts: till, catalog/,
    );
  });
});

describe("a running Alertmanager", () => {
  const alertmanager = new RunningAlertmanager();
  let sink: Awaited<ReturnType<typeof startSink>>;
  beforeAll(async () => {
    sink = await startSink();
    const now = Date.now();
    const at = (minutes: number) => `${new Date(now + minutes * MINUTE).toISOString().slice(0, 16)}Z`;
    const maintenance = [
      window(["orders"], at(-2), at(60)),
      window(["catalog"], at(-120), at(-60)),
      window(["till"], at(60), at(120)),
    ];
    const policy: AlertPolicySpec = { name: "all", notify: { critical: [hook(sink.url)], warning: "nobody" } };
    const [config] = renderAlertmanager([policy], {
      pace: "fast",
      maintenance,
      watchdog: { ...hook(sink.url), name: "switch" },
    });
    await alertmanager.start(config?.content ?? "");
  }, 60_000);
  afterAll(async () => {
    await alertmanager.stop();
    sink.close();
  });

  it("keeps what is of a window to itself while it lasts, and tells all else", async () => {
    const down = (service: string) => ({
      labels: { alertname: "TargetDown", service, severity: "critical", kind: "outage" },
    });
    await alertmanager.send(down("orders"), down("catalog"), down("till"), {
      labels: { alertname: "Watchdog", service: "orders", severity: "none", kind: "none" },
    });
    const told = () =>
      [
        ...new Set(
          sink.sent.flatMap(({ body }) =>
            (body.alerts as { labels: Record<string, string> }[]).map(
              ({ labels }) => `${labels.alertname} ${labels.service}`,
            ),
          ),
        ),
      ].sort();
    const all = ["TargetDown catalog", "TargetDown till", "Watchdog orders"];
    await expect.poll(told).toEqual(all);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(told()).toEqual(all);
  });
});
