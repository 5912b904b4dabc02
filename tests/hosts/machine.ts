/**
 * A real Debian, made for a test in a second: the tree that `offline/` keeps, else the machine's own, with a layer of
 * its own over it, in namespaces of its own. It has its own processes, network, host name and files, and root.
 */

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compilePhase, type SetupMode } from "../../hosts/compile.ts";
import type { Phase } from "../../hosts/phase.ts";
import { readSetup, type SetupReport } from "../../hosts/report.ts";
import type { Task } from "../../hosts/task.ts";
import { cacheDirectory } from "../../offline/cache.ts";

/** What a run of a phase came to. */
export interface Outcome extends SetupReport {
  /** Exit code of the script. */
  readonly code: number;
  /** Everything that it printed. */
  readonly output: string;
  /** Title of each step to how it ended. */
  readonly statuses: Readonly<Record<string, string>>;
}

/** A Debian to work on. */
export interface Machine {
  /** What runs a script on it as root; the script is added as the last argument. */
  readonly interpreter: readonly string[];
  /** Runs a shell script as root and gives what it printed. */
  sh(script: string, input?: string): string;
  /** Starts a shell script as root, in a process group of its own. */
  start(script: string, input?: string): ChildProcess;
  /** Runs tasks, as a phase of that name. */
  setup(
    tasks: readonly Task[],
    more?: Partial<Phase> & { readonly secretValues?: Record<string, string> },
    mode?: SetupMode,
  ): Outcome;
  /** A hash of the places that tasks write to, with owner, mode, inode and times: whatever was touched is another one. */
  treeHash(): string;
  /** Ends all its processes, and with them its files. */
  end(): void;
}

const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];

/**
 * Starts a machine.
 *
 * @param tree the tree that it has at first: "/" is this machine's own
 *
 * @throws Error when this machine doesn't let us make namespaces: it takes root, or sudo without a password.
 */
export async function startMachine(tree?: string): Promise<Machine> {
  const cached = path.join(cacheDirectory(), "parts", "debian", "root");
  const lower = tree ?? (existsSync(path.join(cached, "etc", "os-release")) ? cached : "/");
  const words = [
    ...asRoot,
    ...["unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "--kill-child"],
    ...["sh", "-euc", START, "sh", lower],
  ];
  // It ends with its standard input, so also when the test is killed.
  const child = spawn(words[0] ?? "", words.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
  while (!said.includes("ready")) {
    if (child.exitCode !== null) throw new Error(`no Debian to test on can be made here (it takes root): ${said}`);
    await sleep(20);
  }
  const pid = innermost(child.pid ?? 0);
  const enter = [...asRoot, "nsenter", `--target=${pid}`, ..."-m -p -n -u -i -r -w".split(" "), "/bin/sh", "-c"];
  const run = (script: string, input = "") =>
    spawnSync(enter[0] ?? "", [...enter.slice(1), script], { input, encoding: "utf8", maxBuffer: 1 << 26 });
  const sh = (script: string, input = "") => {
    const { status, stdout, stderr } = run(script, input);
    if (status !== 0) throw new Error(`${script}\nended with ${status}: ${stdout}${stderr}`);
    return stdout;
  };
  return {
    interpreter: enter,
    sh,
    start: (script, input = "") => {
      const started = spawn(enter[0] ?? "", [...enter.slice(1), script], { stdio: ["pipe", "pipe", "pipe"] });
      started.stdin.end(input);
      return started;
    },
    setup: (tasks, { secretValues = {}, ...more } = {}, mode = "apply") => {
      const phase = compilePhase({ name: "test", tasks, secrets: Object.keys(secretValues), ...more });
      const { status, stdout, stderr } = run(phase.script(mode), phase.input(secretValues));
      return outcome(status ?? 1, `${stdout}${stderr}`);
    },
    treeHash: () =>
      sh(
        "cd / && { find . -maxdepth 1; find etc home mnt srv usr/local usr/sbin var/lib/dpkg var/lib/vigie var/spool " +
          "-xdev -printf '%p %U %G %m %i %T@ %C@ %l\\n' 2>/dev/null; } | sort | sha256sum",
      ).trim(),
    end: () => {
      execFileSync([...asRoot, "kill"][0] ?? "", [...asRoot, "kill", "-9", String(pid)].slice(1));
    },
  };
}

/** Reads what a run printed. */
export function outcome(code: number, output: string): Outcome {
  const reader = readSetup();
  for (const line of output.split("\n")) reader.line(line);
  const report = reader.report();
  return {
    ...report,
    code,
    output,
    statuses: Object.fromEntries(report.steps.map(({ title, status }) => [title, status])),
  };
}

/** The layer is in memory: it can't lie under itself where the machine's own tree is the lower one. */
const START = `
mount --make-rprivate /
base=$(mktemp -d)
mount -t tmpfs -o size=2g vigie-test "$base"
mkdir "$base/upper" "$base/work" "$base/root"
mount -t overlay vigie-test -o "lowerdir=$1,upperdir=$base/upper,workdir=$base/work" "$base/root"
mount -t proc proc "$base/root/proc"
mount -t sysfs sysfs "$base/root/sys"
mount -t tmpfs -o mode=755 dev "$base/root/dev"
for device in null zero full random urandom tty; do
  : >"$base/root/dev/$device"
  mount --bind "/dev/$device" "$base/root/dev/$device"
done
ln -s /proc/self/fd "$base/root/dev/fd"
mount -t tmpfs -o mode=755 run "$base/root/run"
mount -t tmpfs -o mode=1777 tmp "$base/root/tmp"
! command -v ip >/dev/null || ip link set lo up
hostname vigie-test
# It is a machine, also where this one is a container.
rm -f "$base/root/.dockerenv"
exec chroot "$base/root" /bin/sh -c 'echo ready; exec cat >/dev/null'
`;

/** The process inside of the namespaces: the child of \`unshare\`, below \`sudo\` where there is one. */
function innermost(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children === "" ? pid : innermost(Number(children.split(" ")[0]));
}
