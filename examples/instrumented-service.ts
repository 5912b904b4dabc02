/**
 * A service of your own, from its image to who hears of it: two replicas behind the edge, with a database and a secret,
 * what it owes its users, and a critical alert beside the warning that it is slow.
 */
import * as pulumi from "@pulumi/pulumi";
import {
  type AlertPolicySpec,
  defineService,
  httpProbe,
  InstrumentedService,
  LocalDockerHost,
  MonitoringStack,
  Postgres,
  type Receiver,
  Traefik,
} from "vigie";

const orders = defineService({
  name: "orders",
  image: { reference: "registry.example/orders:1.4.2" },
  port: 3000,
  replicas: 2,
  route: { pathPrefix: "/orders" },
  health: httpProbe("node", 3000, "/ready"),
  secretFiles: ["payment-key"],
});

const host = new LocalDockerHost("local");
const edge = new Traefik("edge", { host });
const postgres = new Postgres("postgres", { host, databases: ["orders"] });
const service = new InstrumentedService("orders", {
  host,
  edge,
  spec: orders,
  uses: [postgres],
  secrets: { "payment-key": new pulumi.Config("shop").requireSecret("paymentKey") },
  thresholds: { HttpSlowP95: { critical: 2 } },
});

const team: Receiver = { kind: "webhook", name: "team", url: "https://chat.example/hooks/team" };
const policies: AlertPolicySpec[] = [
  {
    name: "shop",
    services: ["orders"],
    objective: { availability: 99.9, latency: { quantile: 0.95, under: "300ms" }, expectedRate: "5/s" },
    notify: { critical: [team], warning: [team] },
  },
  { name: "everything", notify: { critical: [team], warning: "nobody" } },
];
const monitoring = new MonitoringStack("monitoring", { host, sources: [edge, postgres, service], policies });

export const urls = { shop: edge.url, ...monitoring.urls };
