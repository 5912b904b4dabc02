import path from "node:path";
import { httpProbe } from "../probe.ts";
import { defineService } from "../service.ts";

/** Where the portal finds the description of its stack, in its container. */
export const PORTAL_DIRECTORY = "/etc/portal";

/** Name of the file with it. */
export const PORTAL_FILE = "portal.json";

/** The portal: fastify on :8088, with its pages. It keeps nothing. */
export const portal = defineService({
  name: "portal",
  image: {
    // Above this file, in the repository and in the package: `cli/pack.ts` brings the sources there.
    context: path.join(import.meta.dirname, ".."),
    dockerfile: "monitoring/portal/Dockerfile",
    sources: [
      ".dockerignore",
      "monitoring/portal/Dockerfile",
      "monitoring/portal/package.json",
      "monitoring/portal/package-lock.json",
      "monitoring/portal/src",
      "monitoring/portal/site",
      "telemetry/node",
    ],
    bases: { NODE_BUILD_BASE: { image: "node", build: true }, NODE_BASE: { image: "node" } },
  },
  port: 8088,
  health: httpProbe("node", 8088, "/ready"),
  limits: { memory: "160MiB" },
  // Twenty routes, each with its histogram by status from the beginning.
  seriesBudget: 4000,
});
