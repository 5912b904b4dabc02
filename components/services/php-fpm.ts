import * as pulumi from "@pulumi/pulumi";
import type { BackupSource } from "../../config/backup.ts";
import type { ConfigFile } from "../../config/config-file.ts";
import { images } from "../../config/images.ts";
import { nginxProbe } from "../../config/nginx.ts";
import {
  PHP_DIRECTORY,
  PHP_FPM_CHECK,
  PHP_FPM_COMMAND,
  PHP_FPM_EXPORTER_PORT,
  PHP_FPM_HEALTH,
  PHP_FPM_RELOAD,
  type PhpFpmSettings,
  phpEnvironment,
  phpFpmProblems,
  phpFpmSettings,
  renderPhpFpm,
  renderPhpFpmExporter,
  uploadRoom,
} from "../../config/php-fpm.ts";
import { phpFpmDashboard } from "../../dashboards/php-fpm.ts";
import { given } from "../../services/given.ts";
import { type PhpApplication, phpApplicationProblems } from "../../services/php.ts";
import { phpFpmSocket } from "../../services/php-sockets.ts";
import type { Pace, RuleGroup } from "../../signals/rule-group.ts";
import { type PHP_FPM_THRESHOLDS, phpFpmRules } from "../../signals/rules/php-fpm.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Overrides } from "../../signals/threshold.ts";
import { claiming } from "../platform/claiming.ts";
import { type Connection, type Dependency, dialsOf } from "../platform/dependency.ts";
import { inTurn } from "../platform/in-turn.ts";
import type { Mount } from "../platform/mounts.ts";
import { type NetworkRole, pagesNetwork } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import { replicaNames, replicaProblems } from "../platform/replica-names.ts";
import type { Running } from "../platform/workload.ts";
import { type Backed, volumeBackup } from "../stores/backup.ts";
import { nginxConfiguration, nginxServer } from "./nginx-server.ts";
import { type PhpFiles, phpFiles } from "./php-files.ts";

/** Arguments of {@link PhpFpm}. */
export interface PhpFpmArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** The application. */
  readonly application: PhpApplication;
  /** What it uses: it gets their settings and secrets, joins their networks, and starts after them. @default [] */
  readonly uses?: readonly Dependency[];
  /** Name that what it uses knows it by. @default - its name */
  readonly service?: string;
  /** Number of containers, which share the application's files. @default 1 */
  readonly replicas?: number;
  /** Settings of PHP-FPM. @default {} */
  readonly settings?: PhpFpmSettings;
  /** More files in its directory of configuration. A change of them replaces no container. @default [] */
  readonly files?: readonly ConfigFile[];
  /** More directories that it sees. @default [] */
  readonly mounts?: readonly Mount[];
  /** Environment. Never a secret. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Secrets as files in `/run/secrets`, besides those of what it uses. @default {} */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** False for what only an administrator looks at: it has no exporter and no alert of its own. @default true */
  readonly watched?: boolean;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: Overrides<typeof PHP_FPM_THRESHOLDS>;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
  /** Refuse to delete the volume with uploads: for everything but a developer's machine. @default false */
  readonly protect?: boolean;
  /** Memory of one container. @default - "256MiB", and more where two uploads take more than 128 MiB of it */
  readonly memory?: string;
}

/**
 * A PHP application in PHP-FPM, with the exporter of its pool. `PhpSite` is the web server in front of it.
 *
 * PHP-FPM asks nobody who he is, so it listens at no port: its sockets are in a volume that only its web server and its
 * exporter have besides it. The application's code is read-only for it; what people upload is in a volume of its own,
 * which all replicas share.
 *
 * @throws pulumi.InputPropertiesError when the name is taken, or the application, a setting or a threshold makes no sense
 * @example
 * ```ts
 * const php = new PhpFpm("blog-php", { host, application: wordpress, uses: [mysql] });
 * new PhpSite("blog", { host, edge, php });
 * ```
 */
export class PhpFpm extends pulumi.ComponentResource implements Observable, Backed {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  readonly backups: readonly BackupSource[];
  /** What it runs. */
  readonly application: PhpApplication;
  /** The settings of its pool. */
  readonly settings: Required<PhpFpmSettings>;
  /** Its containers, in the order of their numbers. */
  readonly containers: readonly Running[];
  /** Names of its replicas, by which their sockets are called. */
  readonly pools: readonly string[];
  /** The host that it runs on. */
  readonly host: Platform;
  /** The application's files. */
  readonly files: PhpFiles;
  /** Whether it has an exporter and alerts. */
  readonly watched: boolean;
  readonly #servers: pulumi.Resource[] = [];

