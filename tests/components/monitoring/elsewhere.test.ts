import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { forget, manners, registered, resource, settle, startMocks, types } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");

const hosts = () => ({
  web: new library.LocalDockerHost("web", { checkMachine: false }),
  watch: new library.LocalDockerHost("watch", { checkMachine: false, bindAddress: "0.0.0.0" }),
});
const shop = {
  signals: {
    scrapeJobs: [{ job: "shop", targets: ["shop-1:5000"] }],
    // A name that is not one of the host's own: it may be anywhere.
    probes: [{ name: "shop", url: "http://edge:8000/" }],
    ruleGroups: [{ name: "shop.rules", rules: [{ record: "job:up:sum", expr: "sum by (job) (up)" }] }],
  },
};
const declare = async (more: object = {}) => {
  forget();
  const { web, watch } = hosts();
  new library.MonitoringStack("monitoring", {
    host: watch,
    sources: [],
    elsewhere: [{ host: web, sources: [shop] }],
    gatewayAddress: "192.0.2.20",
    ...more,
  });
  await settle();
  return { web: web.paths, watch: watch.paths };
};
/** A file of a landing, as YAML. */
const landed = (name: string, file: string) => {
  const { stdin } = resource(types.command, name) as { stdin: string };
  const text = stdin.split("#vigie-file: ").find((part) => part.startsWith(`${file}\n`)) ?? "";
  return parse(text.slice(file.length));
};
const jobs = (config: { scrape_configs: { job_name: string }[] }) =>
  config.scrape_configs.map(({ job_name }) => job_name);
const containers = () => registered.filter(({ type, inputs }) => type === types.container && inputs.start !== false);
const providerOf = (name: string) => manners.parents.get(`${types.container} ${name}`);

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

describe("monitoring on a host of its own", () => {
  let paths: Awaited<ReturnType<typeof declare>>;
  beforeAll(async () => {
    paths = await declare();
  });

  it("is reached from the other host at its gateway alone, and nothing there is reached from it", () => {
    const waysOf = ({ flows }: typeof paths.web, from: RegExp) =>
      flows.filter((flow) => from.test(flow.from)).map((flow) => `${flow.from} ${flow.to}:${flow.port}`);
    expect(waysOf(paths.web, /./).filter((way) => way.includes("192.0.2.20"))).toEqual([
      "web-collector 192.0.2.20:9443",
      "web-prometheus 192.0.2.20:9443",
    ]);
    expect(waysOf(paths.web, /^web-prometheus$/)).toContain("web-prometheus web-node:9100");
    expect(waysOf(paths.watch, /^gateway$/)).toEqual(["gateway loki:3100", "gateway prometheus:9090"]);
    expect(waysOf(paths.watch, /./).filter((way) => /web-|shop/.test(way))).toEqual([]);
  });

  it("has a way out for what sends, and for the gateway and the door, which publish; the other host's exporters have none", () => {
    const out = containers()
      .filter(({ inputs }) => JSON.stringify(inputs.networksAdvanced)?.includes('"vigie-test-outside-'))
      .map(({ inputs }) => `${inputs.name}`.replace("vigie-test-", ""));
    expect(out.sort()).toEqual(["door", "gateway", "web-blackbox", "web-collector", "web-prometheus"]);
  });

  it("has exporters, a log agent and a scraper on each host, with names of their own", () => {
    expect(
      containers()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(
      [
        ...["blackbox", "collector", "containers", "door", "gateway", "grafana", "loki", "node", "prometheus"],
        ...["web-blackbox", "web-collector", "web-containers", "web-node", "web-prometheus"],
      ].map((name) => `${name}-container`),
    );
    expect(providerOf("web-node-container")).toContain("HostAgent");
  });

  it("scrapes each host from that host, and has all rules in one place", () => {
    const agent = landed("web-prometheus-config", "prometheus.yml");
    expect(jobs(agent)).toEqual([
      "web-prometheus",
      "web-blackbox",
      "web-collector",
      "web-node",
      "web-containers",
      "shop",
      "probes",
    ]);
    expect(agent.remote_write[0].url).toBe("https://192.0.2.20:9443/api/v1/write");
    const central = landed("prometheus-config", "prometheus.yml");
    expect(jobs(central)).toEqual([
      "prometheus",
      "loki",
      "blackbox",
      "collector",
      "node",
      "containers",
      "grafana",
      "probes",
    ]);
    expect(central.rule_files).toEqual(
      expect.arrayContaining([
        "rules/shop.rules.yml",
        "rules/web-prometheus.host-agent.yml",
        "rules/web-node.host.yml",
      ]),
    );
    expect(central.storage.tsdb.out_of_order_time_window).toBe("5h");
  });

  it("asks from outside what each host has, and the gateway when its certificate ends", () => {
    const probes = (name: string) =>
      landed(name, "prometheus.yml")
        .scrape_configs.find(({ job_name }: { job_name: string }) => job_name === "probes")
        .static_configs.map(({ targets }: { targets: string[] }) => targets[0]);
    expect(probes("web-prometheus-config")).toEqual(["http://edge:8000/"]);
    expect(probes("prometheus-config")).toEqual(["vigie-test-gateway:8443"]);
  });

  it("checks the gateway's files with the certificates that they name", () => {
    const { create } = resource(types.command, "gateway-config") as { create: string };
    expect(create).toContain("--volume vigie-test-gateway-secrets:/run/secrets:ro");
  });

  // A whole first line of one: what hides keys in lines has a pattern for that line, and is no key.
  const KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\\n|\n)/;

  it("keeps keys in secret files: each end has its own, and nothing else names one", () => {
    const uploads = (name: string) =>
      (resource(types.container, name).uploads as { value: { file: string; content: string }[] }).value;
    const server = uploads("gateway-secret-writer");
    const client = uploads("web-link-secret-writer");
    expect(server.map(({ file }) => file)).toEqual([
      "/run/secrets/authority.crt",
      "/run/secrets/link.crt",
      "/run/secrets/link.key",
      // By it the samples go to Prometheus.
      "/run/secrets/prometheus.conf",
    ]);
    expect(client[0]).toEqual(server[0]);
    expect(client[2]?.content).not.toBe(server[2]?.content);
    expect(client[2]?.content).toMatch(KEY);
    for (const { type, name, inputs } of registered) {
      const { uploads: _, ...rest } = inputs;
      expect.soft(JSON.stringify(rest), `${type} ${name}`).not.toMatch(/secret-of-/);
      expect.soft(String(inputs.stdin) + JSON.stringify(rest), `${type} ${name}`).not.toMatch(KEY);
    }
  });

  it("shares one set of files between what sends from a host", () => {
    for (const name of ["web-prometheus-container", "web-collector-container"]) {
      expect(JSON.stringify(resource(types.container, name).volumes)).toContain("vigie-test-web-link-secrets");
    }
    expect(JSON.stringify(resource(types.container, "collector-container").volumes)).not.toContain("secrets");
  });
});

