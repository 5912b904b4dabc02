import { type Command, Redis } from "ioredis";
import { clientSpan, type Environment, getLogger, readSecret } from "../../../telemetry/node/index.ts";

const log = getLogger("surveys.redis");

const CONNECT_TIMEOUT_MS = 1000;
const ANSWER_TIMEOUT_MS = 1000;

// A connection of which nothing has come for so long, though something was asked: it is made anew.
const SILENCE_MS = 2000;

const RETRY_MS = 100;
const MAX_RETRY_MS = 1000;

/** Where Redis is, and as whom it is used. The password stays in its file until a connection is made. */
export interface RedisSettings {
  /** The server's name or address; from REDIS_HOST, which must be given. */
  readonly host: string;
  /** The server's port; from REDIS_PORT. @default 6379 */
  readonly port: number;
  /** The user there; from REDIS_USER, which must be given. */
  readonly user: string;
  /** Path of the file with the password; from REDIS_PASSWORD_FILE, which must be given. */
  readonly passwordFile: string;
  /** How every key begins: the user reaches no other ones; from REDIS_KEY_PREFIX, which must be given. */
  readonly keyPrefix: string;
}

/**
 * Reads where Redis is. What is wrong is told by the environment's `finish()`.
 *
 * @param prefix what the variables begin with, for a service that is within another one's process: `SURVEY_`
 */
export function readRedisSettings(environment: Environment, prefix = ""): RedisSettings {
  return {
    host: environment.text(`${prefix}REDIS_HOST`),
    port: environment.integer(`${prefix}REDIS_PORT`, { fallback: 6379, minimum: 1, maximum: 65_535 }),
    user: environment.text(`${prefix}REDIS_USER`),
    passwordFile: environment.secretFile(`${prefix}REDIS_PASSWORD_FILE`),
    keyPrefix: environment.text(`${prefix}REDIS_KEY_PREFIX`),
  };
}

/**
 * One connection to Redis, that begins to be made at once and is made again for as long as the process lives.
 *
 * Commands take keys without the prefix. They fail within a second while Redis is away, and at once while there is no
 * connection, as in the first moments of the process: whoever calls decides what a missing answer means. Redis may
 * have done what failed. It is told once when Redis is away, and once when it is back. To be ended by `disconnect()`.
 *
 * The user may use no scripts: neither `eval` nor `defineCommand`. What must be one step is a `multi()`.
 *
 * @example
 * ```ts
 * const redis = openRedis(settings.redis);
 * server.app.addHook("onClose", async () => redis.disconnect());
 * await redis.set("links:abc", "1", "PX", 60_000, "NX");
 * ```
 */
export function openRedis(settings: RedisSettings): Redis {
  const redis = new TracedRedis({
    host: settings.host,
    port: settings.port,
    username: settings.user,
    password: readSecret(settings.passwordFile),
    keyPrefix: settings.keyPrefix,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: ANSWER_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    keepAlive: 30_000,
    // A command that waits is one that its caller waits for; one that is sent again may be done twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // It asks INFO, which the user may not.
    enableReadyCheck: false,
    disableClientInfo: true,
    retryStrategy: (attempts) => Math.min(attempts * RETRY_MS, MAX_RETRY_MS),
  });
  tellOfAbsence(redis);
  redis.on("reconnecting", () => takePassword(redis, settings.passwordFile));
  return redis;
}

// What asks Redis is seen to do so: in the trace, and in the graph of who calls whom.
class TracedRedis extends Redis {
  override sendCommand(command: Command, stream?: Parameters<Redis["sendCommand"]>[1]): unknown {
    const answer = super.sendCommand(command, stream);
    const { host = "", port = 0 } = this.options;
    const describe = () => ({
      name: command.name.toUpperCase(),
      attributes: {
        "db.system.name": "redis",
        "db.operation.name": command.name.toUpperCase(),
        "server.address": host,
        "server.port": port,
      },
    });
    // The answer goes to the caller as it is: the span only waits for it, too.
    clientSpan(describe, async () => answer).catch(() => {});
    return answer;
  }
}

/**
 * A sign of life, for a service's `/ready`.
 *
 * @throws Error when Redis does not answer within a second
 */
export async function checkRedis(redis: Redis): Promise<void> {
  await redis.ping();
}

function tellOfAbsence(redis: Redis): void {
  let away = false;
  let reason = "";
  redis.on("error", (error: Error) => {
    reason = reasonOf(error);
  });
  redis.on("reconnecting", () => {
    if (!away) log.warning(`Redis is away: ${reason || "it ended the connection"}`);
    away = true;
    reason = "";
  });
  redis.on("ready", () => {
    if (away) log.info("Redis is back");
    away = false;
  });
}

// A changed password needs no restart: it is read anew for each new connection.
function takePassword(redis: Redis, file: string): void {
  try {
    redis.options.password = readSecret(file);
  } catch (error) {
    log.debug("the password can't be read; the last one is tried again", { error });
  }
}

// A code or the first word of what Redis says: the rest of a message may quote a command.
function reasonOf(error: Error): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? /^[A-Z]{3,}\b/.exec(message)?.[0] ?? "the connection broke";
}
