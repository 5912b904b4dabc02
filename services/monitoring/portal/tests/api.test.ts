import { utimesSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type InstrumentedServer, newServer } from "../../../telemetry/node/index.ts";
import type { PortalDescription } from "../../portal-description.ts";
import { portalApi } from "../src/api.ts";
import { Described } from "../src/described.ts";
import {
  alertmanager,
  described,
  jaeger,
  landed,
  prometheus,
  REQUEST,
  type Store,
  store,
  TRACE,
  victorialogs,
} from "./stores.ts";

let stores: Readonly<Record<"prometheus" | "alertmanager" | "logs" | "traces", Store>>;
let server: InstrumentedServer;
let file: string;

async function start(change: Partial<PortalDescription> = {}): Promise<void> {
  const { prometheus: p, alertmanager: a, logs, traces } = stores;
  file = landed(
    described(
      {
        prometheus: p.url,
        alertmanagers: ["http://127.0.0.1:9/", a.url],
        logs: { kind: "victorialogs", url: logs.url },
        traces: { kind: "jaeger", url: traces.url },
      },
      change,
    ),
  );
  server = newServer({ service: "portal", version: "0.0.0" });
  // A machine that is busy with other tests is not what is looked at here.
  const patient = { maxEventLoopDelay: 0 };
  await server.app.register(portalApi, { described: new Described(file), version: "0.0.0", ...patient });
}

const get = async (url: string) => {
  const answer = await server.app.inject({ url });
  return { status: answer.statusCode, body: answer.json() };
};
const send = async (method: "POST" | "DELETE", url: string, body?: object) => {
  const answer = await server.app.inject({ method, url, ...(body === undefined ? {} : { payload: body }) });
  return { status: answer.statusCode, body: answer.body === "" ? undefined : answer.json() };
};

beforeEach(async () => {
  stores = {
    prometheus: await store(prometheus),
    alertmanager: await store(alertmanager),
    logs: await store(victorialogs),
    traces: await store(jaeger),
  };
});
afterEach(async () => {
  await server.app.close();
  await Promise.all(Object.values(stores).map((one) => one.close()));
});

describe("the overview", () => {
  it("has each service with its figures now and over the last hour, and the alerts, the most urgent first", async () => {
    await start();
    const { status, body } = await get("/api/overview");
    expect(status).toBe(200);
    expect(body.services.map(({ name, system }: { name: string; system: string }) => [name, system])).toEqual([
      ["orders", "storefront"],
      ["postgres", ""],
    ]);
    const { orders, postgres } = body.measured.found;
    expect(orders).toMatchObject({ up: 2, version: "new", rate: 3, errors: 0.5, p95: 0.2, budget: 0.75 });
    expect(orders.plots.errors.map(([, value]: number[]) => value)).toEqual([0, 0.5]);
    expect(postgres).toEqual({ up: 0, plots: {} });
    expect(body.alerts.found.map(({ alert, mutedBy }: Record<string, string>) => [alert, mutedBy])).toEqual([
      ["Down", ""],
      ["Full", "silence"],
      ["Slow", "another alert"],
    ]);
  });

  it("says which planned work lasts now, and of what", async () => {
    const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    await start({
      maintenance: [
        { services: ["orders"], from: at(-5), to: at(5), why: "now" },
        { services: ["postgres"], from: at(5), to: at(10), why: "later" },
        { services: ["postgres"], from: at(-10), to: at(-5), why: "over" },
      ],
    });
    const { body } = await get("/api/overview");
    expect(body.maintenance.map(({ why }: { why: string }) => why)).toEqual(["now"]);
    expect(body.services.map(({ maintained }: { maintained: boolean }) => maintained)).toEqual([true, false]);
  });

  it.each([
    ["prometheus", "measured", "Prometheus"],
    ["alertmanager", "alerts", "Alertmanager"],
  ] as const)("is there without %s, and says so in its place", async (name, part, program) => {
    await start();
    await stores[name].close();
    const { status, body } = await get("/api/overview");
    expect(status).toBe(200);
    expect(body[part]).toEqual({ away: { program, why: "nothing listens there" } });
    expect(body.services).toHaveLength(2);
  });

  it("asks each store once for all who look at one moment", async () => {
    await start();
    await Promise.all(Array.from({ length: 20 }, () => get("/api/overview")));
    expect(stores.prometheus.asked).toHaveLength(6);
    expect(stores.alertmanager.asked).toHaveLength(1);
  });
});