describe("monitoring that is told more", () => {
  it("opens one port, and takes samples there only", async () => {
    await declare({ gatewayPort: 9555 });
    const open = containers().flatMap(({ name, inputs }) =>
      ((inputs.ports ?? []) as { ip: string; external: number }[])
        .filter(({ ip }) => ip !== "127.0.0.1")
        .map(({ external }) => [name, external]),
    );
    expect(open).toEqual([["gateway-container", 9555]]);
    expect(resource(types.container, "prometheus-container").command).toContain("--web.enable-remote-write-receiver");
    expect(resource(types.container, "web-prometheus-container").command).toContain("--agent");
  });

  it("lets through what the chosen log agent sends, and not what the other one would", async () => {
    await declare();
    const gateway = () => (resource(types.command, "gateway-config") as { stdin: string }).stdin;
    expect(gateway()).toContain("location = /otlp/v1/logs ");
    expect(gateway()).not.toContain("/loki/");
    await declare({ logAgent: "promtail" });
    expect(gateway()).toContain("location = /loki/api/v1/push ");
    expect(gateway()).not.toContain("/otlp/");
    expect(landed("web-promtail-config", "promtail.yml").clients[0]).toMatchObject({
      url: "https://192.0.2.20:9443/loki/api/v1/push",
      tls_config: { cert_file: "/run/secrets/link.crt", server_name: "gateway.vigie.internal" },
    });
  });

  it.each([
    ["collector", "collector.yml", "/insert/opentelemetry/v1/logs"],
    ["promtail", "promtail.yml", "/insert/loki/api/v1/push"],
  ] as const)("lets through what %s sends to VictoriaLogs, where it keeps the logs", async (logAgent, file, path) => {
    await declare({ logStore: "victorialogs", logAgent });
    const { stdin } = resource(types.command, "gateway-config") as { stdin: string };
    expect(stdin.match(/location = \S+/g)).toContain(`location = ${path}`);
    expect(stdin).toContain("http://vigie-test-victorialogs:9428");
    expect(stdin).not.toMatch(/\/otlp\/|= \/loki\//);
    const agent = JSON.stringify(landed(`web-${logAgent}-config`, file));
    expect(agent).toContain(`https://192.0.2.20:9443${path.replace("/v1/logs", "")}`);
    expect(agent).toContain("/run/secrets/link.crt");
  });

  it("gets the messages of both hosts under names of their own", async () => {
    await declare({ hostLogs: true });
    const lines = (name: string) => landed(name, "collector.yml").receivers["filelog/host"].operators;
    const named = (value: string) => ({ type: "add", field: 'resource["service.name"]', value });
    expect(lines("collector-config")).toContainEqual(named("machine"));
    expect(lines("web-collector-config")).toContainEqual(named("web-machine"));
  });

  it("is none where there is no other host", async () => {
    await declare({ elsewhere: [] });
    expect(containers().map(({ name }) => name)).not.toContain("gateway-container");
    expect(resource(types.container, "prometheus-container").command).not.toContain(
      "--web.enable-remote-write-receiver",
    );
    expect(landed("prometheus-config", "prometheus.yml").storage).toBeUndefined();
  });

  it.each<[string, () => object, RegExp]>([
    ["nobody says where it is", () => ({ gatewayAddress: undefined }), /gatewayAddress: got nothing/],
    ["that is no address", () => ({ gatewayAddress: "fe80::1" }), /gatewayAddress: got "fe80::1".*no IPv6/],
    [
      "it listens on its loopback",
      () => ({ host: new library.LocalDockerHost("closed", { checkMachine: false }) }),
      /bindAddress: got "127\.0\.0\.1".*such as 0\.0\.0\.0/,
    ],
    ["its port is taken", () => ({ gatewayPort: 3100 }), /gatewayPort: got 3100.*lokiPort of loki has it already/],
    ["two hosts have one job", () => ({ sources: [shop] }), /elsewhere: got "shop"; allowed: each job once/],
    [
      "the other host is itself",
      () => {
        const { watch } = hosts();
        return { host: watch, elsewhere: [{ host: watch, sources: [] }] };
      },
      /elsewhere\[0\]\.host: got "watch"/,
    ],
  ])("fails when %s", async (_, more, message) => {
    await expect(declare(more())).rejects.toThrow(message);
  });
});
