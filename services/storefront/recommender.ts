import { httpProbe } from "../probe.ts";
import { defineService } from "../service.ts";

/** Films like another one: Python on :8000, with the films' data in its image. */
export const recommender = defineService({
  name: "recommender",
  image: {
    context: "services",
    dockerfile: "storefront/recommender/Dockerfile",
    sources: [
      ".dockerignore",
      "storefront/recommender/Dockerfile",
      "storefront/recommender/requirements.txt",
      "storefront/recommender/recommender",
      "storefront/catalog/catalog",
      "storefront/catalog/seed",
      "telemetry/python/vigie_telemetry",
    ],
    bases: {
      NODE_BUILD_BASE: { image: "node", build: true },
      PYTHON_BUILD_BASE: { image: "python", build: true },
      PYTHON_BASE: { image: "python" },
    },
  },
  port: 8000,
  traced: true,
  route: { pathPrefix: "/api/recommendations", probePath: "/api/recommendations?film_id=1&limit=1" },
  metrics: ["recommendations_computed_total"],
  health: httpProbe("python", 8000, "/ready"),
});