describe("the page of a service", () => {
  it("has its graphs with their legends, its alerts, deployments and lines", async () => {
    await start();
    const { body } = await get("/api/services/orders");
    expect(body.panels[0].lines.found.map(({ name }: { name: string }) => name)).toEqual(["to /a", "to /b"]);
    expect(body.panels[0].marks).toEqual([{ value: 5, means: "critical" }]);
    expect(body.deployments.found.map(({ version }: { version: string }) => version)).toEqual(["next", "new", "old"]);
    const candidates = body.deployments.found.map(({ candidate }: { candidate: boolean }) => candidate);
    expect(candidates).toEqual([true, false, false]);
    expect(body.lines.found.map(({ text }: { text: string }) => text)).toEqual(["first", "second"]);
    expect(stores.logs.asked[0]).toContain('{service_name="orders"}');
    expect((await get("/api/services/postgres")).body.usedBy).toEqual(["orders"]);
  });

  it("is there without the log store, and without Prometheus", async () => {
    await start();
    await stores.logs.close();
    await stores.prometheus.close();
    const { status, body } = await get("/api/services/orders");
    expect(status).toBe(200);
    expect(body.lines.away.program).toBe("VictoriaLogs");
    expect(body.panels[0].lines.away.program).toBe("Prometheus");
    expect(body.alerts.found).toHaveLength(3);
  });

  it.each(["catalog", "orders'", "..%2f", "%7B"])("fails for the service %s, which is none", async (name) => {
    await start();
    expect([400, 404]).toContain((await get(`/api/services/${name}`)).status);
    expect(stores.prometheus.asked).toEqual([]);
  });
});

describe("a request", () => {
  it("has the spans of its trace and its lines, the earliest first", async () => {
    await start();
    const { body } = await get(`/api/requests/${TRACE}`);
    expect(body.spans.found).toEqual([
      { id: "a", parent: "", service: "edge", name: "proxy", start: 1999, duration: 4, failed: false },
      { id: "b", parent: "a", service: "orders", name: "GET", start: 2000, duration: 1.5, failed: true },
    ]);
    expect(body.lines.found.map(({ text }: { text: string }) => text)).toEqual(["first", "second"]);
    expect(stores.logs.asked[0]).toContain(`trace_id:="${TRACE}"`);
  });

  it("is found by its X-Request-ID, which its lines have", async () => {
    await start();
    const { body } = await get("/api/requests/req-12345678");
    expect(stores.logs.asked[0]).toContain('request_id:="req-12345678"');
    expect(body.trace).toBe(TRACE);
    expect(body.spans.found).toHaveLength(2);
  });

  it("is found by an X-Request-ID that looks like the id of a trace", async () => {
    await start();
    // Nothing has this id as its trace: the stand-in answers nobody's lines with none.
    const { body } = await get(`/api/requests/${REQUEST}`);
    expect(stores.logs.asked.map((asked) => /(trace|request)_id/.exec(asked)?.[0])).toEqual(["trace_id", "request_id"]);
    expect(body.trace).toBe(TRACE);
    expect(body.spans.found).toHaveLength(2);
  });

  it("has no spans where none are kept, and its lines without the trace store", async () => {
    await start();
    expect((await get(`/api/requests/${"0".repeat(32)}`)).body.spans).toEqual({ found: [] });
    await stores.traces.close();
    const { body } = await get(`/api/requests/${TRACE}`);
    expect(body.spans.away).toEqual({ program: "Jaeger", why: "nothing listens there" });
    expect(body.lines.found).toHaveLength(2);
  });

  it.each(['x"} | delete', "short", "a b c d e f g"])("fails for %j, which is no id", async (id) => {
    await start();
    expect((await get(`/api/requests/${encodeURIComponent(id)}`)).status).toBe(400);
    expect(stores.logs.asked).toEqual([]);
  });
});

