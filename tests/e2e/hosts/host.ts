import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { uplinkMtu } from "../../../offline/docker.ts";
import { docker, type Finished, run, sh } from "../shell.ts";
import { type HostKind, hostImage } from "./image.ts";

/** A Debian machine that a test made, with sshd and, by default, a Docker engine of its own. */
export interface RehearsalHost {
  /** Its address, reached from this machine. */
  readonly address: string;
  /** Port of its sshd. */
  readonly port: number;
  /** A user whom `sudo` asks for no password; `root` takes the same key. */
  readonly user: string;
  /** File of the private key. */
  readonly keyFile: string;
  /** Its public key, as `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /** Runs a shell script on it as root, without SSH. */
  exec(script: string): Promise<Finished>;
  /** Makes a new host key: it is as if another machine had taken its place. */
  changeHostKey(): Promise<void>;
  /** Takes it away with all that is on it. */
  close(): Promise<void>;
}

const LABEL = "vigie.rehearsal";

// The old server has to be gone before the new one takes its port, and the new one listens only in the background.
const CHANGE_HOST_KEY = `set -e
rm /etc/ssh/ssh_host_*
ssh-keygen -A
old=$(pgrep -o -x sshd)
kill "$old"
while kill -0 "$old" 2>/dev/null; do sleep 0.1; done
/usr/sbin/sshd -E /var/log/sshd.log -o LogLevel=VERBOSE
until ss -H -ltn 'sport = :22' | grep -q .; do sleep 0.1; done`;
const NETWORK = `vigie-rehearsal-${process.pid}`;

// What a machine's root may do and an engine needs. More than a container has, less than `--privileged`, which asks for
// capabilities that the machine itself may lack.
const CAPABILITIES = ["AUDIT_WRITE", "DAC_READ_SEARCH", "IPC_LOCK", "LINUX_IMMUTABLE", "MKNOD", "NET_ADMIN", "NET_RAW"]
  .concat(["SYS_ADMIN", "SYS_CHROOT", "SYS_NICE", "SYS_PTRACE", "SYSLOG"])
  .flatMap((name) => ["--cap-add", name]);

/**
 * Makes a rehearsal host: a system container of this machine's Docker with an init of its own. Its engine, images,
 * networks and volumes are in it and go with it; those of a test that was killed go when the next one begins.
 *
 * @param name name of the machine
 * @param kind what is on it. @default "docker"
 */
export async function makeHost(name: string, kind: HostKind = "docker"): Promise<RehearsalHost> {
  const image = await hostImage(kind);
  await removeAbandoned();
  await makeNetwork();
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-rehearsal-"));
  const keyFile = path.join(directory, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "rehearsal", "-f", keyFile]);
  const container = `${NETWORK}-${name}`;
  await sh("docker", [
    ...["run", "--detach", "--name", container, "--hostname", name, "--init", "--label", `${LABEL}=${process.pid}`],
    ...["--network", NETWORK, "--cgroupns", "private", "--device-cgroup-rule", "a *:* rwm", ...CAPABILITIES],
    ...["seccomp", "apparmor", "systempaths"].flatMap((part) => ["--security-opt", `${part}=unconfined`]),
    // Directories of the machine's own file system: an engine's layers can't be on another engine's.
    ...["--volume", "/var/lib/docker", "--volume", "/var/lib/containerd", "--tmpfs", "/run:exec"],
    ...["--env", `AUTHORIZED_KEY=${readFileSync(`${keyFile}.pub`, "utf8").trim()}`, image],
  ]);
  const exec = (script: string) => run("docker", ["exec", container, "sh", "-c", script]);
  const close = async () => {
    await run("docker", ["rm", "--force", "--volumes", container]);
    rmSync(directory, { recursive: true, force: true });
    // The last one takes the network with it; before that Docker refuses.
    await run("docker", ["network", "rm", NETWORK]);
  };
  try {
    await untilReady(container, exec);
    const inspect = `{{(index .NetworkSettings.Networks "${NETWORK}").IPAddress}}`;
    const [address = ""] = await docker("inspect", "--format", inspect, container);
    const hostKey = await readHostKey(exec);
    const changeHostKey = async () => {
      const { code, output } = await exec(CHANGE_HOST_KEY);
      if (code !== 0) throw new Error(`the host key of ${container} was not changed:\n${output}`);
    };
    return { address, port: 22, user: "deploy", keyFile, hostKey, exec, changeHostKey, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readHostKey(exec: RehearsalHost["exec"]): Promise<string> {
  const { stdout } = await exec("cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub");
  return stdout.trim();
}

async function untilReady(container: string, exec: RehearsalHost["exec"]): Promise<void> {
  const running = () => docker("inspect", "--format", "{{.State.Running}}", container);
  for (const until = Date.now() + 300_000; Date.now() < until && (await running())[0] === "true"; await sleep(200)) {
    if ((await exec("test -e /run/ready")).code === 0) return;
  }
  const { output } = await run("docker", ["logs", container]);
  const { output: log } = await exec("tail -20 /var/log/docker.log");
  throw new Error(`the rehearsal host ${container} did not start:\n${output}\n${log}`);
}

async function makeNetwork(): Promise<void> {
  if ((await run("docker", ["network", "inspect", NETWORK])).code === 0) return;
  const mtu = uplinkMtu();
  const options = mtu === undefined ? [] : ["--opt", `com.docker.network.driver.mtu=${mtu}`];
  await sh("docker", ["network", "create", "--label", `${LABEL}=${process.pid}`, ...options, NETWORK]);
}

/** Removes the hosts of processes that are gone. */
async function removeAbandoned(): Promise<void> {
  const format = `{{.ID}} {{.Label "${LABEL}"}}`;
  const abandoned = (lines: readonly string[]) =>
    lines.map((line) => line.split(" ")).flatMap(([id = "", pid = ""]) => (existsSync(`/proc/${pid}`) ? [] : [id]));
  const filter = ["--filter", `label=${LABEL}`, "--format", format];
  for (const id of abandoned(await docker("ps", "--all", ...filter)))
    await run("docker", ["rm", "--force", "--volumes", id]);
  for (const id of abandoned(await docker("network", "ls", ...filter))) await run("docker", ["network", "rm", id]);
}
