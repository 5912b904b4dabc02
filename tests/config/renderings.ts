/** What each program of a stack is given, for one set of settings that uses all that there is: files and command lines. */

import * as alertmanager from "../../config/alertmanager.ts";
import * as alertmanagerSettings from "../../config/alertmanager-settings.ts";
import * as blackbox from "../../config/blackbox.ts";
import * as collector from "../../config/collector.ts";
import { renderSwitchArguments } from "../../config/dead-mans-switch.ts";
import * as door from "../../config/door.ts";
import * as gateway from "../../config/gateway.ts";
import * as grafana from "../../config/grafana.ts";
import { deployedImages, images } from "../../config/images.ts";
import * as jaeger from "../../config/jaeger.ts";
import * as landing from "../../config/landing.ts";
import { LOG_ROTATION } from "../../config/log-rotation.ts";
import * as loki from "../../config/loki.ts";
import * as mysql from "../../config/mysql.ts";
import * as nginx from "../../config/nginx.ts";
import { NODE_EXPORTER_ARGUMENTS, NODE_EXPORTER_ENTRYPOINT } from "../../config/node-exporter.ts";
import * as php from "../../config/php-fpm.ts";
import { renderPhpSite } from "../../config/php-site.ts";
import { renderPhpMyAdmin } from "../../config/phpmyadmin.ts";
import { postgresGrants, renderPostgresInit } from "../../config/postgres.ts";
import * as prometheus from "../../config/prometheus.ts";
import { PROMETHEUS_AGENT_CHECK, renderPrometheusAgent } from "../../config/prometheus-agent.ts";
import * as promtail from "../../config/promtail.ts";
import * as redis from "../../config/redis.ts";
import { probesOf } from "../../config/route-probes.ts";
import * as access from "../../config/scrape-access.ts";
import { renderSocketProxy } from "../../config/socket-proxy.ts";
import * as ssh from "../../config/ssh.ts";
import * as tempo from "../../config/tempo.ts";
import * as traefik from "../../config/traefik.ts";
import { renderVictoriaLogs } from "../../config/victorialogs.ts";
import * as blog from "../../config/wordpress.ts";
import { wordpress } from "../../services/blog/wordpress.ts";
import type { AlertPolicySpec, Receiver } from "../../signals/alert-policy.ts";
import type { MuteTiming } from "../../signals/mute-timing.ts";
import { targetRules } from "../../signals/rules/targets.ts";
import type { Signals } from "../../signals/signals.ts";
import type { Rendering } from "../rendered.ts";
import { everyKind } from "../signals/receivers/every-kind.ts";

const stack = "shop/dev";
const link = { gateway: "192.0.2.20:8443", serverName: gateway.GATEWAY_SERVER_NAME };
const logs = { kind: "loki", address: "shop-dev-loki:3100" } as const;
const victoria = { kind: "victorialogs", address: "shop-dev-victorialogs:9428" } as const;
const traces = { store: "shop-dev-jaeger:4317", keep: 0.1, slowOf: { orders: "2s" }, wait: "1s" } as const;

const signals: Signals = {
  scrapeJobs: [
    {
      ...{ job: "catalog", targets: ["catalog-1:5000", "catalog-2:5000"], path: "/metrics", owner: "shop" },
      ...{ emits: ["http-service", "database-pool"], metrics: ["films_total"], seriesBudget: 500 },
    },
    { job: "collector", targets: ["collector:8888"], emits: ["collector"], signsIn: true, labels: { host: "web" } },
  ],
  probes: [
    { name: "shop", url: "http://edge:8000/", hostname: "shop.example", service: "frontend" },
    { name: "postgres", url: "postgres:5432", module: "tcp_connect" },
    {
      ...{ name: "certificate", url: "edge:8443", module: "tls_certificate" },
      visited: { url: "https://shop.example/", edge: "edge" },
    },
  ],
  ruleGroups: [targetRules()],
};

const pager: Receiver = { kind: "webhook", name: "switch", urlFile: "/run/secrets/switch-url" };
const nights: MuteTiming = { name: "nights", days: ["monday"], from: "22:00", to: "07:00", timezone: "Europe/Paris" };
const weekend: MuteTiming = { name: "weekend", days: ["saturday", "sunday"], from: "00:00", to: "24:00" };
const everybody = Object.values(everyKind);
const policies: readonly AlertPolicySpec[] = [
  {
    ...{ name: "till", services: ["orders"], groupBy: ["service"] },
    grouping: { wait: "1m", interval: "10m", repeat: "12h" },
    notify: { critical: [everyKind.pagerduty], warning: "nobody" },
  },
  {
    ...{ name: "shop", system: "storefront" },
    notify: { critical: everybody, warning: [{ to: everyKind.email, except: [nights, weekend] }] },
  },
  { name: "everything", notify: { critical: [everyKind.email], warning: [everyKind.email] } },
];
const settings: alertmanagerSettings.AlertmanagerSettings = {
  ...{ pace: "fast", watchdog: pager, systems: { storefront: ["catalog"] } },
  maintenance: [{ services: ["catalog"], from: "2026-12-01T22:00Z", to: "2026-12-02T01:00Z", why: "disks" }],
  uses: [
    { service: "orders", on: "postgres", exporter: true },
    { service: "catalog", on: "postgres" },
  ],
};

