import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../config/settings.ts";
import { dockerHostTasks } from "../../hosts/lists/docker-host.ts";
import { hardenedBase } from "../../hosts/lists/hardened-base.ts";
import { logShipping } from "../../hosts/lists/log-shipping.ts";
import { given } from "../../services/given.ts";
import type { DockerHost } from "../docker/docker-host.ts";
import { LocalDockerHost } from "../docker/local-docker-host.ts";
import type { DockerHostArgs } from "../docker/place.ts";
import { SshHost } from "../docker/ssh-host.ts";
import { HostSetup } from "../hosts/host-setup.ts";
import { CONFIGURED_HOSTS, type SshServerAccess, serverOf } from "../hosts/ssh-access.ts";
import { sshTarget } from "../hosts/ssh-target.ts";

/**
 * The host that the configuration names: this machine, or one that is reached by SSH.
 *
 * @throws pulumi.InputPropertiesError when it can't run a stack
 */
export function hostFromSettings(settings: Settings): DockerHost {
  const server = serverOf(settings);
  const name = server === undefined ? "local" : CONFIGURED_HOSTS.host;
  const shared = {
    ...sharedArgs(settings),
    bindAddress: settings.bindAddress,
    // What watches a host from elsewhere begins with the host's name.
    ...(settings.monitoringHost === "" ? {} : { traceCollector: `${name}-collector` }),
  };
  if (server === undefined) return new LocalDockerHost(name, shared);
  const { httpPort, httpsPort } = settings;
  return sshHost(name, server, settings, shared, [httpPort, httpsPort]);
}

/**
 * The host of the monitoring: another machine where `vigie:monitoringHost` names one, else that of the rest. Of its
 * ports, only the gateway's is open.
 *
 * @throws pulumi.InputPropertiesError when it can't run a stack
 */
export function monitoringHostFromSettings(settings: Settings, host: DockerHost): DockerHost {
  const server = serverOf(settings, "monitoringHost");
  if (server === undefined) return host;
  const shared = { ...sharedArgs(settings), bindAddress: "0.0.0.0" };
  return sshHost(CONFIGURED_HOSTS.monitoringHost, server, settings, shared, [settings.gatewayPort]);
}

function sharedArgs(settings: Settings): DockerHostArgs {
  return {
    images: settings.images,
    traceRatio: settings.traceRatio,
    ...given({ caBundle: settings.caBundle }),
    ...(settings.networkMtu === 0 ? {} : { mtu: settings.networkMtu }),
    ...(settings.checkHost ? {} : { checkMachine: false }),
  };
}

function sshHost(
  name: string,
  server: SshServerAccess,
  settings: Settings,
  args: DockerHostArgs,
  open: readonly number[],
): SshHost {
  const setup = settings.setupHost ? { setup: setUp(name, server, settings, open) } : {};
  return new SshHost(name, { ...args, ...server, ...setup });
}

/** A fresh Debian becomes a hardened machine with Docker, some of whose ports may be reached. */
function setUp(
  name: string,
  server: SshServerAccess,
  { networkMtu, hostLogs }: Settings,
  open: readonly number[],
): pulumi.Resource {
  const users = server.user === undefined || server.user === "root" ? [] : [server.user];
  return new HostSetup(`${name}-setup`, {
    host: sshTarget(name, server),
    tasks: [
      hardenedBase({ allow: open.map((port) => ({ port })) }),
      dockerHostTasks({ users, ...(networkMtu === 0 ? {} : { mtu: networkMtu }) }),
      ...(hostLogs ? [logShipping()] : []),
    ],
    needs: { memory: 1024, disk: 5000 },
  }).done;
}
