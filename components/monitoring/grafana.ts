import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ConfigFile } from "../../config/config-file.ts";
import {
  GRAFANA_DASHBOARDS_DIRECTORY,
  GRAFANA_DATA_DIRECTORY,
  GRAFANA_DIRECTORY,
  GRAFANA_ENVIRONMENT,
  GRAFANA_PORT,
  type GrafanaSettings,
  grafanaEntrypoint,
  renderGrafana,
} from "../../config/grafana.ts";
import { renderDashboards } from "../../config/grafana-dashboards.ts";
import { datasourceAddresses, datasourcesOf } from "../../config/grafana-datasources.ts";
import { images } from "../../config/images.ts";
import { SCRAPE_PASSWORD_FILE } from "../../config/scrape-access.ts";
import { given } from "../../services/given.ts";
import { DeclarationError, type Problem } from "../../services/problems.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { GRAFANA_THRESHOLDS, grafanaRules } from "../../signals/rules/grafana.ts";
import type { DashboardFile, Observable, Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import { claiming } from "../platform/claiming.ts";
import { goMemoryLimit } from "../platform/go-memory-limit.ts";
import type { SecretFiles } from "../platform/mounts.ts";
import type { Platform } from "../platform/platform.ts";
import type { Running } from "../platform/workload.ts";

/** Arguments of {@link Grafana}. */
export interface GrafanaArgs extends Omit<GrafanaSettings, "prometheusPasswordFile"> {
  /** The host it runs on. */
  readonly host: Platform;
  /** The `password` of Prometheus, which asks for it. @default - none: another Prometheus, which asks for none */
  readonly prometheusPassword?: pulumi.Input<string>;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** The dashboards. */
  readonly dashboards: readonly DashboardFile[];
  /** Its own signals, where the dashboards have its rules already. @default - made here */
  readonly own?: Signals;
  /** File of the dashboard that opens first, as `renderDashboards` names it. @default - the first dashboard */
  readonly home?: string;
  /** Address that people reach it at, for the links that it makes. @default - the page on the host's port */
  readonly rootUrl?: string;
  /** Port of the host. @default 3000 */
  readonly port?: number;
  /** Memory of the container. @default "384MiB" */
  readonly memory?: string;
  /** Refuse to delete the data volume. @default false */
  readonly protect?: boolean;
}

/**
 * The signals of a Grafana.
 *
 * @throws DeclarationError with every threshold that makes no sense
 */
export function grafanaSignals(
  name: string,
  host: Pick<Platform, "address">,
  { pace, thresholds }: Pick<GrafanaArgs, "pace" | "thresholds"> = {},
): Signals {
  return {
    scrapeJobs: [{ job: name, targets: [host.address(name, GRAFANA_PORT)], emits: ["grafana"] }],
    ruleGroups: [grafanaRules({ job: name, pace, thresholds: overridesFor(GRAFANA_THRESHOLDS, thresholds) })],
  };
}

/**
 * Grafana, with the datasources and the dashboards that it is given.
 *
 * A changed dashboard is in use within seconds and replaces no container. Settings and datasources are read when it
 * starts: a change of them replaces its container. The password of its user `admin` is generated.
 *
 * @throws pulumi.InputPropertiesError when an address is none, two dashboards have one uid, `home` is none of them, or the port is
 * taken
 * @example
 * ```ts
 * const grafana = new Grafana("grafana", {
 *   host,
 *   prometheus: host.address("prometheus", 9090),
 *   dashboards: dashboardsOf([prometheus.signals]),
 * });
 * export const { url, adminPassword } = grafana;
 * ```
 */
export class Grafana extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** URL of its pages; they ask for a user and a password. */
  readonly url: string;
  /** Address of its pages, as people reach them. */
  readonly pagesUrl: string;
  /** Where its dashboards are on the host, as files in folders. */
  readonly dashboardsDirectory: string;
  /** Its datasources. */
  readonly datasources: readonly { readonly name: string; readonly uid: string; readonly type: string }[];
  /** Password of the user `admin`; a secret. */
  readonly adminPassword: pulumi.Output<string>;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Grafana", name, {}, opts);
    const { host, prometheusPassword } = args;
    const port = args.port ?? GRAFANA_PORT;
    this.name = name;
    this.url = host.published(port);
    this.pagesUrl = args.rootUrl ?? this.url;
    this.datasources = datasourcesOf(args);
    const { dashboardFiles, settings, own } = claiming(
      { host, kind: "Grafana", name, ports: [{ port, property: "port", by: name }], problems: homeProblems(args) },
      {
        dashboardFiles: () => renderDashboards(args.dashboards),
        settings: () =>
          renderGrafana({
            ...args,
            rootUrl: this.pagesUrl,
            ...given({ home: args.home ?? filesOf(args.dashboards)[0] }),
            ...(prometheusPassword === undefined
              ? {}
              : { prometheusPasswordFile: `/run/secrets/${SCRAPE_PASSWORD_FILE}` }),
          }),
        own: () => args.own ?? grafanaSignals(name, host, args),
      },
    );
    const dashboards = `${name}-dashboards`;
    this.dashboardsDirectory = host.whereFiles(dashboards);
    const landed = [
      host.files(`${name}-config`, { directory: name, files: settings }, { parent: this }),
      host.files(dashboards, { directory: dashboards, files: dashboardFiles }, { parent: this }),
    ];
    const secret = (role: string) =>
      new random.RandomPassword(`${name}-${role}`, { length: 32, special: false }, { parent: this }).result;
    this.adminPassword = secret("admin-password");
    const secrets = host.secret(
      name,
      {
        "admin-password": this.adminPassword,
        "secret-key": secret("secret-key"),
        ...(prometheusPassword === undefined ? {} : { [SCRAPE_PASSWORD_FILE]: prometheusPassword }),
      },
      this,
    );
    this.container = this.#createServer(args, { settings, secrets, landed });
    this.signals = own;
    this.registerOutputs({ url: this.url });
  }

  #createServer(args: GrafanaArgs, parts: GrafanaParts): Running {
    const { host, memory = "384MiB", port = GRAFANA_PORT } = args;
    const { name } = this;
    const { settings, secrets, landed } = parts;
    return host.run(
      `${name}-container`,
      {
        name,
        component: name,
        image: host.image("grafana").reference,
        user: images.grafana.user,
        networks: ["observability"],
        dials: [{ to: datasourceAddresses(args), why: "asks for what it shows" }],
        entrypoint: grafanaEntrypoint(args),
        env: { ...GRAFANA_ENVIRONMENT, ...goMemoryLimit(memory) },
        probe: { kind: "http", tool: "wget", port: GRAFANA_PORT, path: "/api/health" },
        memory,
        scratch: [{ path: "/tmp" }],
        mounts: [
          { kind: "files", directory: name, path: GRAFANA_DIRECTORY },
          { kind: "files", directory: `${name}-dashboards`, path: GRAFANA_DASHBOARDS_DIRECTORY },
          {
            kind: "data",
            data: host.data(name, args.protect ?? false, this),
            path: GRAFANA_DATA_DIRECTORY,
          },
        ],
        readAtStart: settings,
        ports: [{ external: port, internal: GRAFANA_PORT }],
        secrets,
      },
      { parent: this, dependsOn: landed },
    );
  }
}

/** The files of dashboards that can be rendered; of others there is told already. */
function filesOf(dashboards: readonly DashboardFile[]): readonly string[] {
  try {
    return renderDashboards(dashboards).map((file) => file.path);
  } catch (error) {
    if (error instanceof DeclarationError) return [];
    throw error;
  }
}

function homeProblems({ home, dashboards }: GrafanaArgs): Problem[] {
  const files = filesOf(dashboards);
  if (home === undefined || files.includes(home)) return [];
  const allowed = `the file of one of its dashboards: ${files.join(", ") || "it has none"}`;
  return [{ property: "home", given: home, allowed }];
}

/** What is made for the server of a Grafana. */
interface GrafanaParts {
  readonly settings: readonly ConfigFile[];
  readonly secrets: SecretFiles;
  readonly landed: pulumi.Resource[];
}
