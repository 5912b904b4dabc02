import type { Problem } from "../../services/problems.ts";
import { isNetwork, pathProblems } from "../checks.ts";
import { restart } from "../handlers.ts";
import { file } from "../kinds/file.ts";
import { packages } from "../kinds/packages.ts";
import { service } from "../kinds/service.ts";
import { user } from "../kinds/user.ts";
import type { Task } from "../task.ts";

/** Arguments of {@link dockerHostTasks}. */
export interface DockerHostTasksArgs {
  /** Users who may use Docker without sudo. That is as good as root. @default [] */
  readonly users?: readonly string[];
  /** Where the engine keeps images, volumes and logs. @default "/var/lib/docker" */
  readonly dataRoot?: string;
  /** Largest packet in the networks, in bytes, where the uplink takes less than 1500. @default - Docker's own */
  readonly mtu?: number;
  /** Networks of which Docker takes its own. @default - Docker's own */
  readonly addressPools?: readonly { readonly base: string; readonly size: number }[];
}

const LOG = "/var/log/dockerd.log";
const START = `dockerd >>${LOG} 2>&1 &`;

/**
 * A machine that runs containers: the distribution's engine, hardened.
 *
 * Containers outlive a restart of the engine (`live-restore`), no process stands behind each published port
 * (`userland-proxy: false`), and containers on the default bridge don't reach each other (`icc: false`). The rotation of
 * logs is not here: options of the log driver that stand in daemon.json show up in every container, and the docker
 * provider takes them for a difference (measured). Vigie's containers bring their own.
 */
export function dockerHostTasks(args: DockerHostTasksArgs = {}): Task[] {
  const { users = [], dataRoot = "/var/lib/docker", mtu, addressPools } = args;
  const settings = {
    "data-root": dataRoot,
    icc: false,
    "live-restore": true,
    ...(mtu === undefined ? {} : { mtu }),
    ...(addressPools === undefined ? {} : { "default-address-pools": addressPools }),
    "userland-proxy": false,
  };
  const daemon = file({
    path: "/etc/docker/daemon.json",
    content: `${JSON.stringify(settings, undefined, 2)}\n`,
    notify: [restart("docker", `pkill -x dockerd || true; while pgrep -x dockerd; do sleep 0.2; done; ${START}`)],
  });
  return [
    // Before the engine, which starts as soon as it is installed.
    { ...daemon, problems: [...daemon.problems, ...settingProblems({ ...args, dataRoot })] },
    packages({
      names: ["docker.io", "iptables", "procps"],
      // Debian 13 has the command apart from the engine.
      optional: ["docker-cli"],
      dnf: ["docker", "iptables-nft", "procps-ng"],
    }),
    service({
      name: "docker",
      withoutSystemd: { running: "docker version", start: START, stop: "pkill -x dockerd" },
    }),
    ...users.map((name) => ({ ...user({ name, groups: ["docker"] }), needs: [] })),
  ];
}

// With one of these wrong, the engine does not start any more.
function settingProblems({ dataRoot = "", mtu, addressPools = [] }: DockerHostTasksArgs): Problem[] {
  const problems = pathProblems("dataRoot", dataRoot);
  if (mtu !== undefined && !(Number.isInteger(mtu) && mtu >= 576 && mtu <= 65_535)) {
    problems.push({ property: "mtu", given: mtu, allowed: "a whole number of bytes from 576 to 65535" });
  }
  addressPools.forEach((pool, index) => {
    const bits = Number(pool.base.split("/")[1]);
    if (isNetwork(pool.base) && bits <= pool.size && pool.size <= (pool.base.includes(":") ? 126 : 30)) return;
    const allowed = 'a network, cut into smaller ones, such as { base: "10.80.0.0/16", size: 24 }';
    problems.push({ property: `addressPools[${index}]`, given: pool, allowed });
  });
  return problems;
}
