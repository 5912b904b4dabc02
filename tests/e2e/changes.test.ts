import { once } from "node:events";
import { readdirSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addFilm, Deployment, NAMES, physical, sql } from "./deployment.ts";
import * as grafana from "./grafana.ts";
import { LOG_STORE, OFFICIAL, UP_FLAGS } from "./images.ts";
import { LOG_STORE_PORTS } from "./log-store.ts";
import * as panels from "./panels.ts";
import { firing, flag, query, summariesOf, targets } from "./prometheus.ts";
import { whatARolloutDoes } from "./rollouts.ts";
import { docker } from "./shell.ts";
import { visited } from "./visited.ts";

/**
 * What a user does to a storefront that runs: the tests follow one another on one deployment, and each leaves it in
 * step with the program.
 */
const deployment = new Deployment();
const FILM = "Vigie, a Film That Outlives Its Container";
const MADE = `name=^/${physical("postgres")}$`;
// Half of the time in which a change is to be live: how long a busy machine then takes is no matter of these tests.
const LOOKS_EVERY = "5s";

// The storefront's tests prove that it works.
beforeAll(() => deployment.start(["--no-verify"]));
afterAll(() => deployment.stop());

describe("a second up", () => {
  it("has nothing to change, before and after a refresh", async () => {
    expect(await deployment.preview()).toEqual({});
    const before = await deployment.inventory();
    const up = await deployment.up();
    expect(up.output).toMatch(/\d+ unchanged/);
    expect(up.output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
    expect(await deployment.preview(["--refresh"])).toEqual({});
    expect(await deployment.inventory()).toEqual(before);
  });
});

describe("an edited scrape target", () => {
  const EXTRA = '{ signals: { scrapeJobs: [{ job: "edge-again", targets: ["vigie-dev-edge:8082"] }] } }';

  it("is live within 10 s, and no container is replaced", async () => {
    const before = await deployment.inventory();
    deployment.copy.edit("index.ts", "const sources = [edge,", `const sources = [${EXTRA}, edge,`);
    const up = await deployment.up();
    // What Prometheus scrapes, and what the portal shows of it.
    for (const file of ["prometheus-config", "portal-config"]) expect(up.output).toContain(`${file} updated`);
    expect(up.output).toMatch(/2 updated/);
    await expect.poll(async () => "edge-again" in (await targets()), { interval: 250 }).toBe(true);
    expect(await flag("config.auto-reload-interval")).toBe(LOOKS_EVERY);
    expect(await deployment.inventory()).toEqual(before);
  });

  it("whose page is no metrics is an alert, and the others are scraped on", async () => {
    // A page for people.
    const page = `"vigie-dev-${LOG_STORE}:${LOG_STORE_PORTS[LOG_STORE]}"], path: "/${OFFICIAL ? "ready" : ""}" }`;
    deployment.copy.edit("index.ts", '"vigie-dev-edge:8082"] }', page);
    expect((await deployment.up()).code).toBe(0);
    await expect.poll(firing, { interval: 500 }).toContain("TargetDown of edge-again (critical)");
    await expect.poll(async () => (await targets()).edge, { interval: 500 }).toEqual(["up"]);
    deployment.copy.edit("index.ts", page, '"vigie-dev-edge:8082"] }');
    expect((await deployment.up()).code).toBe(0);
    await expect.poll(async () => (await targets())["edge-again"], { interval: 500 }).toEqual(["up"]);
  });

  it("fails with promtool's words where promtool refuses it, and the old one still runs", async () => {
    const before = await deployment.inventory();
    deployment.copy.edit("index.ts", '"vigie-dev-edge:8082"] }', '"vigie-dev-edge:8082"], labels: { "": "x" } }');
    const up = await deployment.up();
    expect(up.code).not.toBe(0);
    expect(up.output).toMatch(
      /were refused. Nothing was changed; the old ones stay in use[\s\S]*is not a valid label name/,
    );
    expect(await deployment.inventory()).toEqual(before);
    expect(Object.keys(await targets())).toContain("edge-again");
  });

  it("is gone again with the next good one", async () => {
    deployment.copy.restore("index.ts");
    expect((await deployment.up()).code).toBe(0);
    await expect.poll(async () => "edge-again" in (await targets()), { interval: 250 }).toBe(false);
    expect(await deployment.preview()).toEqual({});
  });
});

describe("a changed alerting rule", () => {
  it("is live within 10 s, and no container is replaced", async () => {
    const before = await deployment.inventory();
    deployment.copy.edit("signals/rules/targets.ts", "does not answer", "is silent");
    // Said before it is made, in the words of who is on call.
    const report = await deployment.npm("preview", [...UP_FLAGS, "--markdown"]);
    expect(report.stdout).toContain("1 resource changes: 1 updated.");
    expect(report.stdout).toContain("- **reworded** TargetDown: says it in other words (summary)");
    expect((await deployment.up()).output).toMatch(/1 updated/);
    const summaries = async () => (await summariesOf("TargetDown")).join("\n");
    await expect.poll(summaries, { interval: 250 }).toContain("is silent");
    expect(await deployment.inventory()).toEqual(before);
    deployment.copy.restore("signals/rules/targets.ts");
    expect((await deployment.up()).code).toBe(0);
  });
});

describe("discovery by Docker labels", () => {
  const SERVER = [
    "import http.server as s",
    "class H(s.BaseHTTPRequestHandler):",
    " def do_GET(self):",
    "  self.send_response(200)",
    "  self.end_headers()",
    "  self.wfile.write(b'guest at ' + self.path.encode())",
    "s.HTTPServer(('', 8099), H).serve_forever()",
  ].join("\n");
  const ASK = [
    "import sys, urllib.request as u, urllib.error as e",
    "for a in sys.argv[1:]:",
    " method, path = a.split(' ')",
    " try: print(u.urlopen(u.Request('http://vigie-dev-edge-socket-proxy:2375' + path, method=method)).status)",
    " except e.HTTPError as x: print(x.code)",
  ].join("\n");
  const GUESTS = { guest: "vigie/dev", stranger: "vigie/other" } as const;
  // Until Traefik has heard of a container's end, two seconds at most, it dials an address where nobody is.
  const body = async (where: string, patience = 2000) =>
    (await fetch(`http://localhost/${where}`, { signal: AbortSignal.timeout(patience) })).text();
  const python = async () => (await docker("inspect", "--format", "{{.Config.Image}}", physical("catalog-1")))[0] ?? "";

  const runGuests = async (): Promise<void> => {
    for (const [name, stack] of Object.entries(GUESTS)) {
      const labels = [
        `vigie.edge=${stack}`,
        "traefik.enable=true",
        `traefik.http.routers.${name}.rule=PathPrefix(\`/${name}\`)`,
        `traefik.http.services.${name}.loadbalancer.server.port=8099`,
      ].flatMap((label) => ["--label", label]);
      const program = ["--entrypoint", "python3", await python(), "-c", SERVER];
      await docker(
        "run",
        "--detach",
        "--name",
        `vigie-${name}`,
        "--network",
        physical("routes"),
        ...labels,
        ...program,
      );
    }
  };
  const removeGuests = async (): Promise<void> => {
    for (const name of Object.keys(GUESTS)) await docker("rm", "--force", `vigie-${name}`);
  };

  /** What has a route, by its name in the program. */
  const ROUTED = ["catalog-1", "catalog-2", "frontend", "orders-1", "recommender-1"];

  it("replaces the edge and what it routes to, and routes a container of one's own, and none of another stack", async () => {
    const before = (await deployment.inventory()).containers;
    const up = await deployment.up(["--config", "vigie:discovery=docker-labels"]);
    expect(up.code, up.output).toBe(0);
    const after = (await deployment.inventory()).containers;
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed.sort()).toEqual(["edge", "edge-socket-proxy", ...ROUTED].map(physical).sort());
    expect(await deployment.preview()).toEqual({});
    const routes = path.join(deployment.stateDirectory, "vigie-dev", "config", "edge");
    expect(readdirSync(routes)).toEqual(["_base.yml"]);
    try {
      await runGuests();
      await expect.poll(() => body("guest"), { interval: 200 }).toBe("guest at /guest");
      expect(await body("stranger", 60_000)).not.toContain("guest at");
      expect((await fetch("http://localhost/api/films")).status).toBe(200);
      const socket = JSON.stringify(
        await docker("inspect", "--format", "{{json .HostConfig.Binds}}", physical("edge")),
      );
      expect(socket).not.toContain("docker.sock");
      await docker("rm", "--force", "vigie-guest");
      await expect.poll(() => body("guest"), { interval: 200 }).not.toContain("guest at");
    } finally {
      await removeGuests();
    }
  });

  it("has the storefront's own routes on its containers, and both replicas answer", async () => {
    const rule = '{{index .Config.Labels "traefik.http.routers.catalog.rule"}}';
    const rules = await docker("inspect", "--format", rule, ...["catalog-1", "catalog-2"].map(physical));
    expect(rules).toEqual(Array(2).fill("(Path(`/api`) || PathPrefix(`/api/`))"));
    const servers = async () => {
      const seen = new Set<string | null>();
      for (let asked = 0; asked < 20; asked++) {
        seen.add((await fetch("http://localhost/api/films")).headers.get("x-served-by"));
      }
      return seen.size;
    };
    await expect.poll(servers, { interval: 1000 }).toBe(2);
    for (const way of ["", "api/orders", "api/recommendations?film_id=1267"]) {
      expect((await fetch(`http://localhost/${way}`)).status, way).toBe(200);
    }
    const counted = () => query('sum(traefik_service_requests_total{service="catalog@docker",code="200"})');
    await expect.poll(counted, { interval: 500 }).toBeGreaterThan(20);
  });

  it("lets Traefik look, and refuses whatever would change something or show another container", async () => {
    const statuses = await docker(
      ...["run", "--rm", "--network", physical("discovery"), "--entrypoint", "python3", await python(), "-c", ASK],
      ...["GET /_ping", "GET /v1.41/containers/json", "POST /v1.41/containers/create"],
      ...["DELETE /v1.41/containers/vigie-dev-postgres", "POST /v1.41/containers/vigie-dev-postgres/stop"],
      ...["GET /v1.41/containers/vigie-dev-postgres/json", "GET /v1.41/images/json"],
    );
    expect(statuses).toEqual(["200", "200", "403", "403", "403", "403", "403"]);
  });

  it("is gone again with the next up without it", async () => {
    deployment.copy.restore("Pulumi.dev.yaml");
    expect((await deployment.up()).code).toBe(0);
    const { containers, networks } = await deployment.inventory();
    expect(Object.keys(containers)).not.toContain(physical("edge-socket-proxy"));
    expect(networks).not.toContain(physical("discovery"));
    expect(await deployment.preview()).toEqual({});
  });
});

