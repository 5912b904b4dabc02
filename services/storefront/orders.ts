import { httpProbe } from "../probe.ts";
import { defineService } from "../service.ts";

/** The orders: fastify on :3000, with its orders in PostgreSQL. */
export const orders = defineService({
  name: "orders",
  image: {
    context: "services",
    dockerfile: "storefront/orders/Dockerfile",
    sources: [
      ".dockerignore",
      "storefront/orders/Dockerfile",
      "storefront/orders/package.json",
      "storefront/orders/package-lock.json",
      "storefront/orders/src",
      "telemetry/node",
    ],
    bases: { NODE_BUILD_BASE: { image: "node", build: true }, NODE_BASE: { image: "node" } },
  },
  port: 3000,
  traced: true,
  route: { pathPrefix: "/api/orders", probePath: "/api/orders?per_page=1" },
  metrics: ["db_pool_connections", "db_query_duration_seconds", "orders_placed_total"],
  health: httpProbe("node", 3000, "/ready"),
});
