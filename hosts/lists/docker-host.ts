import { LOG_ROTATION } from "../../config/log-rotation.ts";
import { MTU } from "../../services/grammar.ts";
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
  /**
   * Whether logs of containers that say nothing of it rotate at three files of 10 MB. Docker writes that into each of
   * them: a `docker.Container` of your own, without `logOpts`, then shows a difference at each `up` (measured), so give
   * it `logOpts: { "max-size": "10m", "max-file": "3" }`.
   *
   * @default true
   */
  readonly logRotation?: boolean;
}

const LOG = "/var/log/dockerd.log";
const START = `dockerd >>${LOG} 2>&1 &`;

/**
 * A machine that runs containers: the distribution's engine, hardened.
 *
 * Containers outlive a restart of the engine (`live-restore`), no process stands behind each published port
 * (`userland-proxy: false`), containers on the default bridge don't reach each other (`icc: false`), and logs rotate, also
 * of containers that are not Vigie's.
 */
export function dockerHostTasks(args: DockerHostTasksArgs = {}): Task[] {
  const { users = [], dataRoot = "/var/lib/docker", mtu, addressPools, logRotation = true } = args;
  const settings = {
    "data-root": dataRoot,
    icc: false,
    "live-restore": true,
    ...(logRotation ? { "log-driver": "json-file", "log-opts": LOG_ROTATION } : {}),
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
  if (mtu !== undefined && !MTU.fits(mtu)) {
    problems.push({ property: "mtu", given: mtu, allowed: MTU.allowed });
  }
  addressPools.forEach((pool, index) => {
    const bits = Number(pool.base.split("/")[1]);
    if (isNetwork(pool.base) && bits <= pool.size && pool.size <= (pool.base.includes(":") ? 126 : 30)) return;
    const allowed = 'a network, cut into smaller ones, such as { base: "10.80.0.0/16", size: 24 }';
    problems.push({ property: `addressPools[${index}]`, given: pool, allowed });
  });
  return problems;
}
