import path from "node:path";
import type { BuiltImage } from "../service.ts";

/** Port of the exporter inside its container. */
export const CONTAINER_METRICS_PORT = 9117;

/** Where it finds the host's files, in its container: Docker's records, the control groups, the processes. */
export const CONTAINER_METRICS_PATHS = {
  containers: "/host/containers",
  cgroup: "/host/cgroup",
  proc: "/host/proc",
} as const;

/** What each container of a stack uses, for Prometheus: Python without any package. */
export const containerMetricsImage: BuiltImage = {
  // Beside this file, in the repository and in the package: `cli/pack.ts` brings it there.
  context: path.join(import.meta.dirname, "container-metrics"),
  sources: ["Dockerfile", "container_metrics"],
  bases: { PYTHON_BASE: { image: "python" } },
};
