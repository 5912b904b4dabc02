import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { renderPortal } from "../../config/portal.ts";
import { SCRAPE_PASSWORD_FILE, SCRAPE_USER } from "../../config/scrape-access.ts";
import { PORTAL_DIRECTORY, PORTAL_FILE, portal } from "../../services/monitoring/portal.ts";
import type { PortalDescription } from "../../services/monitoring/portal-description.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Platform } from "../platform/platform.ts";
import { serviceImage } from "../platform/service-image.ts";
import type { Running } from "../platform/workload.ts";

/** What is set of a {@link Portal}. */
export interface PortalSettings {
  /** Port of the host. @default 8088 */
  readonly port?: number;
  /**
   * Whether alerts may be silenced from it. Where they may not, it only reads, and asks for a password.
   *
   * @default false
   */
  readonly silences?: boolean;
}

/** Arguments of {@link Portal}. */
export interface PortalArgs extends PortalSettings {
  /** The host it runs on. */
  readonly host: Platform;
  /** What it shows, from `describePortal`. */
  readonly description: PortalDescription;
  /** What must run before it, so that it is not empty at first. @default [] */
  readonly dependsOn?: readonly pulumi.Resource[];
}

const PASSWORD = "password";

/** The signals of a portal, which are known before it is: what it shows is known last, and it shows itself, too. */
export function portalSignals(name: string, host: Platform): Signals {
  return {
    scrapeJobs: [
      {
        job: name,
        targets: [host.address(name, portal.port)],
        emits: ["http-service"],
        seriesBudget: portal.seriesBudget,
      },
    ],
  };
}

/**
 * The first page of a stack: its services with their state and figures, alerts, deployments, the graph, and requests
 * with their spans and lines. It keeps nothing, asks the stores by queries that the program wrote, and shows what it can
 * when one of them is away.
 *
 * {@link MonitoringStack} makes one with `portal`, and describes the stack for it.
 *
 * @throws pulumi.InputPropertiesError when the port or the name is taken
 * @example
 * ```ts
 * const monitoring = new MonitoringStack("monitoring", { host, sources, portal: { silences: true } });
 * new Portal("second-portal", { host, port: 8089, description: monitoring.description });
 * ```
 */
export class Portal extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** URL of its first page. */
  readonly url: string;
  /** Password of whoever looks, of any name; a secret. Undefined where it asks for none. */
  readonly password: pulumi.Output<string> | undefined;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: PortalArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Portal", name, {}, opts);
    const { host, description, port = portal.port, silences = false, dependsOn = [] } = args;
    this.name = name;
    this.url = host.published(port);
    this.signals = portalSignals(name, host);
    host.claimName(name, "portal");
    host.claimPorts([{ port, property: "port", by: name }]);
    this.password = silences
      ? undefined
      : new random.RandomPassword(`${name}-password`, { length: 32, special: false }, { parent: this }).result;
    const secrets = host.secret(
      name,
      {
        [SCRAPE_PASSWORD_FILE]: host.scrapePassword().password,
        ...(this.password === undefined ? {} : { [PASSWORD]: this.password }),
      },
      this,
    );
    const { prometheus, alertmanagers, logs, traces } = description.asks;
    const asked = [prometheus, ...alertmanagers, logs.url, ...(traces === undefined ? [] : [traces.url])];
    const files = renderPortal({ ...description, silences });
    const landed = host.files(`${name}-config`, { directory: name, files }, { parent: this });
    this.container = host.run(
      `${name}-container`,
      {
        name,
        component: name,
        image: serviceImage(name, portal.image, host, this).reference,
        user: portal.user,
        networks: ["observability", "metrics"],
        dials: [{ to: asked, why: "shows what it knows" }],
        env: {
          PORTAL_DESCRIPTION_FILE: `${PORTAL_DIRECTORY}/${PORTAL_FILE}`,
          PROMETHEUS_USER: SCRAPE_USER,
          PROMETHEUS_PASSWORD_FILE: `/run/secrets/${SCRAPE_PASSWORD_FILE}`,
          ...(this.password === undefined ? {} : { PORTAL_PASSWORD_FILE: `/run/secrets/${PASSWORD}` }),
        },
        probe: { kind: "exec", check: portal.health },
        memory: portal.limits.memory,
        scratch: [{ path: "/tmp" }],
        mounts: [{ kind: "files", directory: name, path: PORTAL_DIRECTORY }],
        ports: [{ external: port, internal: portal.port }],
        secrets,
      },
      { parent: this, dependsOn: [landed, ...dependsOn] },
    );
    this.registerOutputs({ url: this.url });
  }
}
