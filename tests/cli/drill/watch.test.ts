import { expect, test, vi } from "vitest";
import { beginWatch, matches } from "../../../cli/drill/watch.ts";
import type { Ask } from "../../../cli/verify/ask.ts";
import type { Proof } from "../../../signals/proof.ts";

vi.mock("node:timers/promises", () => import("./virtual-time.ts"));

test("labels match where they have what is asked for", () => {
  expect(matches({ service: "orders", slo: "latency" }, { service: "orders" })).toBe(true);
  expect(matches({ service: "orders" }, { service: "orders", slo: "latency" })).toBe(false);
});

test("what has arrived before the watch is not seen, and what arrives later is seen once, with its labels", async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const proof = {
    urls: { prometheus: "http://prometheus/", alertmanager: "http://alertmanager/" },
    receivers: [
      { name: "a", arrivals: { kind: "mails", url: "http://mail/" } },
      { name: "b", arrivals: { kind: "notices", url: "http://notices/" } },
      { name: "same", arrivals: { kind: "notices", url: "http://notices/" } },
      { name: "pager" },
    ],
  } as unknown as Proof;
  const notice = (received: number, groupKey: string, ...statuses: readonly string[]) => ({
    received,
    notice: {
      groupKey,
      alerts: statuses.map((status, index) => ({ status, labels: { alertname: `${groupKey}${index}` } })),
    },
  });
  const notices = [notice(1, "old", "firing")];
  const mails = [{ ID: "1", Subject: "[FIRING:1] critical: orders: Old" }];
  const alerts = [{ state: "firing", labels: { alertname: "A" } }];
  const kept = [
    { labels: { alertname: "muted" }, status: { inhibitedBy: ["x"] } },
    { labels: { alertname: "told" }, status: { inhibitedBy: [] } },
  ];
  let away = false;
  const asked: string[] = [];
  const ask: Ask = async (url) => {
    asked.push(url);
    if (away) throw new Error("refused");
    const body = url.startsWith("http://prometheus/")
      ? { data: { alerts } }
      : url.startsWith("http://alertmanager/")
        ? kept
        : url.startsWith("http://mail/")
          ? { messages: mails }
          : notices;
    return { status: 200, headers: {}, body: JSON.stringify(body) };
  };
  const watch = await beginWatch(proof, ask);
  const look = async () => {
    const next = watch.next();
    await vi.advanceTimersByTimeAsync(500);
    await next;
  };
  expect(watch.arrivals()).toEqual([]);
  expect(watch.alerts()).toEqual(alerts);
  expect(watch.inhibited()).toEqual([{ alertname: "muted" }]);
  // Two receivers of one inbox are one inbox.
  expect(asked.sort()).toEqual([
    "http://alertmanager/api/v2/alerts?inhibited=true",
    "http://mail/api/v1/messages?limit=200",
    "http://notices/",
    "http://prometheus/api/v1/alerts",
  ]);
  notices.push(notice(2, "new", "firing", "resolved"), notice(3, "old", "resolved"));
  // The newest mail comes first.
  mails.unshift(
    { ID: "3", Subject: "[RESOLVED] critical: orders: Late" },
    { ID: "2", Subject: "[FIRING:1] critical: orders: Late" },
  );
  await look();
  await look();
  const labels = { severity: "critical", service: "orders", alertname: "Late" };
  const at = 1_000_500;
  expect(watch.arrivals().filter(({ kind }) => kind === "notices")).toEqual([
    { kind: "notices", of: "alert", status: "firing", labels: { alertname: "new0" }, at },
    { kind: "notices", of: "alert", status: "resolved", labels: { alertname: "new1" }, at },
    { kind: "notices", of: "alert", status: "resolved", labels: { alertname: "old0" }, at },
  ]);
  expect(watch.arrivals().filter(({ kind }) => kind === "mails")).toEqual([
    { kind: "mails", of: "alert", status: "firing", labels, at },
    { kind: "mails", of: "alert", status: "resolved", labels, at },
  ]);
  away = true;
  await look();
  expect([watch.alerts(), watch.inhibited()]).toEqual([undefined, []]);
  watch.end();
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked.length).toBeLessThanOrEqual(before + 4);
  vi.useRealTimers();
});
