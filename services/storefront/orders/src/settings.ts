import {
  type Environment,
  readEnvironment,
  readServerSettings,
  type ServerSettings,
} from "../../../telemetry/node/index.ts";

/** Where the orders are kept. The password stays in its file until a connection is made. */
export interface DatabaseSettings {
  /** The server's name or address; from DATABASE_HOST, which must be given. */
  readonly host: string;
  /** The server's port; from DATABASE_PORT. @default 5432 */
  readonly port: number;
  /** The database on that server; from DATABASE_NAME, which must be given. */
  readonly name: string;
  /** Who signs in; from DATABASE_USER, which must be given. */
  readonly user: string;
  /** Path of the file with the password; from DATABASE_PASSWORD_FILE, which must be given. */
  readonly passwordFile: string;
  /** Seconds that a start waits for the database. */
  readonly waitSeconds: number;
  /** The most connections at a time. */
  readonly connections: number;
}

/** Everything that the environment decides. */
export interface Settings {
  /** Where the orders are kept. */
  readonly database: DatabaseSettings;
  /** Requests that one address may send in a minute to one instance. */
  readonly rateLimitPerMinute: number;
  /** Where the service listens, and how it stops. */
  readonly server: ServerSettings;
}

/**
 * Reads all settings.
 *
 * @throws SettingsError with every problem
 */
export function readSettings(values: Readonly<Record<string, string | undefined>>): Settings {
  const environment = readEnvironment(values);
  const settings: Settings = {
    database: readDatabaseSettings(environment),
    rateLimitPerMinute: environment.integer("RATE_LIMIT_PER_MINUTE", {
      fallback: 1200,
      minimum: 1,
      maximum: 1_000_000,
    }),
    server: readServerSettings(environment, { port: 3000 }),
  };
  environment.finish();
  return settings;
}

function readDatabaseSettings(environment: Environment): DatabaseSettings {
  return {
    host: environment.text("DATABASE_HOST"),
    port: environment.integer("DATABASE_PORT", { fallback: 5432, minimum: 1, maximum: 65_535 }),
    name: environment.text("DATABASE_NAME"),
    user: environment.text("DATABASE_USER"),
    passwordFile: environment.secretFile("DATABASE_PASSWORD_FILE"),
    waitSeconds: environment.integer("DATABASE_WAIT_SECONDS", { fallback: 60, minimum: 0, maximum: 3600 }),
    connections: environment.integer("DATABASE_CONNECTIONS", { fallback: 8, minimum: 1, maximum: 100 }),
  };
}
