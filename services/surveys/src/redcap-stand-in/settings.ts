import { readEnvironment, readServerSettings, type ServerSettings } from "../../../telemetry/node/index.ts";

/** Everything that the environment decides. */
export interface Settings {
  /** Path of the file with the token that is right; from REDCAP_TOKEN_FILE, which must be given. */
  readonly tokenFile: string;
  /** The one form of the project; from REDCAP_INSTRUMENT. @default "request" */
  readonly instrument: string;
  /** How browsers reach this service, without a slash at its end; from PUBLIC_URL. @default "http://localhost:8090" */
  readonly publicUrl: string;
  /** Where it listens, and how it stops. */
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
    tokenFile: environment.secretFile("REDCAP_TOKEN_FILE"),
    instrument: environment.parsed("REDCAP_INSTRUMENT", "request", {
      read: (text) => (/^[a-z][a-z0-9_]{0,49}$/.test(text) ? text : undefined),
      allowed: "the unique name of a form: 1 to 50 of a-z, 0-9 and _, a letter first",
      fix: "set REDCAP_INSTRUMENT=request, or leave it out for the same",
    }),
    publicUrl: environment.parsed("PUBLIC_URL", "http://localhost:8090", {
      read: (text) => (/^https?:\/\/[^/?#@\s]+$/.test(text) && URL.canParse(text) ? text : undefined),
      allowed: "an address with http or https, a host and maybe a port, and nothing after it",
      fix: "set PUBLIC_URL=http://localhost:8090, or leave it out for the same",
    }),
    server: readServerSettings(environment, { port: 8090 }),
  };
  environment.finish();
  return settings;
}
