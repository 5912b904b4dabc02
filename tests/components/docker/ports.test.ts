import { beforeAll, expect, it } from "vitest";
import { registered, settle, startMocks, types } from "../recorder.ts";

beforeAll(async () => {
  await startMocks();
  const { Door, Grafana, LocalDockerHost, Traefik } = await import("../../../components/index.ts");
  const host = new LocalDockerHost("open", { checkMachine: false, bindAddress: "0.0.0.0" });
  new Traefik("gate", { host });
  new Grafana("panels", { host, prometheus: "prometheus:9090", dashboards: [] });
  new Door("way-in", { host });
  await settle();
});

it("the edge's ports are open to visitors where they are told to be, and no others", () => {
  const containers = registered.filter(({ type }) => type === types.container);
  const ports = containers.flatMap(({ inputs }) => (inputs.ports ?? []) as { ip: string; external: number }[]);
  const at = (address: string) => ports.filter(({ ip }) => ip === address).map(({ external }) => external);
  expect(at("0.0.0.0").sort()).toEqual([443, 80]);
  expect(at("127.0.0.1").sort()).toEqual([3000, 8080]);
});
