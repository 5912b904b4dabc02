/** What is known of this machine without preparing anything. */

import { cacheDirectory } from "../offline/cache.ts";
import { given } from "../services/given.ts";
import { contextHost } from "./containers/docker/context.ts";
import { configuredEngines } from "./containers/docker/hosts.ts";
import type { StackEngines } from "./containers/engine.ts";
import {
  loginUrl,
  mergedEnvironment,
  type PulumiEnvironment,
  pulumiEnvironment,
  userEnvironment,
} from "./environment.ts";
import { type Decision, readDecision } from "./machine.ts";
import { root, stateDirectory } from "./places.ts";
import { readSettings, type StackSettings } from "./settings.ts";
import { hasSalt } from "./stack-file.ts";

/** What is known before anything is prepared. */
export interface Surroundings {
  /** The stack's settings. */
  readonly settings: StackSettings;
  /** The cache directory. */
  readonly cache: string;
  /** The state directory. */
  readonly state: string;
  /** What was decided before; undefined on a new machine. */
  readonly decision: Decision | undefined;
  /** The variables, as far as they are known. */
  readonly pulumi: PulumiEnvironment;
  /** The environment with these variables. */
  readonly env: Readonly<Record<string, string>>;
  /** The engines that the stack runs on. */
  readonly engines: StackEngines;
}

/** Looks at what is known, without preparing anything. Quick. */
export async function surroundings(stack: string, decision?: Decision): Promise<Surroundings> {
  const cache = cacheDirectory();
  const state = stateDirectory();
  const settings = readSettings(stack);
  const known = decision ?? readDecision(cache);
  const user = userEnvironment(process.env, cache);
  const dockerHost = known === undefined ? await contextHost(process.env) : known.dockerHost;
  const pulumi = pulumiEnvironment({
    env: user,
    cache,
    state,
    clone: root,
    login: loginUrl(user, cache),
    salted: hasSalt(settings.file),
    offline: known?.offline ?? {},
    ...given({ dockerHost }),
    ...(process.env.VIGIE_NODE_DIRECTORY ? { nodeDirectory: process.env.VIGIE_NODE_DIRECTORY } : {}),
  });
  const env = mergedEnvironment(user, pulumi);
  return { settings, cache, state, decision: known, pulumi, env, engines: configuredEngines(settings, state, env) };
}
