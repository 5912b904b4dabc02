import type { Output } from "@pulumi/pulumi";
import {
  backupsOf,
  hostFromSettings,
  Inbox,
  MonitoringStack,
  type MonitoringStackArgs,
  monitoringHostFromSettings,
  notifyOf,
  PACES,
  readSettings,
  receiverSecrets,
  switchFromSettings,
  Traefik,
} from "./components/index.ts";
import { given } from "./services/given.ts";
import { mailers, systems } from "./systems/index.ts";
import { SYSTEM_SETTINGS, systemProblems } from "./systems/settings.ts";
import { servicesBySystem } from "./systems/system.ts";

// Pulumi keeps a stack trace for each promise, and its source-map-support looks for a map of each file in it: a quarter
// of an `up` without changes. Node's own traces are right for TypeScript that it runs itself.
Reflect.deleteProperty(Error, "prepareStackTrace");

const settings = readSettings(Object.keys(systems), SYSTEM_SETTINGS, systemProblems);

const host = hostFromSettings(settings);
const monitoringHost = monitoringHostFromSettings(settings, host);
const together = monitoringHost === host;
// Its child there: what moves from one host to another is another resource, and the old one goes.
const there = together ? {} : { parent: monitoringHost };

const edge = new Traefik("edge", {
  host,
  httpPort: settings.httpPort,
  httpsPort: settings.httpsPort,
  dashboardPort: settings.dashboardPort,
  sites:
    settings.blogPort !== 0 && settings.systems.includes("blog")
      ? { blog: { port: settings.blogPort, property: "blogPort" } }
      : {},
  discovery: settings.discovery,
  limits: settings.edgeLimits,
  ...settings.edgeCallers,
  pace: PACES[settings.pace],
});

const inbox = settings.inbox
  ? new Inbox(
      "inbox",
      {
        host: monitoringHost,
        mailPort: settings.mailPort,
        noticesPort: settings.noticesPort,
        mailers: together ? settings.systems.flatMap((name) => mailers[name] ?? []) : [],
      },
      there,
    )
  : undefined;

const deployed = settings.systems.flatMap(
  (name) => systems[name]?.({ host, edge, settings, ...(together ? given({ inbox }) : {}) }) ?? [],
);

const notify = notifyOf(settings.receivers.told, inbox?.receivers) ?? { critical: "nobody", warning: "nobody" };
const policies = [...deployed.flatMap((system) => system.policies ?? []), { name: "everything" }];

const heartbeat = switchFromSettings(settings, monitoringHost, inbox, there);

const sources = [edge, ...deployed.flatMap((system) => system.sources)];

const pages: Readonly<Record<string, string>> = Object.assign(
  { dashboard: edge.dashboardUrl },
  ...deployed.map((system) => system.urls),
  inbox?.urls,
);

const monitoringArgs: MonitoringStackArgs = {
  host: monitoringHost,
  pace: settings.pace,
  // What the services owe their users does not depend on who is told.
  policies: policies.map((policy) => ({ ...policy, notify })),
  systems: servicesBySystem(deployed),
  receiverSecrets: { ...receiverSecrets(settings), ...heartbeat.secrets },
  arrivals: inbox?.arrivals ?? {},
  untold: settings.untold,
  maintenance: settings.maintenance,
  receiversDependOn: [...(inbox?.containers ?? []), ...heartbeat.dependsOn],
  ...given({ watchdog: heartbeat.receiver }),
  alertmanagerPort: settings.alertmanagerPort,
  sources: [...heartbeat.sources, ...(together ? sources : [])],
  elsewhere: together ? [] : [{ host, sources }],
  gatewayAddress: settings.gatewayAddress,
  gatewayPort: settings.gatewayPort,
  localNames: settings.localNames,
  prometheusPort: settings.prometheusPort,
  grafanaPort: settings.grafanaPort,
  lokiPort: settings.lokiPort,
  victorialogsPort: settings.victorialogsPort,
  jaegerPort: settings.jaegerPort,
  tempoPort: settings.tempoPort,
  logAgent: settings.logAgent,
  hostLogs: settings.hostLogs,
  logStore: settings.logStore,
  grafana: settings.grafana,
  traceStore: settings.traceStore,
  ...(settings.portal ? { portal: { port: settings.portalPort, silences: !settings.visited, pages } } : {}),
  scrapeInterval: settings.scrapeInterval,
  retention: settings.retention,
  protect: settings.protectData,
};

