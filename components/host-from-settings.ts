import type { Settings } from "../config/settings.ts";
import type { DockerHostArgs } from "./docker-host.ts";
import type { Host } from "./host.ts";
import { LocalDockerHost } from "./local-docker-host.ts";
import { CONFIGURED_HOST, serverOf } from "./ssh-access.ts";
import { SshHost } from "./ssh-host.ts";

/**
 * The host that the configuration names: this machine, or one that is reached by SSH.
 *
 * @throws pulumi.InputPropertiesError when it can't run a stack
 */
export function hostFromSettings(settings: Settings): Host {
  const shared: DockerHostArgs = {
    bindAddress: settings.bindAddress,
    images: settings.images,
    ...(settings.caBundle === undefined ? {} : { caBundle: settings.caBundle }),
    ...(settings.networkMtu === 0 ? {} : { mtu: settings.networkMtu }),
    ...(settings.checkHost ? {} : { checkMachine: false }),
  };
  const server = serverOf(settings);
  return server === undefined
    ? new LocalDockerHost("local", shared)
    : new SshHost(CONFIGURED_HOST, { ...shared, ...server });
}
