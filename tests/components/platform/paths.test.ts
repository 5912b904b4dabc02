import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Paths } from "../../../components/platform/paths.ts";
import { brokenFlows, renderOpenPaths } from "../../../config/open-paths.ts";
import type { Flow } from "../../../services/flow.ts";
import { type Declared, declared } from "../program.ts";
import { startMocks } from "../recorder.ts";

const ways = (flows: readonly Flow[], from: RegExp) =>
  flows.filter((flow) => from.test(flow.from)).map((flow) => `${flow.from} ${flow.to}:${flow.port}`);

beforeAll(startMocks);

describe("Paths", () => {
  const paths = () => new Paths("shop-dev-");

  it("name containers as the program does, and say one way once, with what each needs it for", () => {
    const known = paths();
    known.dial("shop-dev-edge", { to: ["shop-dev-orders-1:3000"], why: "routes to orders" });
    known.dial("edge", { to: ["http://shop-dev-orders-1:3000/x"], why: "asks" });
    known.dial("edge", { to: ["shop-dev-orders-1:3000"], why: "routes to orders" });
    expect(known.flows).toEqual([{ from: "edge", to: "orders-1", port: 3000, why: "routes to orders; asks" }]);
  });

  it("say nothing of a container that asks itself, whatever it calls itself", () => {
    const known = paths();
    known.dial("prometheus", { to: ["localhost:9090", "shop-dev-prometheus:9090"], why: "scrapes prometheus" });
    expect(known.flows).toEqual([]);
  });

  it("keep the name of what is elsewhere", () => {
    const known = paths();
    known.dial("alertmanager-1", { to: ["https://hooks.shop.example/T1"], why: "tells team" });
    expect(known.flows).toMatchObject([{ to: "hooks.shop.example", port: 443 }]);
  });

  it("are in the order of their names and ports, whatever was said first", () => {
    const known = paths();
    known.dial("b", { to: ["shop-dev-c:1000", "shop-dev-c:99", "shop-dev-a:1"], why: "x" });
    known.share("a", "c", "/run/c.sock", "x");
    known.join("b", ["metrics", "edge"]);
    known.join("a", ["metrics"]);
    expect(known.flows.map(({ from, to, port }) => `${from} ${to} ${port}`)).toEqual([
      "a c /run/c.sock",
      "b a 1",
      "b c 99",
      "b c 1000",
    ]);
    expect(known.networks).toEqual({ edge: ["b"], metrics: ["a", "b"] });
  });
});

