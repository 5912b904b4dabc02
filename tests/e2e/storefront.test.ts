import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderLoki } from "../../config/loki.ts";
import { planRetention } from "../../config/retention.ts";
import { toBytes } from "../../services/units.ts";
import { breakLinks } from "./broken-links.ts";
import { complaintsOf, openBrowser, placeOrderInBrowser } from "./browser.ts";
import { missingMetrics } from "./catalogue.ts";
import { addFilm, Deployment, NAMES, physical, READS_DOCKERS_FILES, sql, WITHOUT_HEALTHCHECK } from "./deployment.ts";
import { dashboards, datasourceHealth, emptyPanels, emptyVariables } from "./grafana.ts";
import { heartbeatMails, mails, notices } from "./inbox.ts";
import { labelValues, lines, setting } from "./loki.ts";
import { firing, query, ruleGroups, targets } from "./prometheus.ts";
import { docker, run, sh } from "./shell.ts";
import { jobsWithExemplarsOf, servicesWithLinesOf, spansOf, traced } from "./traces.ts";

/** The storefront as it runs, deployed for real on this machine's Docker by the command that a user types. */
const deployment = new Deployment();
const FILM = "Vigie, a Film That No Data Set Has";

let browser: Browser;

beforeAll(async () => {
  await deployment.start();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await deployment.stop();
});

