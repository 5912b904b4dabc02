import path from "node:path";
import { httpProbe } from "./probe.ts";
import { defineService } from "./service.ts";

/** Keeps the notices that a webhook brings, for a developer and for tests. It pages nobody. */
export const inbox = defineService({
  name: "inbox-notices",
  image: {
    // Beside this file, in the repository and in the package: `cli/pack.ts` brings it there.
    context: path.join(import.meta.dirname, "inbox"),
    sources: ["Dockerfile", "inbox.py"],
    bases: { PYTHON_BASE: { image: "python" } },
  },
  port: 8026,
  health: httpProbe("python", 8026, "/ready"),
  metricsPath: false,
  limits: { memory: "64MiB" },
});
