import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { images } from "../config/images.ts";
import {
  NGINX_CHECK,
  NGINX_COMMAND,
  NGINX_DIRECTORY,
  NGINX_EXPORTER_PORT,
  NGINX_PORTS,
  type NginxSite,
  nginxProbe,
  renderNginxExporterArguments,
  renderNginxSite,
} from "../config/nginx.ts";
import { nginxDashboard } from "../dashboards/nginx.ts";
import type { BuiltImage, RouteSpec } from "../services/service.ts";
import type { Pace } from "../signals/rule-group.ts";
import { type NGINX_THRESHOLDS, nginxRules } from "../signals/rules/nginx.ts";
import type { Observable, Signals } from "../signals/signals.ts";
import type { Overrides } from "../signals/threshold.ts";
import { answersOutside } from "./answers-outside.ts";
import { hardenedContainer, tmpfsOptions } from "./container.ts";
import type { Edge } from "./edge.ts";
import { goMemoryLimit } from "./go-memory-limit.ts";
import type { Host } from "./host.ts";
import { refusing } from "./refuse.ts";
import { serviceImage } from "./service-image.ts";

/** Arguments of {@link StaticSite}. */
export interface StaticSiteArgs {
  /** The host it runs on. */
  readonly host: Host;
  /** The edge that routes requests to it. */
  readonly edge: Edge;
  /** The image with the site's files, made from the catalogue's Nginx. */
  readonly image: BuiltImage;
  /** Its route. @default { pathPrefix: "/" } */
  readonly route?: RouteSpec;
  /** Settings of Nginx. @default {} */
  readonly site?: NginxSite;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: Overrides<typeof NGINX_THRESHOLDS>;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
  /** Memory of the container. @default "64MiB" */
  readonly memory?: string;
}

/**
 * Static files, served by Nginx, with its exporter.
 *
 * The files are in an image, so that a release is one thing that can be rolled back; the configuration is hot, so that
 * a changed header replaces no container.
 *
 * @throws pulumi.InputPropertiesError when the name or the route is taken
 * @example
 * ```ts
 * new StaticSite("frontend", { host, edge, image: frontendImage });
 * ```
 */
export class StaticSite extends pulumi.ComponentResource implements Observable {
  readonly name: string;
  readonly signals: Signals;
  readonly container: docker.Container;

  constructor(name: string, args: StaticSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:StaticSite", name, {}, opts);
    const { host, pace, owner, thresholds } = args;
    const rules = refusing(() => nginxRules({ job: name, pace, owner, thresholds }));
    const { user } = images.nginx;
    this.name = name;
    host.claimName(name, "static site");
    const image = serviceImage(name, args.image, host, this);
    const config = host.hotFiles(
      `${name}-config`,
      {
        directory: name,
        files: renderNginxSite(args.site),
        check: {
          image: "nginx",
          user,
          command: NGINX_CHECK,
          mountPath: NGINX_DIRECTORY,
        },
        reload: { container: host.physicalName(name), command: [...NGINX_COMMAND, "-s", "reload"] },
      },
      { parent: this },
    );
    this.container = hardenedContainer(
      `${name}-container`,
      {
        host,
        name,
        component: name,
        image: image.name,
        user,
        networks: ["edge"],
        entrypoint: [...NGINX_COMMAND, "-g", "daemon off;"],
        health: nginxProbe(NGINX_PORTS.status, "/health"),
        memory: args.memory ?? "64MiB",
        // Requests under way are finished.
        stopSignal: "SIGQUIT",
        tmpfs: { "/tmp": tmpfsOptions(user) },
        volumes: [{ hostPath: host.hotDirectory(name), containerPath: NGINX_DIRECTORY, readOnly: true }],
      },
      { parent: this, dependsOn: [config] },
    );
    const route = args.route ?? { pathPrefix: "/" };
    const servers = [`${host.physicalName(name)}:${NGINX_PORTS.site}`];
    args.edge.addRoute({ name, ...route, servers, readyPath: "/" }, this, [this.container]);
    this.#createExporter(host);
    this.signals = {
      scrapeJobs: [
        {
          job: name,
          targets: [`${host.physicalName(`${name}-exporter`)}:${NGINX_EXPORTER_PORT}`],
          owner,
          emits: ["nginx"],
        },
      ],
      dashboards: [nginxDashboard],
      ruleGroups: [rules],
    };
    this.registerOutputs({});
  }

  #createExporter(host: Host): void {
    const name = `${this.name}-exporter`;
    const memory = "32MiB";
    const container = hardenedContainer(
      `${name}-container`,
      {
        host,
        name,
        component: this.name,
        image: host.image("nginxExporter").name,
        user: images.nginxExporter.user,
        networks: ["edge", "monitoring"],
        command: renderNginxExporterArguments(host.physicalName(this.name)),
        env: goMemoryLimit(memory),
        health: "outside",
        memory,
      },
      { parent: this, dependsOn: [this.container] },
    );
    answersOutside(
      `${name}-ready`,
      { host, name, container, network: "monitoring", port: NGINX_EXPORTER_PORT, path: "/" },
      { parent: this },
    );
  }
}
