import { createHash } from "node:crypto";
import { refuseIf } from "../services/problems.ts";
import { toBytes } from "../services/units.ts";
import { type ConfigFile, textFile } from "./config-file.ts";

/** Port of Redis inside its container. */
export const REDIS_PORT = 6379;

/** Where Redis reads its configuration, in its container. */
export const REDIS_DIRECTORY = "/usr/local/etc/redis";

/** Where Redis keeps its append-only file. */
export const REDIS_DATA_DIRECTORY = "/data";

/** How Redis is started with that configuration. */
export const REDIS_COMMAND = ["redis-server", `${REDIS_DIRECTORY}/redis.conf`] as const;

/** Name of the secret file, in `/run/secrets`, with the users. */
export const REDIS_USERS_FILE = "users.acl";

/** The user of the exporter: it reads statistics, and no key. */
export const REDIS_MONITORING_USER = "vigie_monitoring";

/**
 * The user of the healthcheck. It has no password, so that none is in the list of processes, and may do nothing but
 * ping.
 */
export const REDIS_HEALTH_USER = "vigie_health";

/** The healthcheck: fails while Redis loads its data, too. Any password opens an account that has none. */
export const REDIS_HEALTH = [
  "CMD",
  "redis-cli",
  "-e",
  "--no-auth-warning",
  "--user",
  REDIS_HEALTH_USER,
  "--pass",
  "none",
  "ping",
] as const;

/** Memory of its container where none is given. */
export const REDIS_MEMORY = "128MiB";

/** What is set for Redis. */
export interface RedisSettings {
  /** Memory of its container. Half of it is for data. @default "128MiB" */
  readonly memory?: string;
}

const LEAST_MEMORY = "32MiB";

/**
 * Renders `redis.conf`.
 *
 * - Data takes half of the container's memory: the other half is for connections, fragmentation, and the pages that
 *   change while a child process rewrites the append-only file. So the kernel never ends Redis.
 * - When that half is full, `volatile-lru` drops what has a time to live, which is what a cache writes, and keeps what
 *   has none: a counter is no cache.
 * - Every write is appended to a file that is synced each second: a kill or a power cut loses a second, or two where
 *   the disk is slow. A snapshot instead would lose minutes.
 *
 * @throws DeclarationError when the memory is no size, or too little.
 * @example
 * ```ts
 * renderRedis({ memory: "256MiB" });
 * ```
 */
export function renderRedis(settings: RedisSettings = {}): readonly ConfigFile[] {
  const { memory = REDIS_MEMORY } = settings;
  const bytes = toBytes(memory);
  if (bytes === undefined || bytes < (toBytes(LEAST_MEMORY) ?? 0)) {
    refuseIf("redis", [
      { property: "memory", given: memory, allowed: `a size of at least ${LEAST_MEMORY}, such as "128MiB"` },
    ]);
  }
  const lines = [
    "bind * -::*",
    `port ${REDIS_PORT}`,
    "protected-mode yes",
    `aclfile /run/secrets/${REDIS_USERS_FILE}`,
    // One database: a user's key prefix would hold in the others too, and nobody looks there.
    "databases 1",
    "maxclients 1000",
    // A client whose host is gone is noticed within a minute.
    "tcp-keepalive 60",
    `maxmemory ${Math.floor((bytes ?? 0) / 2)}`,
    "maxmemory-policy volatile-lru",
    `dir ${REDIS_DATA_DIRECTORY}`,
    "appendonly yes",
    "appendfsync everysec",
    'save ""',
    'logfile ""',
    "loglevel notice",
  ];
  return [textFile("redis.conf", lines.join("\n"))];
}

/** Prefix of the keys that a service may use. */
export function redisKeyPrefix(service: string): string {
  return `${service}:`;
}

// Commands on named keys only: what lists, counts or empties the whole database (KEYS, SCAN, DBSIZE, FLUSHALL) is not
// among them, nor scripts and administration.
const SERVICE_COMMANDS = [
  "-@all",
  ...["string", "hash", "list", "set", "sortedset", "bitmap", "hyperloglog", "geo", "stream"].map(
    (kind) => `+@${kind}`,
  ),
  ...["del", "unlink", "exists", "type", "touch", "ttl", "pttl", "persist"].map((command) => `+${command}`),
  ...["expire", "pexpire", "expireat", "pexpireat", "expiretime", "pexpiretime"].map((command) => `+${command}`),
  "+@connection",
  "+@transaction",
  "-@admin",
  "-@dangerous",
].join(" ");

const MONITORING_COMMANDS = "-@all +ping +info +client|setname +slowlog|len +slowlog|get +latency|latest";

/**
 * Renders {@link REDIS_USERS_FILE}: one user a line, with hashes of their passwords. Still a secret: a hash can be tried against guesses.
 *
 * Nobody enters without a user: the one that Redis has by default is off. A service's user reaches only keys of its
 * own prefix.
 *
 * @param passwords user to password: the services, and {@link REDIS_MONITORING_USER}
 */
export function renderRedisUsers(passwords: Readonly<Record<string, string>>): string {
  const { [REDIS_MONITORING_USER]: monitoring, ...services } = passwords;
  const lines = [
    "user default off resetkeys resetchannels -@all",
    `user ${REDIS_HEALTH_USER} on nopass resetkeys resetchannels -@all +ping`,
    ...(monitoring === undefined
      ? []
      : [`user ${REDIS_MONITORING_USER} on #${hash(monitoring)} resetkeys resetchannels ${MONITORING_COMMANDS}`]),
    ...Object.entries(services)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([service, password]) =>
          `user ${service} on #${hash(password)} ~${redisKeyPrefix(service)}* resetchannels ${SERVICE_COMMANDS}`,
      ),
  ];
  return `${lines.join("\n")}\n`;
}

function hash(password: string): string {
  return createHash("sha256").update(password).digest("hex");
}

/** Port of redis_exporter inside its container. */
export const REDIS_EXPORTER_PORT = 9121;

/** Name of the secret file, in `/run/secrets`, with the exporter's password. */
export const REDIS_EXPORTER_PASSWORDS_FILE = "passwords.json";

/**
 * Environment of redis_exporter, which asks one Redis.
 *
 * @param host name of Redis in its network
 */
export function renderRedisExporterEnvironment(host: string): Readonly<Record<string, string>> {
  return {
    REDIS_ADDR: `redis://${host}:${REDIS_PORT}`,
    REDIS_USER: REDIS_MONITORING_USER,
    REDIS_PASSWORD_FILE: `/run/secrets/${REDIS_EXPORTER_PASSWORDS_FILE}`,
    REDIS_EXPORTER_CONFIG_COMMAND: "-",
    REDIS_EXPORTER_REDIS_ONLY_METRICS: "true",
    // A bucket series for each command and power of two; the totals and counts stay.
    REDIS_EXPORTER_EXCLUDE_LATENCY_HISTOGRAM_METRICS: "true",
    // Else whoever reaches it has it dial where he likes (/scrape?target=).
    REDIS_EXPORTER_DISABLE_SCRAPE_ENDPOINT: "true",
    REDIS_EXPORTER_CONNECTION_TIMEOUT: "3s",
    REDIS_EXPORTER_LOG_FORMAT: "json",
  };
}

/** Renders {@link REDIS_EXPORTER_PASSWORDS_FILE}: address with user to password. */
export function renderRedisExporterPasswords(host: string, password: string): string {
  const address = `redis://${REDIS_MONITORING_USER}@${host}:${REDIS_PORT}`;
  return JSON.stringify({ [address]: password });
}
