import * as pulumi from "@pulumi/pulumi";
import type { BackupSource } from "../../config/backup.ts";
import type { ConfigFile } from "../../config/config-file.ts";
import { images } from "../../config/images.ts";
import {
  MYSQL_CONFIG_DIRECTORY,
  MYSQL_DATA_DIRECTORY,
  MYSQL_ENTRYPOINT,
  MYSQL_EXPORTER_COMMAND,
  MYSQL_EXPORTER_OPTIONS,
  MYSQL_EXPORTER_PORT,
  MYSQL_HEALTH_USER,
  MYSQL_INIT,
  MYSQL_INIT_DIRECTORY,
  MYSQL_LONGEST_USER,
  MYSQL_MEMORY,
  MYSQL_MONITORING_USER,
  MYSQL_PORT,
  MYSQL_RESERVED,
  MYSQL_ROOT,
  MYSQL_SETTINGS,
  MYSQL_SOCKET_DIRECTORY,
  MYSQL_TEMPORARY_DIRECTORY,
  type MysqlFlavour,
  mysqlCommand,
  mysqlFlavour,
  mysqlHealth,
  mysqlPasswordFile,
  renderMysql,
  renderMysqlOptions,
} from "../../config/mysql.ts";
import { refusedProbe, WEB_CONFIG_ARGUMENT } from "../../config/scrape-access.ts";
import { mysqlDashboard } from "../../dashboards/mysql.ts";
import type { Problem } from "../../services/problems.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { type MYSQL_THRESHOLDS, mysqlRules } from "../../signals/rules/mysql.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Overrides } from "../../signals/threshold.ts";
import { claiming } from "../platform/claiming.ts";
import type { Connection, Dependency } from "../platform/dependency.ts";
import { goMemoryLimit } from "../platform/go-memory-limit.ts";
import type { SecretFiles } from "../platform/mounts.ts";
import { storeNetwork } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import type { Running } from "../platform/workload.ts";
import type { Backed } from "./backup.ts";
import { databaseConnection } from "./database-connection.ts";
import { storeExporter } from "./store-exporter.ts";
import { type StorePasswords, storePasswords } from "./store-passwords.ts";
import { userProblems } from "./store-users.ts";

/** A server that speaks MySQL's protocol: {@link Mysql}. What needs one takes no other data store. */
export interface MysqlServer extends Dependency {
  /** Which of the two programs it is. */
  readonly flavour: MysqlFlavour;
}

/** What is wrong with a database that only MySQL can be. */
export function mysqlServerProblems(database: Dependency): Problem[] {
  if ("flavour" in database) return [];
  return [{ property: "database", given: database.name, allowed: "a data store of the kind Mysql" }];
}

/** Arguments of {@link Mysql}. */
export interface MysqlArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** Its databases: the names of the services that use them. Each has its own user, which enters no other. */
  readonly databases: readonly string[];
  /**
   * Which of the two programs the image holds.
   *
   * @default - MariaDB where the image is named after it, else MySQL
   */
  readonly flavour?: MysqlFlavour;
  /** Memory of the container. Half of it, less 64 MiB, is for pages of tables. @default "512MiB" */
  readonly memory?: string;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: Overrides<typeof MYSQL_THRESHOLDS>;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
  /** Refuse to delete the data volume: for everything but a developer's machine. @default false */
  readonly protect?: boolean;
}

/**
 * MySQL, or MariaDB in its place, reachable from the services that use it and from nowhere else, with its exporter.
 *
 * Passwords are generated and reach the containers as files. The data is in a named volume, which outlives the
 * container. Data of the other flavour is refused when the container starts, and stays as it is. Queries that take
 * longer than a second are in the container's log.
 *
 * @throws pulumi.InputPropertiesError when a database's name is wrong or given twice, or the memory is too little
 * @example
 * ```ts
 * const mysql = new Mysql("mysql", { host, databases: ["invoices"] });
 * new InstrumentedService("invoices", { host, spec: invoices, uses: [mysql] });
 * ```
 */
export class Mysql extends pulumi.ComponentResource implements MysqlServer, Observable, Backed {
  readonly name: string;
  readonly exporter = true;
  readonly signals: Signals;
  /** Its container. */
  readonly container: Running;
  readonly backups: readonly BackupSource[];
  /** Which of the two programs it is. */
  readonly flavour: MysqlFlavour;
  readonly #hostname: string;
  readonly #databases: readonly string[];
  readonly #passwords: StorePasswords;

