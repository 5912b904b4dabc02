/** The parts that a deployment needs, and what brings them; `prepare.ts` decides, this does. */

import { existsSync } from "node:fs";
import { type OfflineNeeds, prepareOffline } from "../offline/index.ts";
import { hasApt, isRoot } from "../offline/machine.ts";
import type { Reporter } from "../offline/report.ts";
import type { Attempt } from "./attempt.ts";
import { contextHost } from "./containers/docker/context.ts";
import type { ContainerEngine } from "./containers/engine.ts";
import { userPulumiHome } from "./environment.ts";
import { cliPath, downloadCli, downloadPlugin, hasPlugin, pluginPins, pulumiVersion } from "./official.ts";

/** Variables on top of this process's. */
type Variables = Readonly<Record<string, string>>;

/** A download that is still to be made. */
export interface Download {
  /** What is downloaded, for a person. */
  readonly name: string;
  /** Makes it; says when it turns out to be possible. */
  readonly download: (onAlive: () => void) => Promise<Attempt>;
}

/** What brings the parts; a test has its own. */
export interface Parts {
  /** Whether Debian packages can be installed here, so that Docker can be brought. */
  readonly canInstall: boolean;
  /** Whether `offline/` can build here at all. */
  readonly canBuild: boolean;
  /** Makes parts from package registries and gives the variables to use them. */
  makeOffline(needs: OfflineNeeds): Promise<Record<string, string>>;
  /** The downloads of Pulumi's CLI and plugins that are still to be made. */
  missingPulumi(env: Variables): readonly Download[];
  /** Whether Docker has an image. */
  hasImage(reference: string, env: Variables): Promise<boolean>;
  /** Pulls an image. */
  pullImage(reference: string, env: Variables, onAlive: () => void): Promise<Attempt>;
  /** Address of Docker's engine where it is not the default; gets what was remembered. */
  dockerHost(remembered: string | undefined): Promise<string | undefined>;
}

/** The parts of this machine; images are those of the engine that the stack runs on. */
export function machineParts(cache: string, reporter: Reporter, engine: ContainerEngine): Parts {
  const imagesWith = (env: Variables) => engine.withVariables({ ...process.env, ...env }).images;
  return {
    canInstall: isRoot() && hasApt(),
    canBuild: process.platform === "linux" && hasApt(),
    makeOffline: async (needs) => (await prepareOffline(needs, { cache, node: process.execPath, reporter })).env,
    missingPulumi(variables) {
      const home = userPulumiHome(process.env, cache);
      const cli = cliPath(home);
      const env = { ...process.env, ...variables, PULUMI_HOME: home };
      const version = pulumiVersion();
      const downloads: Download[] = existsSync(cli)
        ? []
        : [{ name: `Pulumi ${version}`, download: (onAlive) => downloadCli(home, onAlive) }];
      for (const plugin of pluginPins().filter((pin) => !hasPlugin(home, pin))) {
        const name = `Pulumi's plugin ${plugin.name} ${plugin.version}`;
        downloads.push({ name, download: (onAlive) => downloadPlugin(cli, plugin, env, onAlive) });
      }
      return downloads;
    },
    hasImage: (reference, env) => imagesWith(env).has(reference),
    pullImage: (reference, env, onAlive) => imagesWith(env).pull(reference, onAlive),
    // A shell that ran `npm run env` has the context's address in DOCKER_HOST.
    dockerHost: async (remembered) =>
      remembered !== undefined && process.env.DOCKER_HOST === remembered ? remembered : await contextHost(process.env),
  };
}
