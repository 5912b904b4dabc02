import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LocalDockerHost as Host } from "../../components/index.ts";
import { startMocks } from "./recorder.ts";

let library: typeof import("../../components/index.ts");
let host: Host;

beforeAll(async () => {
  await startMocks();
  library = await import("../../components/index.ts");
});
beforeEach(() => {
  host = new library.LocalDockerHost("local", { checkMachine: false });
  host.claimPorts([{ port: 3999, property: "httpPort", by: "other" }]);
  host.claimName("taken", "data store");
});

/** The properties that a refusal names, in its order. */
function refused(declare: () => unknown): readonly string[] {
  try {
    declare();
  } catch (error) {
    return [...String(error).matchAll(/^ {2}- (\S+): got /gm)].map(([, property = ""]) => property);
  }
  return [];
}

/** A number that no alert can have: below what it says before. */
const wrong = (alert: string) => ({ thresholds: { [alert]: { warning: -1 } } });
const dashboard = { uid: "till", title: "Till", json: '{"uid":"till","title":"Till"}' };

describe("what is wrong with a declaration is told at once, whoever would refuse it: its name, its port, its files, its rules", () => {
  it.each<[string, (name: string, port: number) => unknown, readonly string[]]>([
    [
      "Postgres",
      (name) => new library.Postgres(name, { host, databases: ["postgres"], ...wrong("PostgresConnectionsHigh") }),
      ["name", "databases[0]", "thresholds.PostgresConnectionsHigh.warning"],
    ],
    [
      "Mysql",
      (name) =>
        new library.Mysql(name, { host, databases: ["root"], memory: "1MiB", ...wrong("MysqlConnectionsHigh") }),
      ["name", "databases[0]", "memory", "thresholds.MysqlConnectionsHigh.warning"],
    ],
    [
      "Redis",
      (name) =>
        new library.Redis(name, { host, services: ["default"], memory: "1MiB", ...wrong("RedisConnectionsHigh") }),
      ["name", "services[0]", "memory", "thresholds.RedisConnectionsHigh.warning"],
    ],
    [
      "Traefik",
      (name, httpPort) =>
        new library.Traefik(name, { host, httpPort, limits: { inFlight: 0 }, ...wrong("TraefikSlowP95") }),
      ["name", "limits.inFlight", "httpPort", "thresholds.TraefikSlowP95.warning"],
    ],
    [
      "Loki",
      (name, port) => new library.Loki(name, { host, port, retention: "1h", ...wrong("LokiRequestsFailing") }),
      ["name", "port", "retention", "thresholds.LokiRequestsFailing.warning"],
    ],
    [
      "VictoriaLogs",
      (name, port) => new library.VictoriaLogs(name, { host, port, retention: "1h" }),
      ["name", "port", "retention"],
    ],
    [
      "Jaeger",
      (name, port) => new library.Jaeger(name, { host, port, retention: "1s" }),
      ["name", "port", "retention"],
    ],
    ["Tempo", (name, port) => new library.Tempo(name, { host, port, retention: "1s" }), ["name", "port", "retention"]],
    [
      "Prometheus",
      (name, port) => new library.Prometheus(name, { host, port, signals: [], scrapeInterval: "often" }),
      ["name", "port", "scrapeInterval"],
    ],
    [
      "Grafana",
      (name, port) =>
        new library.Grafana(name, { host, port, prometheus: "prometheus", home: "x.json", dashboards: [dashboard] }),
      ["name", "port", "home", "prometheus"],
    ],
    [
      "Alertmanager",
      (name, port) =>
        new library.Alertmanager(name, { host, port, policies: [{ name: "all", notify: { critical: [] } }] }),
      ["name", "port", "policies.all.notify.critical", "policies.all.notify.warning"],
    ],
  ])("%s", (_, declare, properties) => {
    for (const name of ["taken", "Not One"]) {
      const all = refused(() => declare(name, 3999));
      expect(all.filter((property) => properties.includes(property)).sort(), all.join(" ")).toEqual(
        [...properties].sort(),
      );
    }
    // What is fine is not told of.
    expect(refused(() => declare("fine", 3998))).toEqual(
      refused(() => declare("taken", 3999)).filter((property) => !["name", "port", "httpPort"].includes(property)),
    );
  });
});
