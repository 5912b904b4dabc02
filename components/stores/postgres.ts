import * as pulumi from "@pulumi/pulumi";
import type { BackupSource } from "../../config/backup.ts";
import { images } from "../../config/images.ts";
import {
  POSTGRES_INIT_DIRECTORY,
  POSTGRES_MONITORING_ROLE,
  postgresPasswordFile,
  renderPostgresInit,
} from "../../config/postgres.ts";
import { refusedProbe, WEB_CONFIG_ARGUMENT } from "../../config/scrape-access.ts";
import { postgresDashboard } from "../../dashboards/postgres.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { type POSTGRES_THRESHOLDS, postgresRules } from "../../signals/rules/postgres.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Overrides } from "../../signals/threshold.ts";
import { claiming } from "../platform/claiming.ts";
import type { Connection, Dependency } from "../platform/dependency.ts";
import type { SecretFiles } from "../platform/mounts.ts";
import { storeNetwork } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import type { Running } from "../platform/workload.ts";
import type { Backed } from "./backup.ts";
import { databaseConnection } from "./database-connection.ts";
import { storeExporter } from "./store-exporter.ts";
import { type StorePasswords, storePasswords } from "./store-passwords.ts";
import { userProblems } from "./store-users.ts";

/** Arguments of {@link Postgres}. */
export interface PostgresArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** Its databases: the names of the services that use them. Each has its own role, which enters no other. */
  readonly databases: readonly string[];
  /** Memory of the container. @default "384MiB" */
  readonly memory?: string;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: Overrides<typeof POSTGRES_THRESHOLDS>;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
  /** Refuse to delete the data volume: for everything but a developer's machine. @default false */
  readonly protect?: boolean;
}

const PORT = 5432;
const EXPORTER_PORT = 9187;

/**
 * PostgreSQL, reachable from the services that use it and from nowhere else, with its exporter.
 *
 * Passwords are generated and reach the containers as files. The data is in a named volume, which outlives the
 * container.
 *
 * @throws pulumi.InputPropertiesError when a database's name is wrong or given twice
 * @example
 * ```ts
 * const postgres = new Postgres("postgres", { host, databases: ["catalog"] });
 * new InstrumentedService("catalog", { host, spec: catalog, uses: [postgres] });
 * ```
 */
export class Postgres extends pulumi.ComponentResource implements Dependency, Observable, Backed {
  readonly name: string;
  readonly exporter = true;
  readonly signals: Signals;
  /** Its container. */
  readonly container: Running;
  readonly backups: readonly BackupSource[];
  readonly #hostname: string;
  readonly #databases: readonly string[];
  readonly #passwords: StorePasswords;

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Postgres", name, {}, opts);
    const { host, pace, owner, thresholds } = args;
    const { rules } = claiming(
      {
        host,
        kind: "data store",
        name,
        problems: userProblems("databases", args.databases, ["postgres", POSTGRES_MONITORING_ROLE]),
      },
      { rules: () => postgresRules({ job: name, pace, owner, thresholds }) },
    );
    this.name = name;
    this.#hostname = host.hostname(name);
    this.#databases = args.databases;

    const roles = ["postgres", POSTGRES_MONITORING_ROLE, ...args.databases];
    this.#passwords = storePasswords(name, roles, this);
    const secrets = host.secret(
      name,
      Object.fromEntries(roles.map((role) => [`${role}-password`, this.#passwords.of(role)])),
      this,
    );
    const init = host.files(
      `${name}-init`,
      {
        directory: name,
        files: renderPostgresInit(args.databases),
        reload: {
          workloads: [name],
          command: ["sh", `${POSTGRES_INIT_DIRECTORY}/10-vigie.sh`],
        },
      },
      // It reads the passwords' files.
      { parent: this, dependsOn: [secrets.ready] },
    );
    this.container = this.#createServer(args, secrets, init);
    const target = this.#createExporter(host);
    this.signals = {
      scrapeJobs: [{ job: name, targets: [target], signsIn: true, owner, emits: ["postgres"] }],
      dashboards: [postgresDashboard],
      ruleGroups: [rules],
    };
    this.backups = [{ kind: "postgres", name, container: host.instance(name), databases: this.#databases }];
    this.registerOutputs({});
  }

  #createServer(args: PostgresArgs, secrets: SecretFiles, init: pulumi.Resource): Running {
    const { host } = args;
    const { name } = this;
    const data = host.data(name, args.protect ?? false, this);
    const { user } = images.postgres;
    return host.run(
      `${name}-container`,
      {
        name,
        component: name,
        image: host.image("postgres").reference,
        user,
        networks: [storeNetwork(this.name)],
        env: { POSTGRES_USER: "postgres", POSTGRES_PASSWORD_FILE: postgresPasswordFile("postgres") },
        probe: { kind: "exec", check: ["CMD", "pg_isready", "--quiet", "--host=127.0.0.1", "--username=postgres"] },
        memory: args.memory ?? "384MiB",
        scratch: [{ path: "/tmp" }, { path: "/var/run/postgresql", size: "1MiB" }],
        mounts: [
          { kind: "data", data, path: "/var/lib/postgresql" },
          { kind: "files", directory: name, path: POSTGRES_INIT_DIRECTORY },
        ],
        secrets,
        // Fast shutdown: open sessions are ended, not waited for.
        stopSignal: "SIGINT",
        stopSeconds: 30,
      },
      { parent: this, dependsOn: [init] },
    );
  }

  connectionFor(service: string): Connection {
    const { name, container } = this;
    const { of: password } = this.#passwords;
    return databaseConnection(
      { name, hostname: this.#hostname, port: PORT, databases: this.#databases, password, ready: container.ready },
      service,
    );
  }

  #createExporter(host: Platform): string {
    const { name, container } = this;
    return storeExporter(
      { host, name, container },
      {
        image: "postgresExporter",
        port: EXPORTER_PORT,
        asks: `${this.#hostname}:${PORT}`,
        env: {
          DATA_SOURCE_URI: `${this.#hostname}:${PORT}/postgres?sslmode=disable`,
          DATA_SOURCE_USER: POSTGRES_MONITORING_ROLE,
          DATA_SOURCE_PASS_FILE: "/run/secrets/password",
        },
        command: [WEB_CONFIG_ARGUMENT],
        probe: { kind: "exec", check: refusedProbe(EXPORTER_PORT) },
        asksPassword: true,
        memory: "64MiB",
        secrets: { password: this.#passwords.of(POSTGRES_MONITORING_ROLE) },
      },
      this,
    );
  }
}
