import * as pulumi from "@pulumi/pulumi";
import {
  LOKI_ARGUMENTS,
  LOKI_CHECK,
  LOKI_DATA_DIRECTORY,
  LOKI_DIRECTORY,
  LOKI_PORT,
  type LokiSettings,
  renderLoki,
} from "../../config/loki.ts";
import { logsDashboard } from "../../dashboards/logs.ts";
import { LOKI_THRESHOLDS, lokiRules } from "../../signals/rules/loki.ts";
import type { Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import { checkedProgram } from "../platform/checked-program.ts";
import { claiming } from "../platform/claiming.ts";
import type { Running } from "../platform/workload.ts";
import type { LogStore, LogStoreArgs } from "./log-store.ts";

/** Arguments of {@link Loki}. */
export interface LokiArgs extends LokiSettings, LogStoreArgs {
  /** Port of the host. @default 3100 */
  readonly port?: number;
}

/**
 * Loki, which keeps the logs.
 *
 * Its configuration is checked by Loki itself before it lands. Loki reads it when it starts: a changed one replaces the
 * container, and the Collector keeps what is written meanwhile.
 *
 * @throws pulumi.InputPropertiesError when the retention is no duration of at least a day, or the port is taken
 * @example
 * ```ts
 * const loki = new Loki("loki", { host, retention: "30d" });
 * ```
 */
export class Loki extends pulumi.ComponentResource implements LogStore {
  readonly kind = "loki";
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** URL of its API. */
  readonly url: string;
  /** Its address as log agents and Grafana reach it, `host:port`. */
  readonly address: string;
  /** Its container. */
  readonly container: Running;
  /** Done when it takes logs. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: LokiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Loki", name, {}, opts);
    const { host, memory = "384MiB" } = args;
    const port = args.port ?? LOKI_PORT;
    this.name = name;
    this.url = host.published(port);
    this.address = host.address(name, LOKI_PORT);
    const { files, rules } = claiming(
      { host, kind: "Loki", name, ports: [{ port, property: "port", by: name }] },
      {
        files: () => renderLoki(args),
        rules: () =>
          lokiRules({ job: name, pace: args.pace, thresholds: overridesFor(LOKI_THRESHOLDS, args.thresholds) }),
      },
    );
    this.container = checkedProgram(
      name,
      {
        host,
        image: "loki",
        files,
        directory: LOKI_DIRECTORY,
        check: LOKI_CHECK,
        command: LOKI_ARGUMENTS,
        data: { path: LOKI_DATA_DIRECTORY, protect: args.protect ?? false },
        // Its own `-health` starts the whole program again: 0.2 s of CPU for each probe.
        probe: { kind: "outside", from: "observability", port: LOKI_PORT, path: "/ready" },
        memory,
        scratch: [{ path: "/tmp" }],
        ports: [{ external: port, internal: LOKI_PORT, api: true }],
        stopSeconds: 30,
      },
      this,
    );
    this.ready = this.container.ready;
    this.signals = {
      scrapeJobs: [{ job: name, targets: [this.address], emits: ["loki"] }],
      dashboards: [logsDashboard],
      ruleGroups: [rules],
    };
    this.registerOutputs({ url: this.url });
  }
}
