import { httpProbe } from "../probe.ts";
import { defineService } from "../service.ts";

/** The film catalogue: Flask on :5000, with its films in PostgreSQL. */
export const catalog = defineService({
  name: "catalog",
  image: {
    context: "services",
    dockerfile: "storefront/catalog/Dockerfile",
    sources: [
      ".dockerignore",
      "storefront/catalog/Dockerfile",
      "storefront/catalog/requirements.txt",
      "storefront/catalog/seed",
      "storefront/catalog/catalog",
      "telemetry/python/vigie_telemetry",
    ],
    bases: {
      NODE_BUILD_BASE: { image: "node", build: true },
      PYTHON_BUILD_BASE: { image: "python", build: true },
      PYTHON_BASE: { image: "python" },
    },
  },
  port: 5000,
  traced: true,
  replicas: 2,
  // A search that nobody made before: it is asked of PostgreSQL, and kept in Redis.
  route: { pathPrefix: "/api", probePath: "/api/films?per_page=1", drillPath: "/api/films?per_page=1&query={n}" },
  health: httpProbe("python", 5000, "/ready"),
  metrics: ["cache_errors_total", "cache_lookups_total", "db_pool_connections", "db_query_duration_seconds"],
  limits: { memory: "256MiB" },
});