  constructor(name: string, args: PhpFpmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:PhpFpm", name, {}, opts);
    const { host, application, uses = [], replicas = 1, pace, owner, thresholds } = args;
    const room = uploadRoom(phpFpmSettings(args.settings).uploadLimit, { memory: 256, temporary: 128 });
    const memory = args.memory ?? `${room.memory}MiB`;
    const { maxChildren } = phpFpmSettings(args.settings);
    const names = replicaProblems(replicas).length > 0 ? [] : replicaNames(name, replicas);
    const { rules } = claiming(
      {
        host,
        kind: "PHP application",
        name,
        problems: [
          ...phpApplicationProblems(application),
          ...phpFpmProblems(args.settings ?? {}, memory),
          ...replicaProblems(replicas),
        ],
      },
      { rules: () => phpFpmRules({ job: name, pools: names, maxChildren, pace, owner, thresholds }) },
    );
    this.name = name;
    this.application = application;
    this.host = host;
    this.settings = phpFpmSettings(args.settings);
    this.watched = args.watched ?? true;

    this.pools = names;
    this.backups = application.writable === undefined ? [] : [volumeBackup(host, name)];
    this.files = phpFiles(name, host, application, args.protect ?? false, this);
    const { user } = images[application.image];
    const config = this.#createConfig(args);
    const connections = uses.map((dependency) => dependency.connectionFor(args.service ?? name));
    const secrets: Record<string, pulumi.Input<string>> = Object.assign(
      {},
      ...connections.map((connection) => connection.secrets),
      args.secrets,
    );
    const written = Object.keys(secrets).length === 0 ? undefined : host.secret(name, secrets, this);
    const needed = [config, ...this.files.ready, ...connections.flatMap(({ dependsOn }) => dependsOn)];
    this.containers = inTurn(names, (replica, before) =>
      host.run(
        `${replica}-container`,
        {
          name: replica,
          component: name,
          image: host.image(application.image).reference,
          user,
          networks: networksOf(name, application, connections),
          dials: dialsOf(uses, connections),
          entrypoint: PHP_FPM_COMMAND,
          env: Object.assign({}, phpEnvironment(replica), ...connections.map(({ env }) => env), args.env),
          probe: { kind: "exec", check: PHP_FPM_HEALTH },
          memory,
          scratch: [{ path: "/tmp", size: `${room.temporary}MiB` }],
          mounts: [
            ...this.files.run,
            { kind: "files", directory: `${name}-fpm`, path: PHP_DIRECTORY },
            ...(args.mounts ?? []),
          ],
          ...given({ secrets: written }),
          // Requests under way are finished.
          stopSignal: "SIGQUIT",
        },
        { parent: this, dependsOn: before === undefined ? needed : this.#afterServers([...needed, before.ready]) },
      ),
    );
    this.signals = this.#watch(args, rules);
    this.registerOutputs({});
  }

  /** Makes its exporters, and says what it emits. */
  #watch({ host, owner, uses = [] }: PhpFpmArgs, rules: RuleGroup): Signals {
    const { name, watched } = this;
    const targets = watched
      ? this.pools.map((replica, index) => this.#createExporter(host, replica, this.containers[index]))
      : [];
    return {
      scrapeJobs: watched ? [{ job: name, targets, owner, emits: ["php-fpm"] }] : [],
      dashboards: watched ? [phpFpmDashboard] : [],
      ruleGroups: watched ? [rules] : [],
      uses: uses
        .filter(({ optional = false }) => !optional)
        .map((dependency) => ({ service: name, on: dependency.name, exporter: dependency.exporter ?? false })),
      calls: uses.map((dependency) => ({ from: name, to: dependency.name })),
    };
  }

  #createConfig({ host, application, settings, files = [] }: PhpFpmArgs): pulumi.Resource {
    const { name } = this;
    const { user } = images[application.image];
    return host.files(
      // Not `${name}-config` as before the sockets: a container of then reads its files again and ends without them.
      `${name}-fpm-config`,
      {
        directory: `${name}-fpm`,
        files: [...renderPhpFpm(application, settings), ...files],
        check: { image: application.image, user, command: PHP_FPM_CHECK, mountPath: PHP_DIRECTORY },
        reload: { workloads: this.pools, command: PHP_FPM_RELOAD },
      },
      { parent: this },
    );
  }

  /**
   * Tells which web servers ask it. They are replaced after its first container and before all others: where both sides
   * of a socket change, an old server has an old PHP-FPM until the last of them is replaced.
   *
   * To be said in the same turn as it is made.
   */
  // Not a method: whoever stands in for this, with other files or pools, has it, too.
  readonly servedBy = (servers: readonly pulumi.Resource[]): void => {
    this.#servers.push(...servers);
  };

  // A promise: the servers are made after it.
  async #afterServers(resources: readonly pulumi.Resource[]): Promise<pulumi.Resource[]> {
    await Promise.resolve();
    return [...resources, ...this.#servers];
  }

  #createExporter(host: Platform, replica: string, container: Running | undefined): string {
    const name = `${replica}-exporter`;
    const files = renderPhpFpmExporter(replica);
    const dependsOn = container === undefined ? [] : [container.ready];
    // Not before its pool is there: the exporter that runs would read it at once.
    const config = nginxConfiguration(host, { directory: name, files }, { parent: this, dependsOn });
    nginxServer(
      {
        host,
        name,
        component: this.name,
        image: host.image("nginx").reference,
        directory: name,
        networks: ["metrics"],
        health: nginxProbe(PHP_FPM_EXPORTER_PORT, "/health"),
        memory: "16MiB",
        mounts: [this.files.sockets],
      },
      { parent: this, dependsOn: [config, ...dependsOn] },
    );
    host.paths.share(name, replica, phpFpmSocket(replica, "status"), `measures ${this.name}`);
    return host.address(name, PHP_FPM_EXPORTER_PORT);
  }
}

// Those of what it uses; and where it asks pages of itself, as its cron, the one with its web servers.
function networksOf(
  name: string,
  { inner }: PhpApplication,
  connections: readonly Connection[],
): [NetworkRole, ...NetworkRole[]] {
  const pages = pagesNetwork(name);
  const used = new Set<NetworkRole>(connections.map(({ network }) => network));
  const [first = pages, ...more] = inner === undefined ? used : used.add(pages);
  return [first, ...more];
}
