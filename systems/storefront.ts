import { InstrumentedService, PACES, Postgres, Redis, StaticSite } from "../components/index.ts";
import { rolloutOf } from "../config/settings/rollouts.ts";
import { versionOf } from "../config/settings/versions.ts";
import { catalog as declaredCatalog } from "../services/storefront/catalog.ts";
import { frontendImage } from "../services/storefront/frontend.ts";
import { orders as declaredOrders } from "../services/storefront/orders.ts";
import { recommender as recommenderSpec } from "../services/storefront/recommender.ts";
import type { System, SystemArgs } from "./system.ts";

/** A shop for films: pages, a catalog in Flask, orders in Node, recommendations in Python, PostgreSQL and Redis. */
export function storefront({ host, edge, settings }: SystemArgs): System {
  const pace = PACES[settings.pace];
  const catalogSpec = versionOf(settings.versions, declaredCatalog);
  const ordersSpec = versionOf(settings.versions, declaredOrders);
  const postgres = new Postgres("postgres", {
    host,
    databases: ["catalog", "orders"],
    pace,
    protect: settings.protectData,
  });
  // The catalog remembers answers and counts visits in it, and serves without.
  const redis = new Redis("redis", {
    host,
    services: ["catalog"],
    optional: true,
    pace,
    protect: settings.protectData,
  });
  const handsOn = settings.apiThroughNginx ? ["/api"] : [];
  const frontend = new StaticSite("frontend", { host, edge, image: frontendImage, handsOn, pace });
  // Who takes what visitors ask for below /api.
  const api = settings.apiThroughNginx ? frontend.behind : edge;
  const catalog = new InstrumentedService("catalog", {
    host,
    edge: api,
    spec: catalogSpec,
    uses: [postgres, redis],
    pace,
    replicas: settings.catalogReplicas,
    ...rolloutOf(settings.rollouts, catalogSpec),
  });
  const orders = new InstrumentedService("orders", {
    host,
    edge: api,
    spec: ordersSpec,
    uses: [postgres],
    pace,
    ...rolloutOf(settings.rollouts, ordersSpec),
  });
  const recommender = new InstrumentedService("recommender", { host, edge: api, spec: recommenderSpec, pace });
  return {
    name: "storefront",
    sources: [postgres, redis, catalog, orders, recommender, frontend],
    policies: [
      {
        name: "films",
        services: ["catalog"],
        objective: { availability: 99.5, latency: { quantile: 0.95, under: "1s" }, expectedRate: "5/s" },
      },
      {
        name: "orders",
        services: ["orders"],
        objective: { availability: 99.5, latency: { quantile: 0.95, under: "1s" }, expectedRate: "1/s" },
      },
    ],
    urls: { storefront: edge.url },
    nextSteps: [
      `Open ${edge.url}, look for a film, and order it.`,
      `Make traffic: for i in $(seq 50); do curl -s '${edge.url}api/films?query=star' > /dev/null; done`,
      ...(settings.inbox
        ? [`Fire an alert: docker stop ${host.instance("orders-1")}; see it arrive in the inbox. Then docker start it.`]
        : []),
    ],
  };
}
