import { readFileSync } from "node:fs";
import {
  type Environment,
  readEnvironment,
  readServerSettings,
  type ServerSettings,
} from "../../../telemetry/node/index.ts";
import { type CalledSettings, readCalledSettings } from "../between/called.ts";
import { HOSTS_ALLOWED, type Host, readHosts } from "./hosts.ts";
import { certificatesIn } from "./roots.ts";

/** What the service is, wherever it runs. */
export interface HealthSettings {
  /** What is looked at; from CHECK_HOSTS. @default [] */
  readonly hosts: readonly Host[];
  /** Seconds from one look at all of them to the next; from CHECK_SECONDS. @default 30 */
  readonly seconds: number;
  /** Path of a file with roots besides those of Node; from CHECK_CA_FILE. @default - none */
  readonly caFile: string | undefined;
}

/** Everything that the environment decides. */
export interface Settings extends HealthSettings {
  /** How the services are known that call it. */
  readonly called: CalledSettings;
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
    ...readHealthSettings(environment),
    called: readCalledSettings(environment),
    server: readServerSettings(environment, { port: 3003 }),
  };
  environment.finish();
  return settings;
}

/** Reads what the service is. What is wrong is told by the environment's `finish()`. */
export function readHealthSettings(environment: Environment): HealthSettings {
  const { hosts, wrong } = readHosts(environment.text("CHECK_HOSTS", ""));
  return {
    hosts: environment.parsed<readonly Host[]>("CHECK_HOSTS", [], {
      read: () => (wrong.length === 0 ? hosts : undefined),
      allowed: HOSTS_ALLOWED,
      fix: `mend ${wrong.join(", ")}`,
    }),
    seconds: environment.integer("CHECK_SECONDS", { fallback: 30, minimum: 5, maximum: 3600 }),
    caFile: environment.parsed<string | undefined>("CHECK_CA_FILE", undefined, {
      read: (path) => (hasCertificates(path) ? path : undefined),
      allowed: "the path of a file with certificates in PEM, each of them whole",
      fix: "mount the roots there, or leave it out for those of Node alone",
    }),
  };
}

function hasCertificates(path: string): boolean {
  try {
    return certificatesIn(readFileSync(path, "utf8")).length > 0;
  } catch {
    return false;
  }
}
