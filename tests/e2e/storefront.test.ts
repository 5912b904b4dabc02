import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deployment, query, sql, targets } from "./deployment.ts";
import { docker, run, sh } from "./shell.ts";

/**
 * The storefront, deployed for real on this machine's Docker by the commands that a user types. The tests follow one
 * another on the same deployment: each leaves it up and in step with the program.
 */
const deployment = new Deployment();
const NAMES = [
  "catalog-1",
  "catalog-2",
  "edge",
  "frontend",
  "orders-1",
  "postgres",
  "postgres-exporter",
  "prometheus",
  "recommender-1",
];
const physical = (name: string) => `vigie-dev-${name}`;
const FILM = "Vigie, a Film That No Data Set Has";

let browser: Browser;

beforeAll(async () => {
  const { containers } = await deployment.inventory();
  if (Object.keys(containers).length > 0) {
    throw new Error("the stack dev is up on this machine: take it down with `npm run down` before these tests");
  }
  const up = await deployment.npm("up");
  process.stdout.write(up.output);
  if (up.code !== 0) throw new Error(`npm run up ended with ${up.code}`);
  expect(up.output).toContain("http://localhost/");
  await deployment.takeEnvironment();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

afterAll(async () => {
  await browser?.close();
  if (Object.keys((await deployment.inventory()).containers).length > 0) await deployment.npm("down");
});

describe("the page", () => {
  it("shows films that come from PostgreSQL", async () => {
    const row = `900001, '${FILM}', '2026-01-01', ' ${FILM.toLowerCase()}'`;
    await sql(`INSERT INTO films (id, title, released, search) VALUES (${row})`);
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await page.goto("http://localhost/");
    await page.locator("[data-testid=film]").first().waitFor();
    expect(await page.locator("[data-testid=film]").count()).toBeGreaterThan(5);
    await page.locator("[data-testid=search]").fill("that no data set");
    await page.locator("[data-testid=film]", { hasText: FILM }).waitFor();
    await page.locator("[data-testid=film]").first().click();
    await page.locator("[data-testid=details]", { hasText: FILM }).waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  it("is answered over HTTPS too", async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto("https://localhost/");
    await page.locator("[data-testid=film]").first().waitFor();
    await context.close();
  });

  it("is served by both replicas", async () => {
    const servers = new Set<string | null>();
    for (let request = 0; request < 20; request++) {
      servers.add((await fetch("http://localhost/api/films")).headers.get("x-served-by"));
    }
    expect(servers.size).toBe(2);
  });

  it("answers a wrong request with a problem, never with a trace", async () => {
    const response = await fetch("http://localhost/api/films?page=none");
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await response.text()).not.toMatch(/Traceback|File "/);
  });

  it("does not show metrics to the outside", async () => {
    expect(await (await fetch("http://localhost/metrics")).text()).not.toContain("http_request_duration_seconds");
    expect((await fetch("http://localhost/api/metrics")).status).toBe(404);
  });

  it("asks for a password on the dashboard, and takes the one that the stack gives", async () => {
    const url = "http://localhost:8080/dashboard/";
    expect((await fetch(url)).status).toBe(401);
    const password = await deployment.output("dashboardPassword");
    const headers = { authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}` };
    expect((await fetch(url, { headers })).status).toBe(200);
  });
});

describe("the other services", () => {
  it("take an order once, however often it is sent, and show it to its customer", async () => {
    const customer = "e2e-customer";
    const order = { film_id: 1267, title: "The Dark Knight", quantity: 2, customer };
    const place = () =>
      fetch("http://localhost/api/orders", {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": "8b0f7a52-8d55-4f0e-9f6e-2f0c2a3d1e4b" },
        body: JSON.stringify(order),
      });
    const [first, again] = [await place(), await place()];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const listed = await fetch("http://localhost/api/orders", { headers: { "x-customer": customer } });
    expect(await listed.json()).toMatchObject({ total: 1, items: [{ title: "The Dark Knight", quantity: 2 }] });
    expect(await sql("SELECT count(*) FROM orders", "orders")).toBe("1");
  });

  it("recommend films that the catalog knows", async () => {
    const response = await fetch("http://localhost/api/recommendations?film_id=1267&limit=3");
    const { items } = (await response.json()) as { items: { id: number; title: string }[] };
    expect(items).toHaveLength(3);
    for (const { id, title } of items) {
      const film = await fetch(`http://localhost/api/films/${id}`);
      expect(await film.json()).toMatchObject({ title });
    }
  });
});

describe("Prometheus", () => {
  it("sees every target up", async () => {
    await expect.poll(targets, { timeout: 60_000, interval: 1000 }).toEqual({
      prometheus: ["up"],
      edge: ["up"],
      postgres: ["up"],
      catalog: ["up", "up"],
      orders: ["up"],
      recommender: ["up"],
    });
  });

  it("has the requests by route pattern, and PostgreSQL's own word that it is up", async () => {
    const requests = 'sum(http_request_duration_seconds_count{job="catalog",status="200"})';
    await expect.poll(() => query(requests), { timeout: 30_000, interval: 1000 }).toBeGreaterThan(0);
    await expect.poll(() => query("pg_up"), { timeout: 30_000, interval: 1000 }).toBe(1);
  });
});

describe("every container", () => {
  it.each(NAMES)("%s runs without root, capabilities, new privileges or a writable root", async (name) => {
    const pid = (await docker("inspect", "--format", "{{.State.Pid}}", physical(name)))[0];
    // Process 1 is Docker's init; what it started is the program.
    const child = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0];
    const status = readFileSync(`/proc/${child}/status`, "utf8");
    expect(status).toMatch(/^Uid:\t[1-9]\d*\t/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    const written = await run("docker", ["exec", physical(name), "sh", "-c", ": > /written"]);
    expect(written.output).toMatch(/Read-only file system/);
    const [inspected] = await docker("inspect", "--format", "{{json .}}", physical(name));
    const { HostConfig, State } = JSON.parse(inspected ?? "{}");
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
    expect(JSON.stringify(HostConfig)).not.toContain("docker.sock");
    expect(State.Health.Status).toBe("healthy");
  });

  it("listens on loopback only", async () => {
    for (const name of NAMES) {
      for (const line of await docker("port", physical(name))) expect.soft(line, name).toMatch(/-> 127\.0\.0\.1:/);
    }
  });
});

describe("the data store", () => {
  const connects = async (from: string): Promise<boolean> => {
    const pid = (await docker("inspect", "--format", "{{.State.Pid}}", physical(from)))[0] ?? "";
    const template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    const address = (await docker("inspect", "--format", template, physical("postgres")))[0];
    const words = ["-t", pid, "-n", "timeout", "3", "bash", "-c", `exec 3<>/dev/tcp/${address}/5432`];
    return (await run("nsenter", words)).code === 0;
  };

  it("is reached by its service, and not from the edge, the site or Prometheus", async () => {
    expect(await connects("catalog-1")).toBe(true);
    expect(await connects("edge")).toBe(false);
    expect(await connects("frontend")).toBe(false);
    expect(await connects("prometheus")).toBe(false);
  });
});

describe("secrets", () => {
  it("are in clear in no state, inspection, log or process list", async () => {
    const template = '{{range .Mounts}}{{if eq .Destination "/run/secrets"}}{{.Source}}{{end}}{{end}}';
    const [directory = ""] = await docker("inspect", "--format", template, physical("postgres"));
    const secrets = readdirSync(directory).map((file) => readFileSync(path.join(directory, file), "utf8").trim());
    expect(secrets).toHaveLength(4);
    const password = await deployment.output("dashboardPassword");
    const inspected = await docker("inspect", ...Object.keys((await deployment.inventory()).containers));
    const logs = await Promise.all(NAMES.map((name) => run("docker", ["logs", physical(name)])));
    const backend = await sh("grep", ["-rhE", "", path.join(deployment.stateDirectory, "pulumi", ".pulumi")]);
    const processes = await sh("sh", [
      "-c",
      "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'",
    ]);
    const places = {
      state: await deployment.exportState(),
      backend,
      inspection: inspected.join("\n"),
      logs: logs.map(({ output }) => output).join("\n"),
      processes,
    };
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).toBeGreaterThan(100);
      for (const secret of [...secrets, password]) expect.soft(text.includes(secret), place).toBe(false);
    }
  });
});

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
    deployment.copy.edit("index.ts", "sources: [edge,", `sources: [${EXTRA}, edge,`);
    const up = await deployment.up();
    expect(up.output).toMatch(/1 updated/);
    await expect.poll(async () => "edge-again" in (await targets()), { timeout: 10_000, interval: 250 }).toBe(true);
    expect(await deployment.inventory()).toEqual(before);
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
    await expect.poll(async () => "edge-again" in (await targets()), { timeout: 10_000, interval: 250 }).toBe(false);
    expect(await deployment.preview()).toEqual({});
  });
});

