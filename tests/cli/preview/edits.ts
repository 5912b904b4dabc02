/** Thirty things that somebody changes in a stack that runs, each as it is typed. */

/** One change. */
export interface Edit {
  /** What is changed, in a few words; its golden report has this name. */
  readonly name: string;
  /** Texts of files, each with what takes its place. @default [] */
  readonly files?: readonly (readonly [file: string, from: string, to: string])[];
  /** Lines that the stack's own file gets at its end. @default [] */
  readonly config?: readonly string[];
  /** Secrets of the stack's configuration, by their path. @default - none */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A secret that no recording and no report may have. */
export const MARKER = "hunter2-never-to-be-seen";

const STOREFRONT = "systems/storefront.ts";
const BLOG = "systems/blog.ts";
const DEV = "Pulumi.dev.yaml";
const TARGETS = "signals/rules/targets.ts";
const POSTGRES = "signals/rules/postgres.ts";
const ORDERS = "services/storefront/orders.ts";
const CATALOG = "services/storefront/catalog.ts";

const MINE = "{ host, edge: api, spec: ordersSpec, uses: [postgres], pace }";

/** The changes, in the order of what they are about. */
export const EDITS: readonly Edit[] = [
  { name: "nothing" },
  {
    name: "alert-loosened-for-one-service",
    files: [
      [STOREFRONT, MINE, MINE.replace("pace }", "pace, thresholds: { HttpHighErrorRatio: { critical: 0.2 } } }")],
    ],
  },
  {
    name: "alert-tightened-in-the-pack",
    files: [
      [
        POSTGRES,
        'PostgresConnectionsHigh: { unit: "ratio", fires: "above", warning: 0.8 }',
        'PostgresConnectionsHigh: { unit: "ratio", fires: "above", warning: 0.7 }',
      ],
    ],
  },
  {
    name: "alert-gets-a-second-severity",
    files: [[POSTGRES, 'fires: "above", warning: 600', 'fires: "above", warning: 600, critical: 3600']],
  },
  {
    name: "alert-holds-longer",
    files: [
      [
        TARGETS,
        'expr: "up == 0 unless on (job) up == 1",\n      for: pace.downFor',
        'expr: "up == 0 unless on (job) up == 1",\n      for: "5m"',
      ],
    ],
  },
  {
    name: "alert-is-less-urgent",
    files: [[POSTGRES, 'severity: "critical",\n      kind: "outage"', 'severity: "warning",\n      kind: "outage"']],
  },
  {
    name: "alert-asks-something-else",
    files: [[TARGETS, '"up == 0 and on (job) up == 1"', '"avg_over_time(up[1m]) < 0.5 and on (job) up == 1"']],
  },
  { name: "alert-in-other-words", files: [[TARGETS, 'does not answer"', 'is silent"']] },
  {
    name: "pack-of-alerts-removed",
    files: [[STOREFRONT, "sources: [postgres, redis, catalog,", "sources: [postgres, catalog,"]],
  },
  { name: "steady-pace", files: [[DEV, "vigie:pace: fast", "vigie:pace: steady"]] },
  {
    name: "inbox-removed",
    files: [[DEV, "vigie:inbox: true", "vigie:inbox: false"]],
    config: ["vigie:deadMansSwitch: false"],
  },
  {
    name: "pager-for-critical-alerts",
    config: ["vigie:receivers:", "  pager: { kind: pagerduty, severities: [critical] }"],
    secrets: { "vigie:receiverSecrets.pager": MARKER },
  },
  {
    name: "phone-but-not-at-night",
    config: [
      "vigie:receivers:",
      "  phone: { kind: ntfy, server: https://ntfy.shop.example/, topic: shop, except: [nights] }",
      "vigie:muteTimings:",
      '  nights: { from: "22:00", to: "07:00", timezone: Europe/Paris }',
    ],
  },
  {
    name: "maintenance-of-the-database",
    config: [
      "vigie:maintenance:",
      "  - { services: [postgres], from: 2030-12-01T22:00Z, to: 2030-12-01T23:00Z, why: new disk }",
    ],
  },
  {
    name: "objective-raised",
    files: [
      [
        STOREFRONT,
        'availability: 99.5, latency: { quantile: 0.95, under: "1s" }, expectedRate: "5/s"',
        'availability: 99.9, latency: { quantile: 0.95, under: "1s" }, expectedRate: "5/s"',
      ],
    ],
  },
  { name: "latency-allowed-to-grow", files: [[BLOG, 'under: "2500ms"', 'under: "5s"']] },
  {
    name: "objective-dropped",
    files: [
      [
        BLOG,
        '        objective: { availability: 99.5, latency: { quantile: 0.95, under: "2500ms" }, expectedRate: "1/s" },\n',
        "",
      ],
    ],
  },
  {
    name: "another-target",
    files: [
      [
        "index.ts",
        "const sources = [edge,",
        'const sources = [{ signals: { scrapeJobs: [{ job: "edge-again", targets: ["vigie-dev-edge:8082"] }] } }, edge,',
      ],
    ],
  },
  { name: "samples-kept-shorter", files: [[DEV, "vigie:retentionMetrics: 2d", "vigie:retentionMetrics: 1d"]] },
  {
    name: "more-disk-and-longer",
    files: [
      [DEV, "vigie:retentionDisk: 4GiB", "vigie:retentionDisk: 6GiB"],
      [DEV, "vigie:retentionLogs: 2d", "vigie:retentionLogs: 3d"],
    ],
  },
  { name: "visitors-may-ask-less", config: ["vigie:edgeLimits: { requestsPerSecond: 50, burst: 100 }"] },
  {
    name: "release-of-the-catalog",
    files: [["services/storefront/catalog/Dockerfile", "FROM ", "# A release.\nFROM "]],
  },
  { name: "release-of-the-orders", files: [["services/storefront/orders/Dockerfile", "FROM ", "# A release.\nFROM "]] },
  { name: "one-catalog-less", config: ['vigie:catalogReplicas: "1"'] },
  { name: "one-catalog-more", config: ['vigie:catalogReplicas: "3"'] },
  { name: "more-memory-for-the-catalog", files: [[CATALOG, 'memory: "256MiB"', 'memory: "384MiB"']] },
  {
    name: "orders-moved",
    files: [
      [
        ORDERS,
        'pathPrefix: "/api/orders", probePath: "/api/orders?',
        'pathPrefix: "/api/v2/orders", probePath: "/api/v2/orders?',
      ],
    ],
  },
  { name: "catalog-without-redis", files: [[STOREFRONT, "uses: [postgres, redis]", "uses: [postgres]"]] },
  { name: "other-major-of-postgres", config: ["vigie:images:", "  postgres: mirror.shop.example/postgres:99.1"] },
  { name: "blog-removed", files: [[DEV, "vigie:systems: [storefront, blog]", "vigie:systems: [storefront]"]] },
  { name: "phpmyadmin-closed", files: [[DEV, "vigie:phpMyAdmin: true", "vigie:phpMyAdmin: false"]] },
  { name: "dashboard-of-traefik-moved", config: ["vigie:dashboardPort: 8090"] },
  { name: "api-through-nginx", config: ["vigie:apiThroughNginx: true"] },
  {
    name: "panel-renamed",
    files: [["dashboards/redis.ts", 'title: "Hits and misses"', 'title: "Does the cache help"']],
  },
];
