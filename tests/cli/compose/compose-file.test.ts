import { expect, test } from "vitest";
import { parse } from "yaml";
import { type ComposePlaces, renderCompose } from "../../../cli/compose/compose-file.ts";
import { container, network, resource, volume, writer } from "./resources.ts";

const places: ComposePlaces = {
  secrets: "/private/secrets",
  directory: (path) => path.replace("/state", "/private/config"),
  volume: (name) => `vigie-bench_${name}`,
  stack: "vigie-bench",
};

const database = container("database", {
  volumes: [
    { containerPath: "/data", volumeName: "vigie-dev-data" },
    { containerPath: "/init", hostPath: "/state/database", readOnly: true },
    { containerPath: "/run/secrets", volumeName: "vigie-dev-database-secrets", readOnly: true },
  ],
});

function servicesOf(...args: Parameters<typeof renderCompose>): Record<string, Record<string, unknown>> {
  return parse(renderCompose(...args).text).services;
}

test("a container is rendered with everything that it has in the program", () => {
  const shop = container("shop", {
    entrypoints: ["/shop"],
    command: ["--price=$5"],
    envs: ["A=b"],
    cpus: "0.5",
    dnsOpts: ["ndots:1"],
    dnsSearches: ["."],
    tmpfs: { "/tmp": "rw,size=64m" },
    ports: [{ internal: 8080, external: 80, ip: "127.0.0.1", protocol: "tcp" }],
    healthcheck: {
      tests: ["CMD", "ask"],
      interval: "3s",
      timeout: "3s",
      retries: 3,
      startPeriod: "1m0s",
      startInterval: "0s",
    },
  });
  expect(servicesOf([shop], places)).toEqual({
    "vigie-dev-shop": {
      image: "vigie/shop:1",
      pull_policy: "never",
      user: "10001:10001",
      entrypoint: ["/shop"],
      command: ["--price=$$5"],
      environment: ["A=b"],
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      init: true,
      mem_limit: "64m",
      memswap_limit: "64m",
      cpus: "0.5",
      pids_limit: 512,
      tmpfs: ["/tmp:rw,size=64m"],
      ports: [{ host_ip: "127.0.0.1", target: 8080, protocol: "tcp" }],
      networks: {
        "vigie-dev-app": { aliases: ["shop"], priority: 1 },
        "vigie-dev-edge": { aliases: ["shop"], priority: 0 },
      },
      dns_opt: ["ndots:1"],
      dns_search: ["."],
      labels: { "vigie.component": "shop", "vigie.processes": "512", "vigie.stack": "vigie-bench" },
      healthcheck: { test: ["CMD", "ask"], interval: "3s", timeout: "3s", retries: 3, start_period: "1m0s" },
      restart: "unless-stopped",
      logging: { driver: "json-file", options: { tag: "{{.Name}}" } },
      working_dir: "/",
      stop_signal: "SIGTERM",
      stop_grace_period: "15s",
    },
  });
});

test("data is in volumes of its own, hot configuration in a copy, secrets in read-only directories", () => {
  const secrets = writer("database", { password: "$ecret" });
  const project = renderCompose(
    [database, secrets, volume("vigie-dev-data"), volume("vigie-dev-database-secrets")],
    places,
  );
  const file = parse(project.text);
  expect(Object.keys(file.services)).toEqual(["vigie-dev-database"]);
  expect(file.services["vigie-dev-database"].volumes).toEqual([
    { type: "volume", source: "vigie-dev-data", target: "/data", read_only: false },
    { type: "bind", source: "/private/config/database", target: "/init", read_only: true },
    { type: "bind", source: "/private/secrets/vigie-dev-database-secrets", target: "/run/secrets", read_only: true },
  ]);
  expect(Object.keys(file.volumes)).toEqual(["vigie-dev-data"]);
  expect(project.secrets).toEqual([{ path: "vigie-dev-database-secrets/password", content: "$ecret" }]);
  expect(project.text).not.toContain("ecret\n");
});

test("a volume that a step fills is filled by the same script, and what only looks into one is left out", () => {
  const volumes = [volume("vigie-dev-blog-code"), volume("vigie-dev-blog-data")];
  const script = (code: string) =>
    `set -eu\ndocker run --rm --volume ${code}:/code --volume ${code.replace("code", "data")}:/data --volume /etc:/e:ro blog`;
  const step = (name: string, create?: string) => resource("command:local:Command", name, { create, update: create });
  const project = renderCompose(
    [
      ...volumes,
      step("blog-fill", script("vigie-dev-blog-code")),
      step("blog-reachable", "docker run --rm --volume vigie-dev-blog-code:/var/www/html:ro nginx"),
      step("elsewhere", "docker run --rm --volume /state/config:/config nginx"),
      step("nothing"),
    ],
    places,
  );
  expect(project.fills).toEqual([script("vigie-bench_vigie-dev-blog-code")]);
});

test("a container waits for those that it depends on, also through a check, and for health where there is one", () => {
  const healthcheck = { tests: ["CMD", "ask"], interval: "3s", timeout: "3s", retries: 3, startPeriod: "5s" };
  const healthy = container("healthy", { healthcheck });
  const silent = container("silent", {});
  const check = resource("command:local:Command", "silent-ready", {}, [silent.urn]);
  const secrets = writer("last", { password: "x" });
  const last = container("last", {}, [healthy.urn, check.urn, secrets.urn, "urn:of::something::else"]);
  expect(servicesOf([healthy, silent, check, secrets, last], places)["vigie-dev-last"]?.depends_on).toEqual({
    "vigie-dev-healthy": { condition: "service_healthy" },
    "vigie-dev-silent": { condition: "service_started" },
  });
});

test("networks keep their isolation and the packet size", () => {
  const options = { "com.docker.network.driver.mtu": "1400" };
  expect(parse(renderCompose([network("vigie-dev-data", true, options)], places).text).networks).toEqual({
    "vigie-dev-data": {
      driver: "bridge",
      internal: true,
      driver_opts: options,
      labels: { "vigie.stack": "vigie-bench" },
    },
  });
});

test("another image is used where it is asked for", () => {
  const images = { "vigie-dev-shop": "vigie/shop:2" };
  const services = servicesOf([container("shop", {}), container("other", {})], { ...places, images });
  expect(services["vigie-dev-shop"]?.image).toBe("vigie/shop:2");
  expect(services["vigie-dev-other"]?.image).toBe("vigie/other:1");
});
