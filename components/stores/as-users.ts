import { settingPrefix } from "../../services/setting-prefix.ts";
import type { Connection, Dependency } from "../platform/dependency.ts";

/**
 * A data store for a service that has others within its process: it is known there as itself, and as each of them. What
 * they keep is theirs, wherever they run; and none of them reaches what is another's.
 *
 * The settings of each begin with its name, and so do the files of its secrets: `SURVEY_REDIS_USER`, and
 * `survey-redis-password`.
 *
 * @param within the services within, which the store knows as users of its own
 * @throws pulumi.InputPropertiesError from `connectionFor`, where the store doesn't know one of them
 * @example
 * ```ts
 * const redis = new Redis("redis", { host, services: ["gateway", "survey"] });
 * new InstrumentedService("gateway", { host, edge, spec: gateway, uses: [asUsers(redis, ["survey"])] });
 * ```
 */
export function asUsers(store: Dependency, within: readonly string[]): Dependency {
  const { name, exporter = false, optional = false } = store;
  return {
    ...{ name, exporter, optional },
    connectionFor: (service) => {
      const own = store.connectionFor(service);
      const others = within.map((other) => named(other, store.connectionFor(other)));
      return {
        ...own,
        env: Object.assign({}, own.env, ...others.map(({ env }) => env)),
        secrets: Object.assign({}, own.secrets, ...others.map(({ secrets }) => secrets)),
      };
    },
  };
}

function named(user: string, { env, secrets }: Connection): Pick<Connection, "env" | "secrets"> {
  const prefix = `${settingPrefix(user)}_`;
  const isFile = (value: string) => Object.keys(secrets).some((file) => value === `${DIRECTORY}${file}`);
  const moved = (value: string) => (isFile(value) ? `${DIRECTORY}${user}-${value.slice(DIRECTORY.length)}` : value);
  return {
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [`${prefix}${key}`, moved(value)])),
    secrets: Object.fromEntries(Object.entries(secrets).map(([file, content]) => [`${user}-${file}`, content])),
  };
}

const DIRECTORY = "/run/secrets/";
