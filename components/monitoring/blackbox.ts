import * as pulumi from "@pulumi/pulumi";
import {
  BLACKBOX_ARGUMENTS,
  BLACKBOX_CHECK,
  BLACKBOX_DIRECTORY,
  BLACKBOX_PORT,
  renderBlackbox,
} from "../../config/blackbox.ts";
import { refusedProbe, renderWebConfig, WEB_CONFIG_ARGUMENT, WEB_CONFIG_FILE } from "../../config/scrape-access.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { BLACKBOX_THRESHOLDS, blackboxRules } from "../../signals/rules/blackbox.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import { checkedProgram } from "../platform/checked-program.ts";
import { outsideNetwork } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import { refusing } from "../platform/refuse.ts";
import type { Running } from "../platform/workload.ts";

/** Arguments of {@link BlackboxExporter}. */
export interface BlackboxExporterArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** What it will ask: with an address that is not on the host, it has a way out. @default [] */
  readonly asks?: readonly Signals[];
  /** Memory of the container. @default "48MiB" */
  readonly memory?: string;
}

/**
 * blackbox_exporter, which asks pages from outside as a user would. What it asks are the `probes` of all sources:
 * every route of the edge is one.
 *
 * It asks whatever it is told to, so it takes requests of Prometheus only: by a password that the host has for it.
 *
 * It is in the network `metrics` only, unless it asks something outside of the host. The edge is there too, so the whole way of a request is asked: the edge, its
 * rule, and a server behind it.
 *
 * @throws pulumi.InputPropertiesError when the name is taken
 * @example
 * ```ts
 * const blackbox = new BlackboxExporter("blackbox", { host });
 * new Prometheus("prometheus", { host, signals: [edge.signals, blackbox.signals], blackbox: blackbox.address });
 * ```
 */
export class BlackboxExporter extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** Its address as Prometheus reaches it, `host:port`. */
  readonly address: string;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: BlackboxExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:BlackboxExporter", name, {}, opts);
    const { host, asks = [], memory = "48MiB" } = args;
    const outside = asks.flatMap(({ probes = [] }) => probes).some(({ url }) => host.paths.leadsOutside(url));
    this.name = name;
    this.address = host.address(name, BLACKBOX_PORT);
    host.claimName(name, "blackbox_exporter");
    this.container = checkedProgram(
      name,
      {
        host,
        image: "blackboxExporter",
        // How it asks is the same for every stack: a new release of Vigie changes it, a new probe does not.
        files: renderBlackbox(),
        directory: BLACKBOX_DIRECTORY,
        check: BLACKBOX_CHECK,
        command: [...BLACKBOX_ARGUMENTS, WEB_CONFIG_ARGUMENT],
        probe: { kind: "exec", check: refusedProbe(BLACKBOX_PORT) },
        secrets: host.secret(name, { [WEB_CONFIG_FILE]: host.scrapePassword().hash.apply(renderWebConfig) }, this),
        memory,
        // It asks what it is told to: nothing is near that must not be asked.
        networks: ["metrics", ...(outside ? [outsideNetwork(name)] : [])],
      },
      this,
    );
    this.signals = {
      scrapeJobs: [{ job: name, targets: [this.address], signsIn: true, emits: ["blackbox"] }],
      ruleGroups: [
        refusing(() =>
          blackboxRules({ job: name, pace: args.pace, thresholds: overridesFor(BLACKBOX_THRESHOLDS, args.thresholds) }),
        ),
      ],
    };
    this.registerOutputs({});
  }
}