const route: traefik.Route = {
  ...{ name: "shop", pathPrefix: "/api", hostname: "shop.example", servers: ["shop-1:5000", "shop-2:5000"] },
  readyPath: "/ready",
};
const own = { inside: 8100, url: "http://shop.example:8088/", hostnames: ["shop.example"] };
const callers = { trustedProxies: ["192.0.2.0/24"], trustedTraceContext: ["198.51.100.7/32"] };
const limits = { requestsPerSecond: 7, burst: 21, inFlight: 9, requestTime: "20s", idleTime: "30s" } as const;

const host: ssh.SshConfig = {
  ...{ address: "192.0.2.7", port: 2222, user: "deploy", alias: "vigie-web", hostKeys: ["ssh-ed25519 AAAA"] },
  ...{ knownHostsFile: "~/.vigie/known_hosts", identityFile: "~/.vigie/key", controlPath: "~/.vigie/c-" },
  bastion: { address: "192.0.2.1", port: 22, user: "jump", alias: "vigie-jump", hostKeys: ["ssh-rsa BBBB"] },
};

const CHOICES = { logAgent: "collector", traceStore: "jaeger", logStore: "loki", grafana: true } as const;

const pages = [
  { port: 9090, server: "prometheus:9090", api: true, credentials: "prometheus.conf" },
  { port: 3000, server: "grafana:3000" },
];