describe("a changed image of a service", () => {
  /** The deployments that the first dashboard marks: as Grafana has it, or asked of Prometheus where there is none. */
  const marksSince = async (since: Date): Promise<() => Promise<grafana.Marked[]>> => {
    if (OFFICIAL) {
      const access = { password: await deployment.output("grafanaPassword") };
      return () => grafana.deploymentsSince(access, since);
    }
    const files = panels.readDashboards(await deployment.output("dashboards"));
    const { urls } = await deployment.proof();
    return () => panels.deploymentsSince(files, urls, since);
  };

  it("replaces exactly that service, one replica after the other, and loses no request", async () => {
    const before = (await deployment.inventory()).containers;
    // Another process of the same container: no deployment.
    await docker("restart", physical("recommender-1"));
    const since = new Date();
    deployment.copy.edit("services/storefront/catalog/Dockerfile", "", "# A change that nobody sees.\n");
    const { done: up, statuses } = await visited(() => deployment.up());
    expect(up.code, up.output).toBe(0);
    const after = (await deployment.inventory()).containers;
    const replaced = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(replaced.sort()).toEqual(["catalog-1", "catalog-2"].map(physical));
    expect(statuses).toEqual({ "200": expect.any(Number) });

    const marks = await marksSince(since);
    const [image = ""] = await docker("inspect", "--format", "{{.Config.Image}}", physical("catalog-1"));
    const marked = { service: "catalog", version: image.split(":")[1], time: expect.any(Number) };
    await expect.poll(marks, { interval: 1000 }).toEqual([marked]);
    deployment.copy.restore("services/storefront/catalog/Dockerfile");
    expect((await deployment.up()).code).toBe(0);
  });
});

