import { httpProbe } from "./probe.ts";
import { defineService } from "./service.ts";

/** Keeps the notices that a webhook brings, for a developer and for tests. It pages nobody. */
export const inbox = defineService({
  name: "inbox-notices",
  image: {
    context: "services/inbox",
    sources: ["Dockerfile", "inbox.py"],
    bases: { PYTHON_BASE: { image: "python" } },
  },
  port: 8026,
  health: httpProbe("python", 8026, "/ready"),
  metricsPath: false,
  limits: { memory: "64MiB" },
});
