import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LocalDockerHost as Host } from "../../../components/index.ts";
import { startMocks } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");
let host: Host;

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});
beforeEach(() => {
  host = new library.LocalDockerHost("local", { checkMachine: false });
});

const dashboard = { uid: "till", title: "Till", json: '{"uid":"till","title":"Till"}' };
const declare = (change: object) =>
  new library.Grafana("grafana", { host, prometheus: "prometheus:9090", dashboards: [dashboard], ...change });

describe("a Grafana that is declared wrongly", () => {
  it.each([
    ["an address without a port", { prometheus: "prometheus" }, /prometheus: got "prometheus"; allowed: host:port/],
    [
      "two dashboards of one uid",
      { dashboards: [dashboard, dashboard] },
      /dashboards: got "till"; allowed: each uid once/,
    ],
    ["a first dashboard that is not there", { home: "Till.json" }, /home: got "Till\.json"; allowed: .*till\.json/],
  ])("fails with %s", (_, change, message) => {
    expect(() => declare(change)).toThrow(message);
  });

  it("fails when its port is taken by another component", () => {
    new library.Prometheus("prometheus", { host, signals: [], port: 3000 });
    expect(() => declare({})).toThrow(/- port: got 3000;.*port of prometheus has it already/);
  });
});