const monitoring = new MonitoringStack("monitoring", monitoringArgs, there);

/** Pages of this deployment, by name. */
const urls: Readonly<Record<string, string>> = { ...pages, ...monitoring.urls };

/** What `npm run verify` asks, and what it has to find there. */
const proof = monitoring.proof;

/** How `npm run drill` tries each alert. */
const drills = monitoring.drills;

const hosts = together ? [host] : [host, monitoringHost];

/** What may talk to what: each way between two programs that something declares. */
const flows = hosts.flatMap(({ paths }) => paths.flows);

/** Who is in which network, by host. Docker lets all who share one reach each other. */
const networks = Object.fromEntries(hosts.map(({ name, paths }) => [name, paths.networks]));

/** Directory of the dashboards on the monitoring's host, also where there is no Grafana. */
const dashboards = monitoring.dashboardsDirectory;

/** What `npm run backup` keeps of it. */
const backups = backupsOf(sources);

/** What the portal is told of this deployment but for its graphs, for other pages and programs; no secret is in it. */
const description = {
  ...monitoring.description,
  services: monitoring.description.services.map(({ panels: _, ...service }) => service),
};

/** Passwords that not every stack has. An output without a value is none, and Pulumi warns of each. */
const optional = {
  /** Of the portal, of any name; none where it asks for none. */
  portalPassword: monitoring.portal?.password,
  /** Of Grafana's user `admin`; none where there is no Grafana. */
  grafanaPassword: monitoring.grafana?.adminPassword,
};

/** Passwords of the systems' own pages, by name. */
const passwords: Readonly<Record<string, Output<string>>> = Object.assign(
  {},
  ...deployed.map((system) => system.passwords),
);

const { logStore } = monitoring;
const readLogs = {
  loki: `curl -sG ${logStore.url}loki/api/v1/query_range --data-urlencode 'query={service_name=~".+"} |= "error"'`,
  victorialogs: `curl -sG ${logStore.url}select/logsql/query --data-urlencode 'query=_time:1h error' --data-urlencode limit=20; its pages: ${logStore.url}select/vmui/`,
};
const tunnelled = [
  ...(monitoring.grafana === undefined ? [] : [settings.grafanaPort]),
  settings.prometheusPort,
  ...(logStore.kind === "victorialogs" ? [settings.victorialogsPort] : []),
];

/** What to try first. */
const nextSteps = [
  ...deployed.flatMap((system) => system.nextSteps),
  `See requests counted: curl -sG ${monitoring.urls.prometheus}api/v1/query --data-urlencode 'query=sum by (job, route, status) (rate(http_request_duration_seconds_count[1m]))'`,
  `Read logs: ${readLogs[logStore.kind]}`,
  ...[settings.monitoringHost || settings.host]
    .filter((address) => address !== "")
    .map(
      (address) =>
        `All pages but the edge's are on the host's loopback: ssh -N ${tunnelled.map((port) => `-L ${port}:localhost:${port}`).join(" ")} ${address}`,
    ),
  ...(monitoring.grafana === undefined
    ? [`Dashboards, as files for a Grafana of your own: ${dashboards}`]
    : ["Grafana has the user admin; its password: npx pulumi stack output grafanaPassword --show-secrets"]),
  "Traefik's dashboard has the user admin; its password: npx pulumi stack output dashboardPassword --show-secrets",
];

/** The outputs of the stack. */
export default {
  urls,
  proof,
  drills,
  flows,
  networks,
  dashboards,
  backups,
  description,
  /** Password of the dashboard's user `admin`. */
  dashboardPassword: edge.dashboardPassword,
  ...Object.fromEntries(Object.entries(optional).filter(([, password]) => password !== undefined)),
  passwords,
  nextSteps,
};
