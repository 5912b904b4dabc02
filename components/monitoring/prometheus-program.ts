/** What Prometheus and its agent have in common: files that promtool checks first, and how they run. */

import type * as pulumi from "@pulumi/pulumi";
import type { ConfigFile } from "../../config/config-file.ts";
import { images } from "../../config/images.ts";
import { PROMETHEUS_DIRECTORY } from "../../config/prometheus.ts";
import { given } from "../../services/given.ts";
import type { SecretFiles } from "../platform/mounts.ts";
import type { Platform } from "../platform/platform.ts";
import type { Running, Workload } from "../platform/workload.ts";

/** Port of Prometheus in its workload. */
export const PROMETHEUS_PORT = 9090;

/** How one of them is run. */
export interface PrometheusProgram extends Pick<Workload, "dials" | "memory" | "ports"> {
  /** The host it runs on. */
  readonly host: Platform;
  /** Its rendered configuration. */
  readonly files: readonly ConfigFile[];
  /** The check by promtool. */
  readonly check: readonly string[];
  /** What must be there before the files land. */
  readonly filesDependOn: readonly pulumi.Resource[];
  /** What must be there before it starts, besides its files. @default [] */
  readonly dependsOn?: readonly pulumi.Resource[];
  /** Its arguments before those that both have. */
  readonly arguments: readonly string[];
  /** Its arguments after those. @default [] */
  readonly more?: readonly string[];
  /** More arguments for the probe by promtool: how it signs in. @default [] */
  readonly probeArguments?: readonly string[];
  /** What it signs in with, and asks for. */
  readonly secrets: SecretFiles;
  /** Whether to refuse to delete its samples. */
  readonly protect: boolean;
}

/** Lands the files when promtool has found them right, and starts the Prometheus that reads them again by itself. */
export function prometheusProgram(name: string, program: PrometheusProgram, parent: pulumi.Resource): Running {
  const { host, files, check, secrets, dials, memory, ports, more = [], probeArguments = [], dependsOn = [] } = program;
  const { user } = images.prometheus;
  const config = host.files(
    `${name}-config`,
    { directory: name, files, check: { image: "prometheus", user, command: check, mountPath: PROMETHEUS_DIRECTORY } },
    { parent, dependsOn: [...program.filesDependOn] },
  );
  const probe = ["CMD", "promtool", "check", "ready", `--url=http://127.0.0.1:${PROMETHEUS_PORT}`, ...probeArguments];
  return host.run(
    `${name}-container`,
    {
      name,
      component: name,
      image: host.image("prometheus").reference,
      user,
      networks: ["observability", "metrics"],
      ...given({ dials }),
      command: [
        ...program.arguments,
        "--enable-feature=auto-reload-config,exemplar-storage,extra-scrape-metrics",
        "--config.auto-reload-interval=5s",
        ...more,
        "--log.format=json",
      ],
      probe: { kind: "exec", check: probe },
      memory,
      scratch: [{ path: "/tmp" }],
      mounts: [
        { kind: "files", directory: name, path: PROMETHEUS_DIRECTORY },
        { kind: "data", data: host.data(name, program.protect, parent), path: "/prometheus" },
      ],
      ...given({ ports }),
      secrets,
      stopSeconds: 30,
    },
    { parent, dependsOn: [config, ...dependsOn] },
  );
}