whatARolloutDoes(deployment);

describe("what was done by hand", () => {
  it("is seen by a refresh and mended: a container that was stopped", async () => {
    await docker("stop", physical("frontend"));
    expect(await deployment.preview(["--refresh"])).toMatchObject({ replace: ["frontend-container"] });
    expect((await deployment.up(["--refresh"])).code).toBe(0);
    // The edge asks a server that was away every few seconds whether it is back.
    await expect.poll(async () => (await fetch("http://localhost/")).status, { interval: 500 }).toBe(200);
    expect(await deployment.preview()).toEqual({});
  });

  it("is seen by a refresh and mended: a container that was removed", async () => {
    await docker("rm", "--force", physical("catalog-2"));
    expect(await deployment.preview(["--refresh"])).toMatchObject({ create: ["catalog-2"] });
    expect((await deployment.up(["--refresh"])).code).toBe(0);
    expect(await deployment.preview()).toEqual({});
  });
});

describe("wrong input", () => {
  const refused = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const before = await deployment.inventory();
    const up = await deployment.up(args, env);
    expect(up.code).not.toBe(0);
    expect(up.output).not.toMatch(/^\s+at .*\.ts:\d+/m);
    expect(await deployment.inventory()).toEqual(before);
    return up.output;
  };

  it("fails with an unknown key, and names the known one", async () => {
    expect(await refused(["--config", "vigie:htpPort=81"])).toMatch(/vigie:htpPort.*did you mean vigie:httpPort/);
    deployment.copy.restore("Pulumi.dev.yaml");
  });

  it("fails with a port that is in use, and says by whom", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const output = await refused(["--config", `vigie:prometheusPort=${port}`]).finally(() => server.close());
    expect(output).toMatch(new RegExp(`prometheusPort: got ${port}.*pid ${process.pid}`));
    deployment.copy.restore("Pulumi.dev.yaml");
  });

  it("fails where Docker does not answer, with the fix", async () => {
    expect(await refused([], { DOCKER_HOST: "unix:///nowhere.sock" })).toMatch(
      /Docker engine that answers.*Start Docker/,
    );
  });

  it("fails with a log store that there is none of, and names those that there are", async () => {
    expect(await refused(["--config", "vigie:logStore=syslog"])).toMatch(/logStore: got "syslog".*victorialogs/);
    deployment.copy.restore("Pulumi.dev.yaml");
  });

  // With the makers' images both can be had.
  if (!OFFICIAL) {
    it("fails with a Loki and a Grafana that can't be had here, both at once, with what to do", async () => {
      const asked = ["vigie:logStore=loki", "vigie:grafana=true"].flatMap((value) => ["--config", value]);
      const output = await refused(asked);
      expect(output).toMatch(/vigie:logStore: got "loki".*registryMirror/);
      expect(output).toMatch(/vigie:grafana: got "true".*registryMirror/);
      deployment.copy.restore("Pulumi.dev.yaml");
    });
  }

  it("fails with an image that cannot be had, and changes no container", async () => {
    deployment.copy.edit(
      "Pulumi.dev.yaml",
      "config:",
      "config:\n  vigie:images:\n    nginx: localhost:1/no/such:image",
    );
    expect(await refused([])).toMatch(/localhost:1\/no\/such:image/);
    deployment.copy.restore("Pulumi.dev.yaml");
    expect((await deployment.up(["--refresh"])).code).toBe(0);
    expect(await deployment.preview()).toEqual({});
  });
});