/** What is rendered, by the name of its file in `rendered/`. */
export const RENDERINGS: Readonly<Record<string, () => Rendering>> = {
  alertmanager: () => ({
    files: alertmanager.renderAlertmanager(policies, settings),
    words: {
      arguments: alertmanager.renderAlertmanagerArguments(["two"], "http://localhost:9093/", "fast", policies),
      alone: alertmanager.renderAlertmanagerArguments([]),
      check: alertmanager.ALERTMANAGER_CHECK,
      reload: alertmanager.ALERTMANAGER_RELOAD,
      groupings: alertmanagerSettings.GROUPINGS,
      symptomWaits: alertmanagerSettings.SYMPTOM_WAITS,
      heartbeats: alertmanager.HEARTBEATS,
      resends: alertmanager.RESENDS,
      ports: alertmanager.ALERTMANAGER_PORTS,
    },
  }),
  "alertmanager-steady": () => ({
    files: alertmanager.renderAlertmanager(policies.slice(2), { watchdog: pager }),
    words: { arguments: alertmanager.renderAlertmanagerArguments(["two"], undefined, "steady", policies.slice(2)) },
  }),
  blackbox: () => ({
    files: blackbox.renderBlackbox(),
    words: { arguments: blackbox.BLACKBOX_ARGUMENTS, check: blackbox.BLACKBOX_CHECK, port: blackbox.BLACKBOX_PORT },
  }),
  collector: () => ({
    files: collector.renderCollector({ stack, logStore: logs, hostLogs: "machine", traces }),
    words: {
      arguments: collector.COLLECTOR_ARGUMENTS,
      check: collector.COLLECTOR_CHECK,
      ports: collector.COLLECTOR_PORTS,
      logOptions: collector.LOG_OPTIONS,
      rotation: LOG_ROTATION,
    },
  }),
  "collector-of-a-host": () => ({
    files: collector.renderCollector({ stack, logStore: victoria, serverName: link.serverName, traces: "forward" }),
  }),
  door: () => ({
    files: door.renderDoor({ pages, names: ["vigie.example"] }),
    words: { command: door.DOOR_COMMAND, port: door.doorHealthPort(pages) },
  }),
  gateway: () => ({
    files: gateway.renderGateway([
      { path: "/api/v1/write", server: "prometheus:9090", signsIn: true },
      { path: "/otlp", server: "loki:3100" },
    ]),
    words: { ports: gateway.GATEWAY_PORTS },
  }),
  grafana: () => ({
    files: grafana.renderGrafana({
      ...{ prometheus: "prometheus:9090", prometheusPasswordFile: "/run/secrets/scrape-password" },
      ...{ loki: "loki:3100", jaeger: "jaeger:16686", rootUrl: "http://localhost:3000/", home: "overview" },
    }),
    words: {
      environment: grafana.GRAFANA_ENVIRONMENT,
      entrypoint: grafana.grafanaEntrypoint(),
      withPlugin: grafana.grafanaEntrypoint({ victorialogs: "victorialogs:9428" }),
      secrets: grafana.GRAFANA_SECRETS,
    },
  }),
  "grafana-of-other-stores": () => ({
    files: grafana.renderGrafana({
      ...{ prometheus: "prometheus:9090", victorialogs: "victorialogs:9428", tempo: "tempo:3200" },
      scrapeInterval: "5s",
    }),
  }),
  images: () => ({
    words: {
      ...images,
      ...Object.fromEntries(
        (["all", "services", "monitoring"] as const).map((part) => [
          `deployed: ${part}`,
          deployedImages(CHOICES, part),
        ]),
      ),
      "deployed: others": deployedImages({
        ...{ logAgent: "promtail", traceStore: "tempo", logStore: "victorialogs", grafana: false, systems: ["blog"] },
      }),
    },
  }),
  jaeger: () => ({
    files: jaeger.renderJaeger({ retention: "36h" }),
    words: { arguments: jaeger.JAEGER_ARGUMENTS, check: jaeger.JAEGER_CHECK, ports: jaeger.JAEGER_PORTS },
  }),
  landing: () => {
    const where: landing.Landing = {
      ...{ directory: "/var/lib/vigie/loki", owner: "10001:10001" },
      check: {
        ...{ image: "loki:3", user: "10001:10001", command: ["loki", "-verify-config"], mountPath: "/etc/loki" },
        ...{ secretsVolume: "loki-secrets", label: "vigie.stack=shop/dev" },
      },
      reload: { container: ["loki-1", "loki-2"], command: ["kill", "-HUP", "1"] },
    };
    return {
      words: {
        input: landing.renderLandingInput([{ path: "a/b.yml", content: "a: it's\n" }]),
        script: landing.renderLandingScript(where),
        plain: landing.renderLandingScript({ directory: where.directory, owner: where.owner }),
        removal: landing.renderLandingRemoval(where),
      },
    };
  },
  loki: () => ({
    files: loki.renderLoki({ retention: "36h", disk: "2GiB" }),
    words: { arguments: loki.LOKI_ARGUMENTS, check: loki.LOKI_CHECK },
  }),
  mysql: () => ({
    files: mysql.renderMysql({ flavour: "mysql", databases: ["wordpress"], memory: "1GiB" }),
    words: {
      entrypoint: mysql.MYSQL_ENTRYPOINT,
      health: mysql.MYSQL_FLAVOURS.map(mysql.mysqlHealth),
      command: mysql.MYSQL_FLAVOURS.map(mysql.mysqlCommand),
      exporter: mysql.MYSQL_EXPORTER_COMMAND,
      reserved: mysql.MYSQL_RESERVED,
      options: mysql.renderMysqlOptions("shop", "it's \"\\", { host: "mysql", port: 3306 }),
    },
  }),
  mariadb: () => ({ files: mysql.renderMysql({ flavour: "mariadb", databases: ["wordpress"] }) }),
  nginx: () => ({
    files: nginx.renderNginxSite({}, { paths: ["/api", "/docs"], to: "edge:8001" }),
    words: {
      command: nginx.NGINX_COMMAND,
      check: nginx.NGINX_CHECK,
      health: nginx.nginxProbe(8081, "/ready"),
      exporter: nginx.renderNginxExporterArguments("frontend-1"),
    },
  }),
  "node-exporter": () => ({ words: { entrypoint: NODE_EXPORTER_ENTRYPOINT, arguments: NODE_EXPORTER_ARGUMENTS } }),
  php: () => ({
    files: [
      ...php.renderPhpFpm(wordpress, { maxChildren: 7, requestMemory: "96MiB", slowSeconds: 3, endSeconds: 40 }),
      ...php.renderPhpFpmExporter("blog-php-1"),
      ...renderPhpSite({
        ...{ application: wordpress, pools: ["blog-php-1", "blog-php-2"], hostnames: ["blog.example"] },
        ...{ uploadMebibytes: 32, endSeconds: 40 },
      }),
    ],
    words: {
      command: php.PHP_FPM_COMMAND,
      check: php.PHP_FPM_CHECK,
      health: php.PHP_FPM_HEALTH,
      reload: php.PHP_FPM_RELOAD,
      environment: php.phpEnvironment("blog-php-1"),
    },
  }),
  phpmyadmin: () => ({ files: renderPhpMyAdmin({ host: "mysql", port: "3306" }) }),
  postgres: () => ({
    files: renderPostgresInit(["catalog", "orders"]),
    words: { grants: postgresGrants("catalog") },
  }),
  prometheus: () => ({
    files: prometheus.renderPrometheus(signals, {
      ...{ scrapeInterval: "5s", blackbox: "blackbox:9115", alertmanagers: ["one:9093", "two:9093"], receives: true },
      ...{ evaluationInterval: "5s", externalLabels: { stack }, used: ["http_requests_total"] },
    }),
    words: {
      client: prometheus.PROMETHEUS_CLIENT,
      check: prometheus.PROMETHEUS_CHECK,
      webConfig: access.renderWebConfig("$2y$10$hash"),
      proxyAccess: access.renderProxyAccess("it's"),
      refused: access.refusedProbe(9090),
    },
  }),
  "prometheus-agent": () => ({
    files: renderPrometheusAgent(signals, { link, blackbox: "blackbox:9115", scrapeInterval: "5s" }),
    words: { check: PROMETHEUS_AGENT_CHECK },
  }),
  promtail: () => ({
    files: promtail.renderPromtail({ stack, logStore: logs, hostLogs: "machine", serverName: link.serverName }),
    words: { arguments: promtail.PROMTAIL_ARGUMENTS, check: promtail.PROMTAIL_CHECK },
  }),
  redis: () => ({
    files: redis.renderRedis({ memory: "256MiB" }),
    words: {
      command: redis.REDIS_COMMAND,
      health: redis.REDIS_HEALTH,
      users: redis.renderRedisUsers({ orders: "one", vigie_monitoring: "two" }),
      exporter: redis.renderRedisExporterEnvironment("redis"),
    },
  }),
  "socket-proxy": () => ({ files: renderSocketProxy({ stack }) }),
  ssh: () => ({
    words: { config: ssh.renderSshConfig(host), options: ssh.sshOptions(host, "$file") },
  }),
  "dead-mans-switch": () => ({
    words: Object.fromEntries(
      (["steady", "fast", "instant"] as const).map((pace) => [
        pace,
        renderSwitchArguments(
          stack,
          {
            ...{ to: ["ops@shop.example"], from: "vigie@shop.example", smarthost: "mail:587" },
            ...{ username: "vigie", passwordFile: "/run/secrets/mail", requireTls: pace !== "fast" },
          },
          pace,
        ),
      ]),
    ),
  }),
  tempo: () => ({
    files: tempo.renderTempo({ retention: "36h" }),
    words: { arguments: tempo.TEMPO_ARGUMENTS, check: tempo.TEMPO_CHECK, ports: tempo.TEMPO_PORTS },
  }),
  traefik: () => ({
    files: [
      ...traefik.renderTraefikBase({ limits, callers }),
      ...traefik.renderTraefikRoute(route, { own, callers }),
      ...traefik.renderTraefikRoute({ ...route, name: "inner", through: "frontend" }),
    ],
    words: {
      arguments: traefik.renderTraefikArguments({
        ...{ labels: { stack, socketProxy: "proxy:2375", network: "edge" }, sites: { shop: 8100 }, limits, callers },
        spans: { name: "edge", collector: "collector:4317", environment: "dev" },
      }),
      plain: traefik.renderTraefikArguments(),
      health: traefik.TRAEFIK_HEALTH,
      ports: traefik.TRAEFIK_PORTS,
      labels: traefik.traefikLabels(route, { stack, port: 5000, own }),
      probes: probesOf(
        [
          route,
          { ...route, name: "silent", probePath: false },
          { ...route, name: "deep", probePath: "/deep", drillPath: "/drilled" },
        ],
        "edge",
        { name: "front", url: "https://localhost/" },
      ),
    },
  }),
  victorialogs: () => ({
    words: {
      arguments: renderVictoriaLogs(
        { retention: "36h", disk: "2GiB" },
        { cacheBytes: 128 * 1024 ** 2, keyFile: "/run/secrets/operator.key" },
      ),
    },
  }),
  wordpress: () => ({
    files: blog.renderWordPress({
      ...{ title: "It's a \\ blog", admin: "editor", mail: "editor@blog.example" },
      ...{ url: "http://blog.example", internal: "blog-1" },
    }),
    words: {
      environment: blog.wordpressEnvironment({ WORDPRESS_DB_HOST: "mysql" }),
      keys: blog.WORDPRESS_KEYS,
      install: blog.WORDPRESS_INSTALL,
    },
  }),
};
