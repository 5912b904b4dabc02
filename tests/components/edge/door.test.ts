import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { LocalDockerHost } from "../../../components/index.ts";
import { forget, manners, registered, resource, settle, startMocks, types } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");
beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});
afterEach(forget);

const makeHost = (name: string): LocalDockerHost =>
  new library.LocalDockerHost(name, { checkMachine: false, traceRatio: 0.1 });

describe("the door of a host", () => {
  it("has the ports of what is published on the loopback, and they have none", async () => {
    const host = makeHost("first");
    new library.Prometheus("prometheus", { host, signals: [], port: 9190 });
    new library.Jaeger("jaeger", { host });
    new library.Traefik("edge", { host });
    new library.Door("door", { host });
    await settle();
    const door = resource(types.container, "door-container");
    expect(door.ports).toEqual(
      // As the provider reads them back: by their numbers.
      [9190, 16686].map((port) => ({ internal: port, external: port, ip: "127.0.0.1", protocol: "tcp" })),
    );
    for (const name of ["prometheus-container", "jaeger-container"])
      expect(resource(types.container, name)).not.toHaveProperty("ports");
    const { stdin } = resource(types.command, "door-config") as { stdin: string };
    expect(stdin).toContain("set $server http://vigie-test-prometheus:9090;");
    expect(stdin).toContain("set $server http://vigie-test-jaeger:16686;");
    expect(stdin).not.toContain("vigie-test-edge");
  });

  it("is only where its pages are, and starts after they have let go of their ports", async () => {
    const host = makeHost("second");
    new library.Prometheus("prometheus", { host, signals: [] });
    new library.Door("door", { host });
    await settle();
    const { networkMode, networksAdvanced } = resource(types.container, "door-container");
    expect(networkMode).toBe("vigie-test-observability");
    // By the second one its ports are published: it is in none that leads out but that.
    expect(networksAdvanced).toMatchObject([{ name: "vigie-test-observability" }, { name: "vigie-test-outside-door" }]);
    const waits = manners.dependencies.get("docker:index/container:Container door-container") ?? [];
    expect(waits.some((urn) => urn.endsWith("::prometheus-container"))).toBe(true);
  });

  it("answers to the names that it is told, and to no other", async () => {
    const host = makeHost("third");
    new library.Prometheus("prometheus", { host, signals: [] });
    expect(() => new library.Door("door", { host, names: ["*.shop.example"] })).toThrow(/names\[0\].*no pattern/s);
    forget();
    const other = makeHost("fourth");
    new library.Prometheus("prometheus", { host: other, signals: [] });
    new library.Door("door", { host: other, names: ["watch.shop.example"] });
    await settle();
    const { stdin } = resource(types.command, "door-config") as { stdin: string };
    expect(stdin).toContain("server_name localhost 127.0.0.1 [::1] watch.shop.example;");
  });

  it("is no container where there is no page", async () => {
    new library.Door("door", { host: makeHost("fifth") });
    await settle();
    expect(registered.filter(({ type }) => type === types.container)).toEqual([]);
  });

  it("fails when a page is declared after it, or a second one is", () => {
    const host = makeHost("sixth");
    new library.Prometheus("prometheus", { host, signals: [] });
    new library.Door("door", { host });
    expect(() => new library.Jaeger("jaeger", { host })).toThrow(/16686.*before the host's door.*Declare/s);
    expect(() => new library.Door("other", { host })).toThrow(/a host without a door.*"door" is its door/s);
  });
});
