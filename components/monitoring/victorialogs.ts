import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { images } from "../../config/images.ts";
import {
  renderVictoriaLogs,
  VICTORIALOGS_DATA_DIRECTORY,
  VICTORIALOGS_PORT,
  type VictoriaLogsSettings,
} from "../../config/victorialogs.ts";
import { logsDashboard } from "../../dashboards/logs.ts";
import { toBytes } from "../../services/units.ts";
import { victorialogsFills } from "../../signals/fills/victorialogs.ts";
import { VICTORIALOGS_THRESHOLDS, victorialogsRules } from "../../signals/rules/victorialogs.ts";
import type { Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import { claiming } from "../platform/claiming.ts";
import { goMemoryLimit } from "../platform/go-memory-limit.ts";
import type { Running } from "../platform/workload.ts";
import type { LogStore, LogStoreArgs } from "./log-store.ts";

/** Arguments of {@link VictoriaLogs}. */
export interface VictoriaLogsArgs extends VictoriaLogsSettings, LogStoreArgs {
  /** Port of the host. @default 9428 */
  readonly port?: number;
}

/** The file of the key in `/run/secrets`. */
const KEY_FILE = "operator.key";

/**
 * VictoriaLogs, which keeps the logs and has pages of its own to read them.
 *
 * It reads no file: all that is set is an argument, so a change replaces the container, and the Collector keeps what is
 * written meanwhile. Lines can't be deleted by anyone who reaches it; when they are more than their disk, it deletes the
 * oldest day itself.
 *
 * @throws pulumi.InputPropertiesError when the retention is no duration of at least a day, the disk is no size, or the
 * port is taken
 * @example
 * ```ts
 * const logs = new VictoriaLogs("victorialogs", { host, retention: "30d", disk: "4GiB" });
 * new Collector("collector", { host, logStore: logs });
 * ```
 */
export class VictoriaLogs extends pulumi.ComponentResource implements LogStore {
  readonly kind = "victorialogs";
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** URL of its API; its pages are at `select/vmui/`. */
  readonly url: string;
  /** Its address as log agents and Grafana reach it, `host:port`. */
  readonly address: string;
  /** Its container. */
  readonly container: Running;
  /** Done when it takes logs. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: VictoriaLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:VictoriaLogs", name, {}, opts);
    const { host, memory = "256MiB", protect = false } = args;
    const port = args.port ?? VICTORIALOGS_PORT;
    this.name = name;
    this.url = host.published(port);
    this.address = host.address(name, VICTORIALOGS_PORT);
    // Half for its caches; the rest is for lines that are on their way to the disk, and for queries.
    const place = { cacheBytes: Math.floor((toBytes(memory) ?? 0) / 2), keyFile: `/run/secrets/${KEY_FILE}` };
    const { command, rules } = claiming(
      { host, kind: "VictoriaLogs", name, ports: [{ port, property: "port", by: name }] },
      {
        command: () => renderVictoriaLogs(args, place),
        rules: () =>
          victorialogsRules({
            job: name,
            pace: args.pace,
            thresholds: overridesFor(VICTORIALOGS_THRESHOLDS, args.thresholds),
          }),
      },
    );
    const key = new random.RandomPassword(`${name}-operator-key`, { length: 32, special: false }, { parent: this });
    this.container = host.run(
      `${name}-container`,
      {
        name,
        component: name,
        image: host.image("victorialogs").reference,
        user: images.victorialogs.user,
        networks: ["observability"],
        command,
        env: goMemoryLimit(memory),
        // Nothing is in its image but the program.
        probe: { kind: "outside", from: "observability", port: VICTORIALOGS_PORT, path: "/health" },
        memory,
        mounts: [{ kind: "data", data: host.data(name, protect, this), path: VICTORIALOGS_DATA_DIRECTORY }],
        ports: [{ external: port, internal: VICTORIALOGS_PORT }],
        secrets: host.secret(name, { [KEY_FILE]: key.result }, this),
        stopSeconds: 30,
      },
      { parent: this },
    );
    this.ready = this.container.ready;
    this.signals = {
      scrapeJobs: [{ job: name, targets: [this.address], emits: ["victorialogs"] }],
      fills: victorialogsFills(name),
      dashboards: [logsDashboard],
      ruleGroups: [rules],
    };
    this.registerOutputs({ url: this.url });
  }
}
