/** A service of your own, from its image to its metrics: two replicas behind the edge, with a database and a secret. */
import * as pulumi from "@pulumi/pulumi";
import {
  defineService,
  httpProbe,
  InstrumentedService,
  LocalDockerHost,
  MonitoringStack,
  Postgres,
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
});
const monitoring = new MonitoringStack("monitoring", { host, sources: [edge, postgres, service] });

export const urls = { shop: edge.url, ...monitoring.urls };
