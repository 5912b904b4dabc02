/** The variables that Pulumi runs with: what the user has set stays, what is missing is filled in. */

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { CLONE_VARIABLE } from "../offline/language-host/install.ts";
import { given } from "../services/given.ts";
import type { Environment } from "./places.ts";

/** What the variables follow from. */
export interface EnvironmentFacts {
  /** The environment that the user started us with. */
  readonly env: Environment;
  /** The cache directory. */
  readonly cache: string;
  /** The state directory. */
  readonly state: string;
  /** The clone's root directory. */
  readonly clone: string;
  /** URL of the backend that the user is logged in to; undefined without a login. */
  readonly login: string | undefined;
  /**
   * Whether the stack's file holds an `encryptionsalt`: it belongs to a passphrase.
   *
   * @default false
   */
  readonly salted?: boolean;
  /** Variables of what `offline/` made; `{}` where nothing of it is in use. */
  readonly offline: Readonly<Record<string, string>>;
  /** Address of the Docker engine where the `docker` command uses another one than the default. */
  readonly dockerHost?: string;
  /** Directory of the Node that was fetched, where the machine's own is too old. */
  readonly nodeDirectory?: string;
}

/** The variables to set, and what they say about the backend. */
export interface PulumiEnvironment {
  /** Variables that are to be set; `PATH` is not among them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Directory that goes in front of the `PATH`. */
  readonly pathDirectory?: string;
  /** URL of the backend, as far as it is known. */
  readonly backend: string;
  /** Whether the backend is the one that we made in the state directory. */
  readonly ownBackend: boolean;
  /** Path of our passphrase file where it is in use. */
  readonly ownPassphrase?: string;
}

/** Path of the backend that is used where the user has none. */
export const backendDirectory = (state: string): string => join(state, "pulumi");

/** Path of the passphrase file that is used where the user has none. */
export const passphraseFile = (state: string): string => join(state, "passphrase");

/** The user's Pulumi home; one of `offline/` that an earlier `eval "$(npm run -s env)"` set does not count. */
export function userPulumiHome(env: Environment, cache: string): string {
  const set = env.PULUMI_HOME;
  return set && !resolve(set).startsWith(resolve(cache) + sep) ? resolve(set) : join(homedir(), ".pulumi");
}

/** The user's environment without what an earlier `eval "$(npm run -s env)"` set to places in the cache. */
export function userEnvironment(env: Environment, cache: string): Environment {
  const inCache = (value: string | undefined) => value !== undefined && resolve(value).startsWith(resolve(cache) + sep);
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => !(/^(PULUMI_HOME|VIGIE_IMAGES)$/.test(name) && inCache(value))),
  );
}

/**
 * URL of the backend that the user is logged in to; undefined without a login. What can't be read, since it is
 * encrypted, or comes as an access token, counts as a login to a service: `https:`.
 */
export function loginUrl(env: Environment, cache: string): string | undefined {
  const service = "https:";
  if (env.PULUMI_ACCESS_TOKEN) return service;
  const file = join(env.PULUMI_CREDENTIALS_PATH ?? userPulumiHome(env, cache), "credentials.json");
  const text = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (text === "" || text === "{}") return undefined;
  try {
    const { current, accessTokens, accounts } = JSON.parse(text) as Record<string, unknown>;
    if (typeof current === "string" && current !== "") return current;
    return accessTokens === undefined && accounts === undefined ? service : undefined;
  } catch {
    return service;
  }
}

/** The variables that Pulumi needs on this machine. */
export function pulumiEnvironment(facts: EnvironmentFacts): PulumiEnvironment {
  const { env, state, offline } = facts;
  const ownUrl = pathToFileURL(backendDirectory(state)).href;
  const backend = env.PULUMI_BACKEND_URL || facts.login || ownUrl;
  const ownBackend = backend === ownUrl;
  const variables: Record<string, string> = { ...offline, PULUMI_SKIP_UPDATE_CHECK: "true" };
  if (ownBackend) {
    variables.PULUMI_BACKEND_URL = ownUrl;
    variables.PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER = "true";
  }
  // The home is one for all clones of a machine, and what it starts belongs to this one.
  if (offline.PULUMI_HOME !== undefined) variables[CLONE_VARIABLE] = facts.clone;
  // A login kept outside of offline's home stays in use.
  if (offline.PULUMI_HOME !== undefined && facts.login !== undefined && !env.PULUMI_CREDENTIALS_PATH) {
    variables.PULUMI_CREDENTIALS_PATH = userPulumiHome(env, facts.cache);
  }
  const ownPassphrase = ownPassphraseFile(facts, backend);
  if (ownPassphrase !== undefined) variables.PULUMI_CONFIG_PASSPHRASE_FILE = ownPassphrase;
  if (facts.dockerHost !== undefined && !env.DOCKER_HOST && variables.DOCKER_HOST === undefined) {
    variables.DOCKER_HOST = facts.dockerHost;
  }
  return {
    variables,
    backend,
    ownBackend,
    ...given({ pathDirectory: facts.nodeDirectory }),
    ...given({ ownPassphrase }),
  };
}

/**
 * Our passphrase is used where the user set none, the backend does not keep secrets itself, and the stack has not been
 * made with a passphrase that only the user knows.
 */
function ownPassphraseFile({ env, state, salted }: EnvironmentFacts, backend: string): string | undefined {
  const file = passphraseFile(state);
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined || /^https?:/.test(backend)) return undefined;
  if (env.PULUMI_CONFIG_PASSPHRASE_FILE) return env.PULUMI_CONFIG_PASSPHRASE_FILE === file ? file : undefined;
  const own = backend === pathToFileURL(backendDirectory(state)).href;
  return own || !salted || existsSync(file) ? file : undefined;
}

/** A whole environment: the user's, with our variables on top and our Node first on the `PATH`. */
export function mergedEnvironment(env: Environment, pulumi: PulumiEnvironment): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) merged[name] = value;
  Object.assign(merged, pulumi.variables);
  if (pulumi.pathDirectory !== undefined && !onPath(env, pulumi.pathDirectory)) {
    merged.PATH = merged.PATH ? `${pulumi.pathDirectory}:${merged.PATH}` : pulumi.pathDirectory;
  }
  return merged;
}

const onPath = (env: Environment, directory: string) => (env.PATH ?? "").split(":").includes(directory);

/** A value that a POSIX shell reads as exactly these characters. */
export function shellQuote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Lines for a shell's `eval`: the variables, in the order of their names, then the `PATH`. */
export function exportLines(pulumi: PulumiEnvironment): string[] {
  const lines = Object.entries(pulumi.variables)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `export ${name}=${shellQuote(value)}`);
  if (pulumi.pathDirectory !== undefined) lines.push(`export PATH=${shellQuote(pulumi.pathDirectory)}:"$PATH"`);
  return lines;
}