  constructor(name: string, args: MysqlArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Mysql", name, {}, opts);
    const { host, databases, memory, pace, owner, thresholds } = args;
    this.flavour = args.flavour ?? mysqlFlavour(host.imageReference("mysql"));
    const { files, rules } = claiming(
      { host, kind: "data store", name, problems: databaseProblems(databases) },
      {
        files: () => renderMysql({ flavour: this.flavour, databases, memory }),
        rules: () => mysqlRules({ job: name, pace, owner, thresholds }),
      },
    );
    this.name = name;
    this.#hostname = host.hostname(name);
    this.#databases = databases;

    const users = [MYSQL_ROOT, MYSQL_MONITORING_USER, MYSQL_HEALTH_USER, ...databases];
    this.#passwords = storePasswords(name, users, this);
    const secrets = this.#createSecrets(host, users);
    const landed = host.files(
      `${name}-config`,
      {
        directory: name,
        files,
        reload: {
          workloads: [name],
          command: ["sh", `${MYSQL_INIT_DIRECTORY}/10-vigie.sh`],
        },
      },
      // A new database's password must be there before the running server is told of its user.
      { parent: this, dependsOn: [secrets.ready] },
    );
    this.container = this.#createServer(args, { files, secrets, landed });
    const target = this.#createExporter(host);
    this.signals = {
      scrapeJobs: [{ job: name, targets: [target], signsIn: true, owner, emits: ["mysql"] }],
      dashboards: [mysqlDashboard],
      ruleGroups: [rules],
    };
    this.backups = [{ kind: "mysql", name, container: host.instance(name), databases, flavour: this.flavour }];
    this.registerOutputs({});
  }

  #createServer(args: MysqlArgs, parts: MysqlParts): Running {
    const { host, memory } = args;
    const { name } = this;
    const { files, secrets, landed } = parts;
    const { user } = images.mysql;
    return host.run(
      `${name}-container`,
      {
        name,
        component: name,
        image: host.image("mysql").reference,
        user,
        networks: [storeNetwork(this.name)],
        entrypoint: MYSQL_ENTRYPOINT,
        command: mysqlCommand(this.flavour),
        // From elsewhere than its own container nobody signs in as root.
        env: { MYSQL_ROOT_HOST: "localhost", MYSQL_ROOT_PASSWORD_FILE: mysqlPasswordFile(MYSQL_ROOT) },
        probe: { kind: "exec", check: mysqlHealth(this.flavour) },
        // New data: it starts twice, and reads the time zones of the world.
        startSeconds: 120,
        memory: memory ?? MYSQL_MEMORY,
        scratch: [{ path: "/tmp" }, { path: MYSQL_SOCKET_DIRECTORY, size: "1MiB" }],
        readAtStart: files.filter(({ path }) => path.startsWith(`${MYSQL_SETTINGS}/`)),
        mounts: [
          {
            kind: "data",
            data: host.data(name, args.protect ?? false, this),
            path: MYSQL_DATA_DIRECTORY,
          },
          // Disk, not memory: a sort may be larger than the container.
          {
            kind: "data",
            data: host.scratch(name, { part: "temporary", parent: this }),
            path: MYSQL_TEMPORARY_DIRECTORY,
          },
          { kind: "files", directory: name, part: MYSQL_SETTINGS, path: MYSQL_CONFIG_DIRECTORY },
          { kind: "files", directory: name, part: MYSQL_INIT, path: MYSQL_INIT_DIRECTORY },
        ],
        secrets,
        // It writes what it has in memory to its tables.
        stopSeconds: 60,
      },
      { parent: this, dependsOn: [landed] },
    );
  }

  connectionFor(service: string): Connection {
    const { name, container } = this;
    const { of: password } = this.#passwords;
    return databaseConnection(
      {
        name,
        hostname: this.#hostname,
        port: MYSQL_PORT,
        databases: this.#databases,
        password,
        ready: container.ready,
      },
      service,
    );
  }

  #createSecrets(host: Platform, users: readonly string[]): SecretFiles {
    const passwords = users.map((user) => [`${user}-password`, this.#passwords.of(user)] as const);
    // Its clients inside the container sign in with these: to make users, and to say how it is.
    const options = [MYSQL_ROOT, MYSQL_HEALTH_USER].map(
      (user) =>
        [`${user}.cnf`, this.#passwords.of(user).apply((password) => renderMysqlOptions(user, password))] as const,
    );
    return host.secret(this.name, Object.fromEntries([...passwords, ...options]), this);
  }

  #createExporter(host: Platform): string {
    const { name, container } = this;
    const memory = "64MiB";
    const options = this.#passwords
      .of(MYSQL_MONITORING_USER)
      .apply((password) =>
        renderMysqlOptions(MYSQL_MONITORING_USER, password, { host: this.#hostname, port: MYSQL_PORT }),
      );
    return storeExporter(
      { host, name, container },
      {
        image: "mysqldExporter",
        port: MYSQL_EXPORTER_PORT,
        asks: `${this.#hostname}:${MYSQL_PORT}`,
        command: [...MYSQL_EXPORTER_COMMAND, WEB_CONFIG_ARGUMENT],
        env: goMemoryLimit(memory),
        probe: { kind: "exec", check: refusedProbe(MYSQL_EXPORTER_PORT) },
        asksPassword: true,
        memory,
        secrets: { [MYSQL_EXPORTER_OPTIONS]: options },
      },
      this,
    );
  }
}

function databaseProblems(databases: readonly string[]): Problem[] {
  return [
    ...userProblems("databases", databases, MYSQL_RESERVED),
    ...databases.flatMap((given, index) =>
      given.length <= MYSQL_LONGEST_USER
        ? []
        : [{ property: `databases[${index}]`, given, allowed: `at most ${MYSQL_LONGEST_USER} letters` }],
    ),
  ];
}

/** What is made for the server of a Mysql. */
interface MysqlParts {
  readonly files: readonly ConfigFile[];
  readonly secrets: SecretFiles;
  readonly landed: pulumi.Resource;
}
