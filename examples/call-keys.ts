/** Two services, of which one asks the other: who calls is proved by a token, and what fails is tried again within bounds. */
import { CallKeys, defineService, httpProbe, InstrumentedService, LocalDockerHost, ServiceCall, Traefik } from "vigie";

const host = new LocalDockerHost("local");
const edge = new Traefik("edge", { host });
const keys = new CallKeys("calls", { generation: 1 });

const prices = new InstrumentedService("prices", {
  host,
  spec: defineService({
    name: "prices",
    image: { reference: "registry.example/prices:2.0.0" },
    port: 3001,
    replicas: 2,
    health: httpProbe("node", 3001, "/ready"),
    readsSecretsAnew: true,
  }),
  answers: { auth: "jwt", callers: ["shop"], keys },
});

export const shop = new InstrumentedService("shop", {
  host,
  edge,
  spec: defineService({
    name: "shop",
    image: { reference: "registry.example/shop:1.4.2" },
    port: 3000,
    route: { pathPrefix: "/shop" },
    health: httpProbe("node", 3000, "/ready"),
    readsSecretsAnew: true,
  }),
  uses: [
    new ServiceCall(prices, { auth: "jwt", timeout: "3s", retries: { tryTimeout: "1s" }, outliers: { failures: 3 } }),
  ],
});