describe("a changed image of a service", () => {
  it("replaces exactly that service, one replica after the other, and loses no request", async () => {
    const before = (await deployment.inventory()).containers;
    deployment.copy.edit("services/storefront/catalog/catalog/__init__.py", "", "# A change that nobody sees.\n");
    let stop = false;
    const statuses: Record<string, number> = {};
    const visitor = (async () => {
      while (!stop) {
        const status = await fetch("http://localhost/api/films").then((response) => String(response.status), String);
        statuses[status] = (statuses[status] ?? 0) + 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const up = await deployment.up();
    stop = true;
    await visitor;
    expect(up.code, up.output).toBe(0);
    const after = (await deployment.inventory()).containers;
    const replaced = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(replaced.sort()).toEqual(["catalog-1", "catalog-2"].map(physical));
    expect(statuses).toEqual({ "200": expect.any(Number) });
    deployment.copy.restore("services/storefront/catalog/catalog/__init__.py");
    expect((await deployment.up()).code).toBe(0);
  });
});

describe("what was done by hand", () => {
  it("is seen by a refresh and mended: a container that was stopped", async () => {
    await docker("stop", physical("frontend"));
    expect(await deployment.preview(["--refresh"])).toMatchObject({ replace: ["frontend-container"] });
    expect((await deployment.up(["--refresh"])).code).toBe(0);
    expect((await fetch("http://localhost/")).status).toBe(200);
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
    const server = createServer().listen(8099, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const output = await refused(["--config", "vigie:prometheusPort=8099"]);
    server.close();
    expect(output).toMatch(new RegExp(`prometheusPort: got 8099.*pid ${process.pid}`));
    deployment.copy.restore("Pulumi.dev.yaml");
  });

  it("fails where Docker does not answer, with the fix", async () => {
    expect(await refused([], { DOCKER_HOST: "unix:///nowhere.sock" })).toMatch(
      /Docker engine that answers.*Start Docker/,
    );
  });

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
    expect((await deployment.npm("down", ["--keep-data"])).code).toBe(0);
    const left = await deployment.inventory();
    expect(left.containers).toEqual({});
    expect(left.networks).toEqual([]);
    expect([...left.volumes].sort()).toEqual(["postgres-data", "prometheus-data"].map(physical));
  });

  it("converges after a kill -9 of the command in the middle of an up, and finds the data", async () => {
    const killed = await deployment.npm("up", [], {}, /postgres-container.*creating/);
    expect(killed.code).toBe(137);
    const up = await deployment.npm("up");
    expect(up.code, up.output).toBe(0);
    expect(Object.keys((await deployment.inventory()).containers)).toEqual(expect.arrayContaining(NAMES.map(physical)));
    expect(await deployment.preview()).toEqual({});
    expect(await sql(`SELECT title FROM films WHERE title = '${FILM}'`)).toBe(FILM);
    expect((await fetch("http://localhost/api/films")).status).toBe(200);
  });

  it("leaves nothing at all", async () => {
    expect((await deployment.npm("down")).code).toBe(0);
    expect(await deployment.inventory()).toEqual({ containers: {}, networks: [], volumes: [] });
  });
});
