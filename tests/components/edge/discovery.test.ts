import { beforeAll, describe, expect, it } from "vitest";
import { registered, resource, settle, startMocks, types } from "../recorder.ts";

/** An edge that finds containers by their labels, and one that does not, under mocks. */
let library: typeof import("../../../components/index.ts");

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
  const { LocalDockerHost, Traefik } = library;
  new Traefik("plain", { host: new LocalDockerHost("one", { checkMachine: false }) });
  new Traefik("edge", { host: new LocalDockerHost("two", { checkMachine: false }), discovery: "docker-labels" });
  await settle();
});

const networksOf = (name: string) =>
  (resource(types.container, name).networksAdvanced as { name: string }[]).map(({ name }) => name);

describe("an edge with discovery by labels", () => {
  it("asks the proxy, in a network that only the two are in and that has no way out", () => {
    expect(resource(types.container, "edge-container").command).toEqual(
      expect.arrayContaining([
        "--providers.docker.endpoint=tcp://vigie-test-edge-socket-proxy:2375",
        "--providers.docker.network=vigie-test-routes",
        "--providers.docker.exposedbydefault=false",
        "--providers.docker.constraints=Label(`vigie.edge`, `vigie/test`)",
        "--entrypoints.web.asdefault=true",
      ]),
    );
    expect(networksOf("edge-container")).toEqual([
      "vigie-test-edge",
      "vigie-test-routes",
      "vigie-test-metrics",
      "vigie-test-discovery",
    ]);
    expect(networksOf("edge-socket-proxy-container")).toEqual(["vigie-test-discovery"]);
    expect(resource(types.network, "two-discovery").internal).toBe(true);
  });

  it("has the socket in the proxy alone, read-only, and the proxy is no root and publishes nothing", () => {
    const withSocket = registered.filter(({ inputs }) => JSON.stringify(inputs.volumes ?? []).includes("docker.sock"));
    expect(withSocket.map(({ name }) => name)).toEqual(["edge-socket-proxy-container"]);
    expect(resource(types.container, "edge-socket-proxy-container")).toMatchObject({
      user: "101:0",
      readOnly: true,
      capabilities: { drops: ["ALL"] },
      wait: true,
      volumes: expect.arrayContaining([
        { hostPath: "/var/run/docker.sock", containerPath: "/run/docker.sock", readOnly: true },
      ]),
    });
    expect(resource(types.container, "edge-socket-proxy-container")).not.toHaveProperty("ports");
  });

  it("shows the proxy's configuration to Nginx before it lands", () => {
    const { create, stdin } = resource(types.command, "edge-socket-proxy-config") as { create: string; stdin: string };
    expect(create).toContain("nginx");
    expect(stdin).toContain(encodeURIComponent('vigie.edge=vigie/test"'));
  });
});

describe("a host whose socket's group is told", () => {
  it("has it in the proxy's user", async () => {
    const host = new library.LocalDockerHost("told", { checkMachine: false, socketGroup: 998 });
    new library.SocketProxy("told-proxy", { host });
    await settle();
    expect(resource(types.container, "told-proxy-container").user).toBe("101:998");
  });

  it("fails where it is no group's id", () => {
    expect(() => new library.LocalDockerHost("wrong", { checkMachine: false, socketGroup: -1 })).toThrow(
      /socketGroup: got -1; allowed: the id of a group.*stat -c %g/,
    );
  });
});

describe("a service behind an edge with discovery by labels", () => {
  it("carries its route on every replica, has no file, and is counted under Traefik's name for it", async () => {
    const { LocalDockerHost, InstrumentedService, Traefik } = library;
    const { recommender } = await import("../../../services/storefront/recommender.ts");
    const host = new LocalDockerHost("four", { checkMachine: false });
    const edge = new Traefik("edge", { host, discovery: "docker-labels" });
    new InstrumentedService("recommender", { host, edge, spec: recommender, replicas: 2 });
    await settle();
    for (const replica of ["recommender-1", "recommender-2"]) {
      const labels = resource(types.container, replica).labels as { label: string; value: string }[];
      const said = Object.fromEntries(labels.map(({ label, value }) => [label, value]));
      expect(said).toMatchObject({
        "vigie.edge": "vigie/test",
        "traefik.enable": "true",
        "traefik.http.services.recommender.loadbalancer.server.port": String(recommender.port),
        "traefik.http.routers.recommender.middlewares": "retry-refused@file",
      });
    }
    expect(registered.map(({ name }) => name)).not.toContain("recommender-route");
    // Of a container that is stopped Traefik hears nothing: to be seen down, it stands still.
    const drills = JSON.stringify(edge.signals.ruleGroups);
    expect(drills).toContain('"kind":"pause"');
    expect(drills).not.toContain('"kind":"stop"');
    expect(edge.signals.calls).toEqual([{ from: "edge", to: "recommender", as: "recommender@docker" }]);
    expect(edge.signals.probes?.map(({ name }) => name)).toEqual(["recommender", "edge-certificate"]);
  });
});

describe("an edge without it", () => {
  it("has no proxy, no network for it, and no word of Docker in its arguments", () => {
    expect(registered.map(({ name }) => name)).not.toContain("plain-socket-proxy");
    expect(registered.map(({ name }) => name)).not.toContain("one-discovery");
    expect(JSON.stringify(resource(types.container, "plain-container").command)).not.toContain("docker");
    expect(networksOf("plain-container")).toEqual(["vigie-test-edge", "vigie-test-routes", "vigie-test-metrics"]);
  });

  it("fails with a discovery that there is not", () => {
    const host = new library.LocalDockerHost("three", { checkMachine: false });
    const discovery = "docker" as "docker-labels";
    expect(() => new library.Traefik("edge", { host, discovery })).toThrow(
      /edge "edge" is refused:\n {2}- discovery: got "docker"; allowed: one of file, docker-labels/,
    );
  });
});