describe("the page", () => {
  it("shows films that come from PostgreSQL", async () => {
    await addFilm(FILM);
    const page = await browser.newPage();
    // The recommender has the data set's films only.
    const complaints = complaintsOf(page, /\/api\/recommendations\?film_id=900001/);
    await page.goto("http://localhost/");
    await page.locator("[data-testid=film]").first().waitFor();
    expect(await page.locator("[data-testid=film]").count()).toBeGreaterThan(5);
    await page.locator("[data-testid=search]").fill("that no data set");
    await page.locator("[data-testid=film]", { hasText: FILM }).waitFor();
    await page.locator("[data-testid=film]").first().click();
    await page.locator("[data-testid=details]", { hasText: FILM }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("counts visits and remembers answers in Redis", async () => {
    const visits = async () =>
      ((await (await fetch("http://localhost/api/visits")).json()) as { visits: number }).visits;
    const before = await visits();
    await fetch("http://localhost/api/visits", { method: "POST" });
    expect(await visits()).toBe(before + 1);
    const hits = () => query('sum(cache_lookups_total{outcome="hit"})');
    for (let request = 0; request < 5; request++) await fetch("http://localhost/api/films?query=knight");
    await expect.poll(hits, { timeout: 30_000, interval: 1000 }).toBeGreaterThan(0);
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
    expect(await sql(`SELECT count(*) FROM orders WHERE customer = '${customer}'`, "orders")).toBe("1");
  });

  it("take an order that is placed in a browser; its line is in Loki within five seconds", async () => {
    const id = await placeOrderInBrowser("http://localhost");
    const row = `SELECT film_id, title, quantity FROM orders WHERE id = ${id}`;
    expect(await sql(row, "orders")).toBe("1267|The Dark Knight|2");
    const query = `{service_name="orders"} | json order_id="order_id" | order_id="${id}"`;
    const found = async () => (await lines(query)).map(({ text }) => JSON.parse(text));
    await expect
      .poll(found, { timeout: 5000, interval: 200 })
      .toMatchObject([{ message: "order placed", order_id: id }]);
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
      alertmanager: ["up", "up"],
      edge: ["up"],
      postgres: ["up"],
      catalog: ["up", "up"],
      orders: ["up"],
      recommender: ["up"],
      loki: ["up"],
      collector: ["up"],
      spans: ["up"],
      jaeger: ["up"],
      blackbox: ["up"],
      "dead-mans-switch": ["up"],
      node: ["up"],
      containers: ["up"],
      grafana: ["up"],
      frontend: ["up"],
      redis: ["up"],
      probes: ["up", "up", "up", "up"],
    });
  });

  it("has the requests by route pattern, and PostgreSQL's own word that it is up", async () => {
    const requests = 'sum(http_request_duration_seconds_count{job="catalog",status="200"})';
    await expect.poll(() => query(requests), { timeout: 30_000, interval: 1000 }).toBeGreaterThan(0);
    await expect.poll(() => query("pg_up"), { timeout: 30_000, interval: 1000 }).toBe(1);
    await expect.poll(() => query("redis_up"), { timeout: 30_000, interval: 1000 }).toBe(1);
  });

  it("has every metric of the catalogue, for its job and with its labels", async () => {
    await expect.poll(missingMetrics, { timeout: 60_000, interval: 2000 }).toEqual([]);
  });

  it("keeps as much as the stack's file gives to it, and Loki too", async () => {
    const budget = { metrics: "2d", logs: "2d", disk: "4GiB" } as const;
    const { metrics, logs } = planRetention(budget, { scrapeInterval: "5s" });
    expect(await query("prometheus_tsdb_retention_limit_seconds")).toBe(2 * 86_400);
    const bytes = toBytes(metrics.retentionSize.replace("MB", "MiB"));
    expect(await query("prometheus_tsdb_retention_limit_bytes")).toBe(bytes);
    const loki = renderLoki(logs)[0]?.content;
    for (const name of ["ingestion_rate_mb", "ingestion_burst_size_mb"]) {
      expect(loki).toContain(`${name}: ${await setting(name)}\n`);
    }
    expect(await setting("reject_old_samples_max_age")).toBe("2d");
  });

  it("asks every route from outside, and each answers", async () => {
    const answered = () => query("count(probe_success == 1)");
    await expect.poll(answered, { timeout: 30_000, interval: 1000 }).toBe(4);
  });
});

describe("the alerts", () => {
  const WATCHDOG = "Watchdog of monitoring (none)";
  // What is told of the machine itself, such as a disk that is nearly full, is no matter of these tests.
  const ofTheStack = async () => (await firing()).filter((alert) => !alert.includes(" of node "));

  it("are all evaluated without an error, and none but the Watchdog fires", async () => {
    const names = [
      "alerting",
      "alertmanager.alertmanager",
      "blackbox.blackbox",
      "catalog.http",
      "catalog.slo",
      "collector.collector",
      "containers",
      "dead-mans-switch.dead-mans-switch",
      "edge.traefik",
      "frontend.nginx",
      "grafana.grafana",
      "logs",
      "loki.loki",
      "node.host",
      "orders.http",
      "orders.slo",
      "postgres.postgres",
      "probes",
      "prometheus.prometheus",
      "recommender.http",
      "redis.redis",
      "targets",
      "traces",
    ];
    await expect.poll(ruleGroups, { timeout: 60_000, interval: 1000 }).toEqual({ names, problems: [] });
    await expect.poll(ofTheStack, { timeout: 60_000, interval: 1000 }).toEqual([WATCHDOG]);
  });

  /** What the inbox was told of an alert, in order. */
  const told = async (service: string, alert: string): Promise<{ notices: string[]; mails: string[] }> => ({
    notices: await notices(service, alert),
    mails: await mails(service, alert),
  });

  it("reach a person when a service is down, once, and once more when it is back, though an Alertmanager is killed", async () => {
    // A machine that is slow to start everything has told of that.
    const before = await told("orders", "TargetDown");
    const more = (...states: string[]) => ({
      notices: [...before.notices, ...states],
      mails: [...before.mails, ...states.map((state) => state.toUpperCase())],
    });
    const toldNow = () => told("orders", "TargetDown");
    await docker("stop", physical("orders-1"));
    await expect.poll(ofTheStack, { timeout: 60_000, interval: 500 }).toContain("TargetDown of orders (critical)");
    await expect.poll(toldNow, { timeout: 60_000, interval: 500 }).toEqual(more("firing"));

    const pid = (await docker("inspect", "--format", "{{.State.Pid}}", physical("alertmanager-1")))[0];
    process.kill(Number(pid), "SIGKILL");
    await docker("start", physical("orders-1"));
    await expect.poll(toldNow, { timeout: 120_000, interval: 500 }).toEqual(more("firing", "resolved"));
    await expect.poll(ofTheStack, { timeout: 60_000, interval: 500 }).toEqual([WATCHDOG]);
    // Nothing is told twice: not by the one that was killed and is back, not by the other one.
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    expect(await toldNow()).toEqual(more("firing", "resolved"));
  });

  it("are told on the other way where a mail server does not answer, and so is that", async () => {
    const before = (await notices("recommender", "TargetDown")).length;
    await docker("stop", physical("inbox-mail"));
    await docker("stop", physical("recommender-1"));
    const outage = async () => (await notices("recommender", "TargetDown")).slice(before);
    await expect.poll(outage, { timeout: 120_000, interval: 500 }).toEqual(["firing"]);
    const failing = () => notices("alertmanager", "NotificationsFailing");
    await expect.poll(failing, { timeout: 120_000, interval: 500 }).toEqual(["firing"]);
    await docker("start", physical("inbox-mail"), physical("recommender-1"));
    await expect.poll(ofTheStack, { timeout: 180_000, interval: 500 }).toEqual([WATCHDOG]);
  });

  it("are those of PostgreSQL when it is down, and not of the services that need it", async () => {
    const down = () => notices("postgres", "PostgresDown");
    const symptoms = async () => {
      const alerts = ["ProbeFailed", "TraefikServiceDown", "HttpHighErrorRatio"];
      const asked = alerts.flatMap((alert) => ["catalog", "orders"].map((service) => notices(service, alert)));
      return (await Promise.all(asked)).flat();
    };
    const [outages, before] = [await down(), await symptoms()];
    await docker("stop", physical("postgres"));
    await expect.poll(down, { timeout: 60_000, interval: 500 }).toEqual([...outages, "firing"]);
    await expect.poll(ofTheStack, { timeout: 60_000, interval: 500 }).toContain("ProbeFailed of catalog (critical)");
    // Longer than Alertmanager waits with a symptom.
    await new Promise((resolve) => setTimeout(resolve, 22_000));
    expect(await symptoms()).toEqual(before);
    await docker("start", physical("postgres"));
    await expect.poll(down, { timeout: 60_000, interval: 500 }).toEqual([...outages, "firing", "resolved"]);
    await expect.poll(ofTheStack, { timeout: 180_000, interval: 500 }).toEqual([WATCHDOG]);
    expect(await symptoms()).toEqual(before);
  });

  it.each([
    ["Prometheus falls", ["prometheus"]],
    ["both Alertmanagers fall", ["alertmanager-1", "alertmanager-2"]],
  ])("that %s silent is mailed past them within 90 seconds, once, and once more when all is back", async (_, names) => {
    const before = await heartbeatMails();
    const stopped = Date.now();
    await docker("stop", ...names.map(physical));
    const left = stopped + 90_000 - Date.now();
    await expect.poll(heartbeatMails, { timeout: left, interval: 500 }).toEqual([...before, "FIRING"]);
    await docker("start", ...names.map(physical));
    await expect.poll(heartbeatMails, { timeout: 90_000, interval: 500 }).toEqual([...before, "FIRING", "RESOLVED"]);
    await expect.poll(ofTheStack, { timeout: 120_000, interval: 500 }).toEqual([WATCHDOG]);
    expect(await heartbeatMails()).toEqual([...before, "FIRING", "RESOLVED"]);
  });
});

describe("the logs", () => {
  it("of every container arrive, with its name and its service", async () => {
    // Loki itself writes warnings only, and may have none.
    const logs = await Promise.all(NAMES.map((name) => run("docker", ["logs", physical(name)])));
    const wrote = NAMES.filter((_, index) => logs[index]?.output !== "").map(physical);
    expect(wrote.length).toBeGreaterThanOrEqual(NAMES.length - 1);
    const arrived = async () => (await labelValues("container_name")).sort();
    await expect.poll(arrived, { timeout: 30_000, interval: 500 }).toEqual(expect.arrayContaining(wrote));
    const [line] = await lines('{container_name="vigie-dev-catalog-1"} | level="info"');
    expect(line?.labels).toMatchObject({ service_name: "catalog", container_name: "vigie-dev-catalog-1" });
  });

  it("are found within five seconds, by what the program said", async () => {
    const id = randomUUID();
    const response = await fetch("http://localhost/api/films", { headers: { "x-request-id": id } });
    expect(response.headers.get("x-request-id")).toBe(id);
    const found = async () => (await lines(`{service_name="catalog"} | request_id="${id}"`)).length;
    await expect.poll(found, { timeout: 5000, interval: 200 }).toBe(1);
  });

  it("of a megabyte or of bytes that are no text arrive, cut and readable, and what follows them too", async () => {
    const noise = physical("noise");
    const options = ["--log-opt", "tag={{.Name}}", "--log-opt", "labels=vigie.component,vigie.stack"];
    const labels = ["--label", "vigie.component=noise", "--label", "vigie.stack=vigie/dev"];
    const writes = [
      "head -c 1048576 /dev/zero | tr '\\000' x; echo",
      "echo after the long line",
      "printf 'binary \\000\\377\\376 end\\n'",
      "echo last",
    ];
    const image = (await docker("inspect", "--format", "{{.Config.Image}}", physical("postgres")))[0] ?? "";
    const create = ["run", "--detach", "--name", noise, "--network", "none", ...options, ...labels];
    await docker(...create, "--entrypoint", "sh", image, "-c", `${writes.join("; ")}; sleep 60`);
    try {
      const texts = async () => (await lines('{service_name="noise"}')).map(({ text }) => text);
      const short = async () => (await texts()).filter((text) => !text.startsWith("x"));
      await expect.poll(short, { timeout: 20_000, interval: 500 }).toHaveLength(3);
      expect(await short()).toEqual(["last", expect.stringMatching(/^binary .* end$/), "after the long line"]);
      const long = (await texts()).filter((text) => text.startsWith("x"));
      expect(long.length).toBeGreaterThan(0);
      for (const text of long) expect(text.length).toBeLessThanOrEqual(262_144);
    } finally {
      await docker("rm", "--force", noise);
    }
  });
});

describe("a trace", () => {
  const request = traced();

  it("goes from the edge through a service to its store, and is found within five seconds by its id", async () => {
    const response = await fetch("http://localhost/api/orders?per_page=1", {
      headers: { ...request.headers, "x-customer": "e2e-traced" },
    });
    expect(response.status).toBe(200);
    const path = async () => [
      ...new Set((await spansOf(request.traceId)).map(({ service, kind }) => `${service} ${kind}`)),
    ];
    await expect
      .poll(path, { timeout: 5000, interval: 100 })
      .toEqual(expect.arrayContaining(["edge server", "edge client", "orders server", "orders client"]));
    const spans = await spansOf(request.traceId);
    const attributes = spans.flatMap((span) => Object.entries(span.attributes));
    expect(attributes).toContainEqual(["db.system.name", "postgresql"]);
    expect(JSON.stringify(attributes)).not.toContain("e2e-traced");
    // Who asked, and for what.
    expect(attributes).toEqual(
      expect.arrayContaining([
        ["client.address", "****"],
        ["url.query", "****"],
      ]),
    );
  });

  it("is named in the lines of all that it passed, and in the measured durations", async () => {
    await expect
      .poll(() => servicesWithLinesOf(request.traceId), { timeout: 5000, interval: 200 })
      .toEqual(["edge", "orders"]);
    await expect
      .poll(() => jobsWithExemplarsOf(request.traceId), { timeout: 20_000, interval: 500 })
      .toEqual(["orders"]);
  });

  it("leads to who calls whom", async () => {
    const calls = () => query('sum(traces_service_graph_request_total{client="edge",server="orders"})');
    await expect.poll(calls, { timeout: 30_000, interval: 1000 }).toBeGreaterThan(0);
  });
});

describe("Grafana", () => {
  const access = async () => ({ password: await deployment.output("grafanaPassword") });

  it("reaches its datasources, and has every dashboard", async () => {
    const grafana = await access();
    expect(await datasourceHealth(grafana)).toEqual({ Jaeger: "OK", Loki: "OK", Prometheus: "OK" });
    const uids = (await dashboards(grafana)).map(({ uid }) => uid);
    expect(uids.sort()).toEqual([
      "containers",
      "host",
      "logs",
      "monitoring",
      "nginx",
      "postgres",
      "redis",
      "service-catalog",
      "service-orders",
      "service-recommender",
      "slo",
      "stack-home",
      "traefik",
    ]);
  });

  it("has data on every panel, and something to choose for every variable", async () => {
    const grafana = await access();
    const pages = ["films", "orders", "recommendations?film_id=1267"].map((page) => `http://localhost/api/${page}`);
    const ask = () => Promise.all(pages.map((page) => fetch(page).catch(() => undefined)));
    const traffic = setInterval(ask, 250);
    await expect.poll(() => emptyPanels(grafana), { timeout: 120_000, interval: 5000 }).toEqual([]);
    clearInterval(traffic);
    expect(await emptyVariables(grafana)).toEqual([]);
  });
});

describe("every container", () => {
  it.each(NAMES)("%s runs without root, capabilities, new privileges or a writable root", async (name) => {
    const pid = (await docker("inspect", "--format", "{{.State.Pid}}", physical(name)))[0];
    // Process 1 is Docker's init; what it started is the program.
    const child = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0];
    const status = readFileSync(`/proc/${child}/status`, "utf8");
    // Docker's files are root's; their readers have nothing else of root.
    if (!READS_DOCKERS_FILES.includes(name)) expect(status).toMatch(/^Uid:\t[1-9]\d*\t/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(() => writeFileSync(`/proc/${child}/root/written`, "")).toThrow(/EROFS/);
    const [inspected] = await docker("inspect", "--format", "{{json .}}", physical(name));
    const { HostConfig, State } = JSON.parse(inspected ?? "{}");
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
    expect(JSON.stringify(HostConfig)).not.toContain("docker.sock");
    expect(State.Health?.Status).toBe(WITHOUT_HEALTHCHECK.includes(name) ? undefined : "healthy");
  });

  it("has a limit of memory, and together they may take 4 GiB", async () => {
    const limits = await docker("inspect", "--format", "{{.HostConfig.Memory}}", ...NAMES.map(physical));
    const total = limits.reduce((sum, limit) => sum + Number(limit), 0);
    expect(total).toBeLessThanOrEqual(4 * 1024 ** 3);
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

// `npm run up` has verified it when it was whole. The last of all: what is broken here is told of for a while.
describe("npm run verify", () => {
  interface Check {
    readonly name: string;
    readonly status: string;
    readonly came?: string;
    readonly look?: readonly string[];
    readonly lastLines?: readonly string[];
  }

  it("names each link that was broken by hand, and nothing that is whole", async () => {
    const mend = await breakLinks(path.join(deployment.stateDirectory, "vigie-dev", "config"));
    try {
      const { code, stdout, output } = await deployment.npm("verify", ["--json"]);
      expect(code, output).toBe(1);
      const { checks } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { checks: readonly Check[] };
      const broken = checks.filter(({ status }) => status === "failed");
      const of = (kind: string) => ["catalog", "frontend", "orders", "recommender"].map((name) => `${kind} ${name}`);
      expect(broken.map(({ name }) => name).sort()).toEqual(
        [
          ...of("trace"),
          ...of("lines"),
          ...of("exemplar").filter((name) => !name.endsWith("frontend")),
          "datasource Jaeger",
          "receiver inbox-webhook",
          "targets",
        ].sort(),
      );
      const cameOf = (name: string) => broken.find((check) => check.name === name)?.came;
      expect(cameOf("targets")).toMatch(/^not scraped: recommender \(0 of 1\); down: .*jaeger/);
      expect(cameOf("lines orders")).toBe("no line with it");
      expect(cameOf("exemplar orders")).toBe("no exemplar at all");
      expect(cameOf("trace orders")).toContain("connection refused");
      expect(cameOf("receiver inbox-webhook")).toMatch(/attempts to send it failed$/);
      for (const { name, look, lastLines } of broken) {
        expect.soft(look?.length, name).toBeGreaterThan(0);
        expect.soft(lastLines?.length, name).toBeGreaterThan(0);
      }
      expect(output).not.toContain(await deployment.output("grafanaPassword"));
    } finally {
      await mend();
    }
  });
});