describe("the flows of the stack dev", () => {
  let stack: Declared;
  beforeAll(async () => {
    stack = await declared({ logStore: "victorialogs", grafana: false });
  });

  it("are what services use, and the spans that they send", () => {
    expect(ways(stack.flows, /^(catalog|orders|recommender)-1$/)).toEqual([
      "catalog-1 collector:4318",
      "catalog-1 postgres:5432",
      "catalog-1 redis:6379",
      "orders-1 collector:4318",
      "orders-1 postgres:5432",
      "recommender-1 collector:4318",
    ]);
  });

  it("are the routes of the edge, to each replica", () => {
    expect(ways(stack.flows, /^edge$/)).toEqual([
      "edge blog-1:8080",
      "edge blog-2:8080",
      "edge catalog-1:5000",
      "edge catalog-2:5000",
      "edge collector:4318",
      "edge frontend:8080",
      "edge orders-1:3000",
      "edge recommender-1:8000",
    ]);
  });

  it("lead to PHP-FPM from its own web servers and its exporter, at sockets, and from nobody else", () => {
    const toPhp = stack.flows.filter(({ to }) => /-php-\d$/.test(to));
    expect(toPhp.map(({ from, to, port }) => `${from} ${to}:${port}`)).toEqual([
      "blog-1 blog-php-1:/run/vigie-php/blog-php-1.sock",
      "blog-1 blog-php-2:/run/vigie-php/blog-php-2.sock",
      "blog-2 blog-php-1:/run/vigie-php/blog-php-1.sock",
      "blog-2 blog-php-2:/run/vigie-php/blog-php-2.sock",
      "blog-php-1-exporter blog-php-1:/run/vigie-php/blog-php-1.status.sock",
      "blog-php-2-exporter blog-php-2:/run/vigie-php/blog-php-2.status.sock",
      "phpmyadmin-1 phpmyadmin-php-1:/run/vigie-php/phpmyadmin-php-1.sock",
    ]);
    expect(ways(stack.flows, /^(blog|phpmyadmin)-php-1$/)).toEqual([
      "blog-php-1 blog-1:8080",
      "blog-php-1 blog-2:8080",
      "blog-php-1 mysql:3306",
      "phpmyadmin-php-1 mysql:3306",
    ]);
  });

  it("are who tells whom of alerts, and who asks pages as visitors do", () => {
    expect(ways(stack.flows, /^(alertmanager-1|dead-mans-switch|blackbox)$/)).toEqual([
      "alertmanager-1 alertmanager-2:9094",
      "alertmanager-1 dead-mans-switch:9095",
      "alertmanager-1 inbox-mail:1025",
      "alertmanager-1 inbox-notices-1:8026",
      "blackbox edge:8000",
      "blackbox edge:8443",
      "dead-mans-switch inbox-mail:1025",
    ]);
  });

  it("are every target that is scraped, and no other way of Prometheus", () => {
    const scraped = ways(stack.flows, /^prometheus$/);
    expect(scraped).toEqual(expect.arrayContaining(["prometheus victorialogs:9428", "prometheus catalog-2:5000"]));
    expect(scraped.filter((way) => /(postgres|mysql|redis):|-php-\d:|inbox|frontend:/.test(way))).toEqual([]);
  });

  it("each have a network that carries them", () => {
    const { local = {} } = stack.networks;
    expect(brokenFlows(stack.flows, local)).toEqual([]);
    expect(local["store-mysql"]).toEqual(["blog-php-1", "blog-php-2", "mysql", "mysql-exporter", "phpmyadmin-php-1"]);
  });

  it("leave open what docs/security.md names", () => {
    const text = readFileSync(path.join(import.meta.dirname, "../../../docs/security.md"), "utf8");
    const [, written] = /<!-- paths -->\n([\s\S]*)\n<!-- \/paths -->/.exec(text) ?? [];
    expect(written).toBe(renderOpenPaths(stack.flows, stack.networks.local ?? {}));
  });
});

describe("the flows of other stacks", () => {
  it("have Loki and Grafana where these are chosen", async () => {
    const { flows, networks } = await declared({ logStore: "loki", grafana: true });
    expect(ways(flows, /^(collector|grafana)$/)).toEqual([
      "collector jaeger:4317",
      "collector loki:3100",
      "grafana jaeger:16686",
      "grafana loki:3100",
      "grafana prometheus:9090",
    ]);
    expect(brokenFlows(flows, networks.local ?? {})).toEqual([]);
  });

  it("have nobody else's: of the storefront without the blog, and of the blog without the storefront", async () => {
    const names = ({ flows }: Declared) => new Set(flows.flatMap(({ from, to }) => [from, to]));
    const storefront = names(await declared({ systems: ["storefront"] }));
    expect([...storefront].filter((name) => /blog|php|mysql/.test(name))).toEqual([]);
    const blog = names(await declared({ systems: ["blog"] }));
    expect([...blog].filter((name) => /catalog|orders|postgres|redis|frontend/.test(name))).toEqual([]);
    const monitoring = names(await declared({ systems: [] }));
    expect(monitoring).toContain("prometheus");
    expect(monitoring).not.toContain("blog-1");
  });

  it("have the socket proxy where routes come from labels, and Promtail where it is chosen", async () => {
    const { flows, networks } = await declared({
      discovery: "docker-labels",
      logAgent: "promtail",
      traceRatio: 0,
    });
    expect(ways(flows, /^edge$/)).toContain("edge edge-socket-proxy:2375");
    expect(ways(flows, /^promtail$/)).toEqual(["promtail loki:3100"]);
    expect(brokenFlows(flows, networks.local ?? {})).toEqual([]);
  });
});
