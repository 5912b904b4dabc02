/**
 * What a machine must be able to do before containers run there, and trees of other systems can be made: each is really
 * tried, in a namespace or a directory of its own, and leaves nothing behind.
 */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";

/** One thing that a machine must be able to do. */
export interface Ability {
  /** A word or two: `mounts`. */
  readonly name: string;
  /** How it is seen, for a person. */
  readonly tried: string;
  /**
   * The same for `sh`, with a writable directory as `$1`. Exit code 0: it can; 77: it can't be tried here; any other:
   * it can't, and the last line of standard error says why.
   */
  readonly script: string;
  /** What doesn't work without it, as a sentence. */
  readonly without: string;
  /** What to do about it; where there is none, {@link NO_CONTAINERS} holds. */
  readonly fix?: string;
  /** What needs it: containers, or the trees that images and tools are made of. */
  readonly neededBy: readonly ("containers" | "trees")[];
  /** Whether there is a way without it, only a worse one. @default false */
  readonly optional?: boolean;
}

/** What to do where the machine itself is what stands in the way. */
export const NO_CONTAINERS: string =
  "Run this on the machine itself or in a virtual machine; or start the container that this is with --privileged; or " +
  "set DOCKER_HOST, or vigie:host, to a machine with Docker.";

/** What works on any machine. */
export const WORKS_ANYWHERE: string = "`npm run preview` and `npm test` need no Docker and work here.";

const skipped = 77;

/** Every ability, in the order in which a container needs them. */
export const abilities: readonly Ability[] = [
  {
    name: "mounts",
    tried: "unshare --mount",
    script: "unshare --mount true",
    without: "Nothing can be mounted: a container can't have files of its own, and no tree of another system is made.",
    neededBy: ["containers", "trees"],
  },
  {
    name: "processes",
    tried: "unshare --pid --ipc --uts",
    script: "unshare --pid --ipc --uts --fork true",
    without: "No namespace of processes can be made: containers would see each other.",
    neededBy: ["containers"],
  },
  {
    name: "cgroups",
    tried: "a directory is made in /sys/fs/cgroup, which is mounted first where it isn't",
    script: `try() { mkdir "$1/vigie-preflight-$$" && rmdir "$1/vigie-preflight-$$"; }
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then try /sys/fs/cgroup
elif [ -d /sys/fs/cgroup/memory ]; then try /sys/fs/cgroup/memory
else
  at=$(mktemp -d "$1/vigie-preflight-XXXXXX") || exit
  trap 'rmdir "$at"' EXIT
  unshare --mount sh -c 'mount -t cgroup -o memory cgroup "$0" 2>/dev/null || mount -t cgroup2 cgroup2 "$0"' "$at"
fi`,
    without: "No control group can be made: a container would have no limit of memory.",
    neededBy: ["containers"],
  },
  {
    name: "network",
    tried: "a bridge and a pair of interfaces are made in a network of their own",
    script: `unshare --net true || exit 1
command -v ip >/dev/null || exit ${skipped}
unshare --net sh -c 'ip link add vigie0 type bridge && ip link add vigie1 type veth peer name vigie2'`,
    without: "No network can be made: containers can't reach each other.",
    neededBy: ["containers"],
  },
  {
    name: "addresses",
    tried: "iptables lists its table of addresses in a network of its own",
    script: `unshare --net true 2>/dev/null || exit ${skipped}
command -v iptables >/dev/null || exit ${skipped}
unshare --net iptables --table nat --list --numeric >/dev/null`,
    without: "iptables can't be used: no port of a container can be published.",
    fix:
      "Load the kernel's modules (modprobe ip_tables iptable_nat nf_nat), or choose the other iptables " +
      "(update-alternatives --config iptables).",
    neededBy: ["containers"],
  },
  {
    name: "layers",
    tried: "an overlay is mounted where Docker keeps its data",
    script: `unshare --mount true 2>/dev/null || exit ${skipped}
at=$(mktemp -d "$1/vigie-preflight-XXXXXX") || exit
trap 'rm -rf "$at"' EXIT
mkdir "$at/lower" "$at/upper" "$at/work" "$at/merged"
unshare --mount mount -t overlay overlay -o "lowerdir=$at/lower,upperdir=$at/upper,workdir=$at/work" "$at/merged"`,
    without: "Layers of images can't be mounted: Docker copies each of them, which takes longer and more of the disk.",
    fix: "Put Docker's data on a file system that takes overlays, such as ext4: a volume at /var/lib/docker.",
    neededBy: ["containers"],
    optional: true,
  },
  {
    name: "devices",
    tried: "a device is made with mknod",
    script: `at=$(mktemp -d "$1/vigie-preflight-XXXXXX") || exit
trap 'rm -rf "$at"' EXIT
mknod "$at/null" c 1 3 && true >"$at/null"`,
    without: "No device can be made: Debian's debootstrap can't make the trees of images and tools.",
    neededBy: ["trees"],
  },
];

/** What became of an ability that was tried. */
export interface Tried {
  /** The ability. */
  readonly ability: Ability;
  /** Whether the machine has it; undefined where it could not be tried. */
  readonly can?: boolean;
  /** What was said where it has not. */
  readonly words: string;
}

/** Where and how it is tried. */
export interface TryOptions {
  /** A directory on the file system that Docker's data is on, or will be; it need not exist. @default "/var/lib/docker" */
  readonly directory?: string;
  /** Seconds after which a try counts as one that failed. @default 5 */
  readonly seconds?: number;
}

/** Tries them, all at once; takes no longer than the longest of them. */
export function tryAbilities(wanted: readonly Ability[], options: TryOptions = {}): Promise<Tried[]> {
  let place = options.directory ?? "/var/lib/docker";
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return Promise.all(wanted.map((ability) => tryOne(ability, place, options.seconds ?? 5)));
}

/** The abilities that something needs. */
export function neededFor(...purposes: readonly ("containers" | "trees")[]): readonly Ability[] {
  return abilities.filter(({ neededBy }) => neededBy.some((purpose) => purposes.includes(purpose)));
}

/** Whether something can be mounted on this machine, in a namespace of its own. */
export async function mayMount(): Promise<boolean> {
  const [tried] = await tryAbilities(abilities.filter(({ name }) => name === "mounts"));
  return tried?.can === true;
}

/** One sentence for each ability that is missing and without which there is no way. */
export function abilityProblems(tried: readonly Tried[]): string[] {
  return tried.filter(({ ability, can }) => can === false && ability.optional !== true).map(sentenceOf);
}

/** What is missing, how that was seen, and in which words. */
export const sentenceOf = ({ ability, words }: Tried): string =>
  `${ability.without} Tried: ${ability.tried}${words === "" ? "" : ` (${words})`}.`;

function tryOne(ability: Ability, directory: string, seconds: number): Promise<Tried> {
  return new Promise((done) => {
    const path = `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;
    const child = spawn("sh", ["-c", ability.script, "sh", directory], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, PATH: path, LC_ALL: "C" },
      detached: true,
    });
    let said = "";
    child.stderr.on("data", (data) => {
      said += data;
    });
    const late = setTimeout(() => {
      // With what it has started: a mount may hang.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      done({ ability, can: false, words: `no end within ${seconds} s` });
    }, seconds * 1000);
    child.on("error", (error) => {
      clearTimeout(late);
      done({ ability, words: error.message });
    });
    child.on("close", (code) => {
      clearTimeout(late);
      const words = said.trim().split("\n").at(-1) ?? "";
      done(code === skipped ? { ability, words: "" } : { ability, can: code === 0, words: code === 0 ? "" : words });
    });
  });
}
