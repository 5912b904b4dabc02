import {
  Inbox,
  InstrumentedService,
  LocalDockerHost,
  MonitoringStack,
  PACES,
  Postgres,
  readSettings,
  StaticSite,
  Traefik,
} from "./components/index.ts";
import { catalog as catalogSpec } from "./services/storefront/catalog.ts";
import { frontendImage } from "./services/storefront/frontend.ts";
import { orders as ordersSpec } from "./services/storefront/orders.ts";
import { recommender as recommenderSpec } from "./services/storefront/recommender.ts";

// Pulumi keeps a stack trace for each promise, and its source-map-support looks for a map of each file in it: a quarter
// of an `up` without changes. Node's own traces are right for TypeScript that it runs itself.
Reflect.deleteProperty(Error, "prepareStackTrace");

const settings = readSettings();
const pace = PACES[settings.pace];

const host = new LocalDockerHost("local", {
  bindAddress: settings.bindAddress,
  images: settings.images,
  ...(settings.caBundle === undefined ? {} : { caBundle: settings.caBundle }),
  ...(settings.networkMtu === 0 ? {} : { mtu: settings.networkMtu }),
});

const edge = new Traefik("edge", {
  host,
  httpPort: settings.httpPort,
  httpsPort: settings.httpsPort,
  dashboardPort: settings.dashboardPort,
});
const postgres = new Postgres("postgres", {
  host,
  databases: ["catalog", "orders"],
  pace,
  protect: settings.protectData,
});

const catalog = new InstrumentedService("catalog", {
  host,
  edge,
  spec: catalogSpec,
  uses: [postgres],
  pace,
  replicas: settings.catalogReplicas,
});
const orders = new InstrumentedService("orders", { host, edge, spec: ordersSpec, uses: [postgres], pace });
const recommender = new InstrumentedService("recommender", { host, edge, spec: recommenderSpec, pace });
new StaticSite("frontend", { host, edge, image: frontendImage });

const inbox = settings.inbox
  ? new Inbox("inbox", { host, mailPort: settings.mailPort, noticesPort: settings.noticesPort })
  : undefined;
const receivers = [...(inbox?.receivers ?? []), ...settings.receivers];

const monitoring = new MonitoringStack("monitoring", {
  host,
  pace: settings.pace,
  policies: receivers.length === 0 ? [] : [{ name: "storefront", notify: { critical: receivers, warning: receivers } }],
  receiversDependOn: inbox?.containers ?? [],
  alertmanagerPort: settings.alertmanagerPort,
  sources: [edge, postgres, catalog, orders, recommender],
  prometheusPort: settings.prometheusPort,
  lokiPort: settings.lokiPort,
  scrapeInterval: settings.scrapeInterval,
  retention: settings.retention,
  protect: settings.protectData,
});

/** Pages of this deployment, by name. */
export const urls = { storefront: edge.url, dashboard: edge.dashboardUrl, ...monitoring.urls, ...inbox?.urls };

/** Password of the dashboard's user `admin`. */
export const dashboardPassword = edge.dashboardPassword;

/** What to try first. */
export const nextSteps = [
  `Open ${edge.url} and look for a film.`,
  `Make traffic: for i in $(seq 50); do curl -s '${edge.url}api/films?query=star' > /dev/null; done`,
  `See it counted: curl -sG ${monitoring.urls.prometheus}api/v1/query --data-urlencode 'query=sum by (job, route, status) (rate(http_request_duration_seconds_count[1m]))'`,
  ...(inbox === undefined
    ? []
    : [
        `Fire an alert: docker stop ${host.physicalName("orders-1")}; it arrives at ${inbox.urls.mail} and ${inbox.urls.notices}. Then docker start it.`,
      ]),
  "Traefik's dashboard has the user admin; its password: npx pulumi stack output dashboardPassword --show-secrets",
];
