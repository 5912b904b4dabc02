import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config/settings.ts";
import { dockerHostTasks } from "../hosts/lists/docker-host.ts";
import { hardenedBase } from "../hosts/lists/hardened-base.ts";
import type { Host } from "./host.ts";
import { HostSetup } from "./host-setup.ts";
import { LocalDockerHost } from "./local-docker-host.ts";
import type { DockerHostArgs } from "./place.ts";
import { CONFIGURED_HOST, type SshServerAccess, serverOf } from "./ssh-access.ts";
import { SshHost } from "./ssh-host.ts";
import { sshTarget } from "./ssh-target.ts";

/**
 * The host that the configuration names: this machine, or one that is reached by SSH.
 *
 * @throws pulumi.InputPropertiesError when it can't run a stack
 */
export function hostFromSettings(settings: Settings): Host {
  const shared: DockerHostArgs = {
    bindAddress: settings.bindAddress,
    images: settings.images,
    traceRatio: settings.traceRatio,
    ...(settings.caBundle === undefined ? {} : { caBundle: settings.caBundle }),
    ...(settings.networkMtu === 0 ? {} : { mtu: settings.networkMtu }),
    ...(settings.checkHost ? {} : { checkMachine: false }),
  };
  const server = serverOf(settings);
  if (server === undefined) return new LocalDockerHost("local", shared);
  const setup = settings.setupHost ? { setup: setUp(server, settings) } : {};
  return new SshHost(CONFIGURED_HOST, { ...shared, ...server, ...setup });
}

/** A fresh Debian becomes a hardened machine with Docker, whose pages may be reached. */
function setUp(server: SshServerAccess, { httpPort, httpsPort, networkMtu }: Settings): pulumi.Resource {
  const users = server.user === undefined || server.user === "root" ? [] : [server.user];
  return new HostSetup(`${CONFIGURED_HOST}-setup`, {
    host: sshTarget(CONFIGURED_HOST, server),
    tasks: [
      hardenedBase({ allow: [{ port: httpPort }, { port: httpsPort }] }),
      dockerHostTasks({ users, ...(networkMtu === 0 ? {} : { mtu: networkMtu }) }),
    ],
    needs: { memory: 1024, disk: 5000 },
  }).done;
}
