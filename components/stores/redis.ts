import * as pulumi from "@pulumi/pulumi";
import type { ConfigFile } from "../../config/config-file.ts";
import { images } from "../../config/images.ts";
import {
  REDIS_COMMAND,
  REDIS_DATA_DIRECTORY,
  REDIS_DIRECTORY,
  REDIS_EXPORTER_PASSWORDS_FILE,
  REDIS_EXPORTER_PORT,
  REDIS_HEALTH,
  REDIS_HEALTH_USER,
  REDIS_MEMORY,
  REDIS_MONITORING_USER,
  REDIS_PORT,
  REDIS_USERS_FILE,
  redisKeyPrefix,
  renderRedis,
  renderRedisExporterEnvironment,
  renderRedisExporterPasswords,
  renderRedisUsers,
} from "../../config/redis.ts";
import { redisDashboard } from "../../dashboards/redis.ts";
import { given } from "../../services/given.ts";
import { redisFills } from "../../signals/fills/redis.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { type REDIS_THRESHOLDS, redisRules } from "../../signals/rules/redis.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Overrides } from "../../signals/threshold.ts";
import { claiming } from "../platform/claiming.ts";
import type { Connection, Dependency } from "../platform/dependency.ts";
import { goMemoryLimit } from "../platform/go-memory-limit.ts";
import { storeNetwork } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import type { Running } from "../platform/workload.ts";
import { storeExporter } from "./store-exporter.ts";
import { type StorePasswords, storePasswords } from "./store-passwords.ts";
import { refuseStranger, userProblems } from "./store-users.ts";

/** Arguments of {@link Redis}. */
export interface RedisArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** The services that use it, by name. Each is a user of its own, and reaches no key but `<name>:…`. */
  readonly services: readonly string[];
  /** Memory of the container. Half of it is for data. @default "128MiB" */
  readonly memory?: string;
  /** Every service does without it, as with a cache: its outage wakes nobody, and mutes no alert. @default false */
  readonly optional?: boolean;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: Overrides<typeof REDIS_THRESHOLDS>;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
  /** Refuse to delete the data volume: for everything but a developer's machine. @default false */
  readonly protect?: boolean;
}

/**
 * Redis as cache and counter, reachable from the services that use it and from nowhere else, with its exporter.
 *
 * Passwords are generated and reach the containers as files; Redis itself gets their hashes only. What has a time to
 * live makes room when the memory is full; what has none stays, and outlives the container in a named volume.
 *
 * A new service in the list, or another memory, replaces the container: Redis reads both when it starts.
 *
 * @throws pulumi.InputPropertiesError when a service's name is wrong or given twice, or the memory is too little
 * @example
 * ```ts
 * const redis = new Redis("redis", { host, services: ["catalog"] });
 * new InstrumentedService("catalog", { host, spec: catalog, uses: [redis] });
 * ```
 */
export class Redis extends pulumi.ComponentResource implements Dependency, Observable {
  readonly name: string;
  readonly exporter = true;
  readonly optional: boolean;
  readonly signals: Signals;
  /** Its container. */
  readonly container: Running;
  readonly #hostname: string;
  readonly #services: readonly string[];
  readonly #passwords: StorePasswords;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Redis", name, {}, opts);
    const reserved = ["default", REDIS_HEALTH_USER, REDIS_MONITORING_USER];
    const { host, pace, owner, thresholds, optional = false } = args;
    const { files, rules } = claiming(
      { host, kind: "data store", name, problems: userProblems("services", args.services, reserved) },
      {
        files: () => renderRedis(args),
        rules: () =>
          redisRules({ job: name, pace, owner, thresholds, optional, ...given({ writer: args.services[0] }) }),
      },
    );
    this.name = name;
    this.optional = optional;
    this.#hostname = host.hostname(name);
    this.#services = args.services;
    this.#passwords = storePasswords(name, [REDIS_MONITORING_USER, ...args.services], this);
    this.container = this.#createServer(args, files);
    const target = this.#createExporter(host);
    this.signals = {
      scrapeJobs: [{ job: name, targets: [target], owner, emits: ["redis"] }],
      dashboards: [redisDashboard],
      ruleGroups: [rules],
      fills: redisFills(name),
    };
    this.registerOutputs({});
  }

  connectionFor(service: string): Connection {
    refuseStranger(service, { name: this.name, property: "services", services: this.#services });
    return {
      env: {
        REDIS_HOST: this.#hostname,
        REDIS_PORT: String(REDIS_PORT),
        REDIS_USER: service,
        REDIS_PASSWORD_FILE: "/run/secrets/redis-password",
        REDIS_KEY_PREFIX: redisKeyPrefix(service),
      },
      secrets: { "redis-password": this.#passwords.of(service) },
      network: storeNetwork(this.name),
      reaches: [`${this.#hostname}:${REDIS_PORT}`],
      dependsOn: [this.container.ready],
    };
  }

  #createServer(args: RedisArgs, files: readonly ConfigFile[]): Running {
    const { host, memory = REDIS_MEMORY } = args;
    const users = pulumi.all(this.#passwords.all).apply((passwords) => renderRedisUsers(passwords));
    const config = host.files(`${this.name}-config`, { directory: this.name, files }, { parent: this });
    return host.run(
      `${this.name}-container`,
      {
        name: this.name,
        component: this.name,
        image: host.image("redis").reference,
        user: images.redis.user,
        networks: [storeNetwork(this.name)],
        command: REDIS_COMMAND,
        probe: { kind: "exec", check: REDIS_HEALTH },
        readAtStart: files,
        memory,
        mounts: [
          { kind: "files", directory: this.name, path: REDIS_DIRECTORY },
          {
            kind: "data",
            data: host.data(this.name, args.protect ?? false, this),
            path: REDIS_DATA_DIRECTORY,
          },
        ],
        secrets: host.secret(this.name, { [REDIS_USERS_FILE]: users }, this),
      },
      { parent: this, dependsOn: [config] },
    );
  }

  #createExporter(host: Platform): string {
    const { name, container } = this;
    const memory = "32MiB";
    const passwords = this.#passwords
      .of(REDIS_MONITORING_USER)
      .apply((password) => renderRedisExporterPasswords(this.#hostname, password));
    return storeExporter(
      { host, name, container },
      {
        image: "redisExporter",
        port: REDIS_EXPORTER_PORT,
        asks: `${this.#hostname}:${REDIS_PORT}`,
        env: { ...renderRedisExporterEnvironment(this.#hostname), ...goMemoryLimit(memory) },
        probe: { kind: "outside", from: "metrics", port: REDIS_EXPORTER_PORT, path: "/health" },
        memory,
        secrets: { [REDIS_EXPORTER_PASSWORDS_FILE]: passwords },
      },
      this,
    );
  }
}