describe("the graph, the deployments and the alerts", () => {
  it("have what is declared and what is seen", async () => {
    await start();
    const { body } = await get("/api/graph");
    expect(body.live.found).toEqual([{ from: "edge", to: "orders", rate: 1.5 }]);
    expect(body.up.found).toEqual({ orders: 2, postgres: 0 });
    expect((await get("/api/deployments")).body.deployments.found).toHaveLength(3);
    const alerts = (await get("/api/alerts")).body;
    expect(alerts.maySilence).toBe(true);
    expect(alerts.silences.found).toEqual([
      expect.objectContaining({ matchers: ["service=orders", "alertname!~A|B"], by: "ada", state: "active" }),
    ]);
  });
});

describe("a change", () => {
  const silence = { alert: "Down", service: "orders", minutes: 30, why: "the disk is replaced" };

  it("silences one alert of one service, until its end", async () => {
    await start();
    expect((await send("POST", "/api/silences", silence)).status).toBe(201);
    const sent = JSON.parse(stores.alertmanager.asked[0]?.replace(/^\S+ \S+ /, "") ?? "{}");
    expect(sent.matchers).toEqual([
      { name: "service", value: "orders", isRegex: false, isEqual: true },
      { name: "alertname", value: "Down", isRegex: false, isEqual: true },
    ]);
    expect(Date.parse(sent.endsAt) - Date.parse(sent.startsAt)).toBe(1_800_000);
    expect(sent).toMatchObject({ createdBy: "portal", comment: "the disk is replaced" });
    expect((await send("DELETE", "/api/silences/5f0f7ac3-2a10-4f0f-9f0f-0123456789ab")).status).toBe(204);
  });

  it("mutes every service of a planned work, or none", async () => {
    await start();
    const work = { services: ["orders", "postgres"], minutes: 60, why: "new disks" };
    expect((await send("POST", "/api/maintenance", work)).body.ids).toHaveLength(2);
    expect(stores.alertmanager.asked).toHaveLength(2);
    const { status, body } = await send("POST", "/api/maintenance", { ...work, services: ["orders", "till"] });
    expect([status, body.detail]).toEqual([422, "There is no till in this stack: nothing was muted."]);
    expect(stores.alertmanager.asked).toHaveLength(2);
  });

  it.each([
    [{ ...silence, minutes: 4 }, 400],
    [{ ...silence, minutes: 1441 }, 400],
    [{ ...silence, why: "  " }, 400],
    [{ ...silence, service: "till" }, 422],
    [{ ...silence, matchers: [] }, 400],
    [{ alert: "Down", minutes: 30, why: "all" }, 400],
  ])("fails for %j, and nothing is silenced", async (body, status) => {
    await start();
    expect((await send("POST", "/api/silences", body)).status).toBe(status);
    expect(stores.alertmanager.asked).toEqual([]);
  });

  it("fails where the portal only reads, and where Alertmanager is away", async () => {
    await start({ silences: false });
    expect((await send("POST", "/api/silences", silence)).body.type).toContain("read-only");
    expect((await send("DELETE", "/api/silences/5f0f7ac3-2a10-4f0f-9f0f-0123456789ab")).status).toBe(403);
    expect(stores.alertmanager.asked).toEqual([]);
    await server.app.close();
    await start();
    await stores.alertmanager.close();
    const { status, body } = await send("POST", "/api/silences", silence);
    expect([status, body.detail]).toEqual([503, "Alertmanager: nothing listens there. Nothing was changed."]);
  });
});

describe("the description", () => {
  it("is read again when a deployment has landed another one, and kept when that is broken", async () => {
    await start();
    const { stack: before } = (await get("/api/overview")).body;
    const write = (text: string, seconds: number) => {
      writeFileSync(file, text);
      utimesSync(file, seconds, seconds);
    };
    write("{ half", 1000);
    expect((await get("/api/overview")).body.stack).toBe(before);
    const { prometheus: p, logs } = stores;
    write(
      JSON.stringify(
        described(
          { prometheus: p.url, alertmanagers: [], logs: { kind: "victorialogs", url: logs.url } },
          { stack: "vigie/new" },
        ),
      ),
      2000,
    );
    const { body } = await get("/api/overview");
    expect(body.stack).toBe("vigie/new");
    expect(body.alerts.away.why).toBe("nobody is told of alerts in this stack");
  });

  it("is told as OpenAPI", async () => {
    await start();
    const { body } = await get("/api/openapi.json");
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(["/api/overview", "/api/services/{name}", "/api/silences"]),
    );
  });
});