describe("down and up again", () => {
  it("keeps the data where it is told to, and nothing else", async () => {
    await addFilm(FILM);
    expect((await deployment.npm("down", ["--keep-data"])).code).toBe(0);
    const left = await deployment.inventory();
    expect(left.containers).toEqual({});
    expect(left.networks).toEqual([]);
    expect([...left.volumes].sort()).toEqual(
      [
        "alertmanager-1-data",
        "alertmanager-2-data",
        "collector-data",
        "dead-mans-switch-data",
        ...(OFFICIAL ? ["grafana-data"] : []),
        "jaeger-data",
        "postgres-data",
        "prometheus-data",
        "redis-data",
        `${LOG_STORE}-data`,
      ]
        .sort()
        .map(physical),
    );
  });

  it("converges after a kill -9 of the command in the middle of an up, and finds the data", async () => {
    const isMaking = async () => (await docker("ps", "--all", "--quiet", "--filter", MADE)).length === 1;
    const killed = await deployment.npm("up", UP_FLAGS, {
      killAfterOutput: /npx pulumi up/,
      // Its container is there, and Pulumi waits for its health; a moment later, when the state has been written.
      beforeKill: async () => {
        await vi.waitUntil(isMaking, { timeout: 600_000, interval: 100 });
        await sleep(500);
      },
    });
    expect(killed.code).toBe(137);
    const up = await deployment.npm("up", [...UP_FLAGS, "--no-verify"]);
    expect(up.code, up.output).toBe(0);
    expect(Object.keys((await deployment.inventory()).containers)).toEqual(expect.arrayContaining(NAMES.map(physical)));
    expect(await deployment.preview()).toEqual({});
    expect(await sql(`SELECT title FROM films WHERE title = '${FILM}'`)).toBe(FILM);
    await expect.poll(async () => (await fetch("http://localhost/api/films")).status, { interval: 500 }).toBe(200);
  });

  it("leaves nothing at all", async () => {
    expect((await deployment.npm("down")).code).toBe(0);
    expect(await deployment.inventory()).toEqual({ containers: {}, networks: [], volumes: [] });
  });
});
