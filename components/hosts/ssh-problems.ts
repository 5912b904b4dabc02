import { knownHostsName, type SshTarget } from "../../config/ssh.ts";
import type { Problem } from "../../services/problems.ts";
import { unlimitedProblem } from "../docker/process-limit.ts";
import type { RemoteMachine } from "./ssh-machine.ts";

const GIGABYTE = 1e9;
/** Least memory of a host, in bytes. */
const LEAST_MEMORY = GIGABYTE;
/** Least free space where images and files go, in bytes. */
const LEAST_SPACE = 2 * GIGABYTE;
/** How far the clocks may be apart, in seconds: alerts and graphs go by the host's. */
const TOLERATED_SECONDS = 30;
const OLDEST_DOCKER = [20, 10] as const;

/** Why `ssh` did not get in, as a problem of the argument that it is about. */
export function unreachedProblem(target: SshTarget, words: string, trust: string): Problem {
  const { user, port, address } = target;
  const said = `ssh says: ${lastWords(words)}.`;
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|host key is known/i.test(words)) {
    return {
      property: /-bastion\b/.test(words) ? "bastion.hostKey" : "hostKey",
      given: "(another key than the one that is known)",
      allowed: "the key that the host was trusted by",
      fix: `No command was sent. If the host was made anew, see its fingerprint on the host itself and run \`${trust} --replace\`; if not, somebody may be in between.`,
    };
  }
  if (/permission denied|too many authentication failures|bad permissions|invalid format|load key/i.test(words)) {
    return {
      property: "privateKey",
      given: "(not shown)",
      allowed: `a key that ${user} may log in to ${address} with`,
      fix: `${said} Put its public half into ~${user}/.ssh/authorized_keys there, or name another key or user.`,
    };
  }
  if (/was not found on this machine/.test(words)) {
    return { property: "address", given: address, allowed: "a host, with OpenSSH here to reach it", fix: said };
  }
  return {
    property: "address",
    given: knownHostsName({ address, port }),
    allowed: "a host whose SSH server answers",
    fix: `${said} See that it runs, that its firewall lets this machine in, and that address and port are right.`,
  };
}

/**
 * What of a host is not as a deployment needs it.
 *
 * @param setUpFirst whether something makes the host ready first: then Docker may be missing, and the clock wrong
 */
export function remoteProblems(target: SshTarget, machine: RemoteMachine, setUpFirst: boolean): Problem[] {
  const { user, address } = target;
  return [
    ...privilegeProblems(user, machine),
    ...(setUpFirst ? [] : dockerProblems(user, machine)),
    ...memoryProblems(machine),
    ...machine.disk.flatMap(({ path, free }) =>
      free >= LEAST_SPACE
        ? []
        : [
            {
              property: "address",
              given: `${inGigabytes(free)} free at ${path} of ${address}`,
              allowed: `at least ${inGigabytes(LEAST_SPACE)}`,
              fix: "Free some space there: `docker system df` shows what Docker holds.",
            },
          ],
    ),
    ...(setUpFirst ? [] : clockProblems(machine)),
  ];
}

function privilegeProblems(user: string, { privileged }: RemoteMachine): Problem[] {
  if (privileged) return [];
  return [
    {
      property: "user",
      given: user,
      allowed: "root, or a user whom `sudo` asks for no password",
      fix: `On the host: install sudo, and write "${user} ALL=(ALL) NOPASSWD: ALL" into /etc/sudoers.d/${user}.`,
    },
  ];
}

function dockerProblems(user: string, { docker }: RemoteMachine): Problem[] {
  const allowed = `Docker ${OLDEST_DOCKER.join(".")} or newer that answers ${user}`;
  if ("problem" in docker) {
    const denied = /permission denied/i.test(docker.problem);
    const absent = /not found/i.test(docker.problem);
    const fix = denied
      ? `On the host: usermod -aG docker ${user}.`
      : absent
        ? "Install it on the host: HostSetup has a list for a Docker host."
        : "Start it on the host.";
    return [{ property: "address", given: `(Docker there says: ${docker.problem})`, allowed, fix }];
  }
  const [major = 0, minor = 0] = docker.version.split(".").map((part) => Number.parseInt(part, 10));
  const [oldMajor, oldMinor] = OLDEST_DOCKER;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) {
    return unlimitedProblem("address", `Docker ${docker.version} there`, docker.pidsLimit);
  }
  return [{ property: "address", given: `Docker ${docker.version}`, allowed, fix: "Update it on the host." }];
}

function memoryProblems({ memory }: RemoteMachine): Problem[] {
  if (memory.total >= LEAST_MEMORY) return [];
  return [
    {
      property: "address",
      given: `a host with ${inGigabytes(memory.total)} of memory`,
      allowed: `at least ${inGigabytes(LEAST_MEMORY)}`,
      fix: "Take a larger one.",
    },
  ];
}

function clockProblems({ clockAhead }: RemoteMachine): Problem[] {
  const seconds = Math.round(Math.abs(clockAhead));
  if (seconds <= TOLERATED_SECONDS) return [];
  return [
    {
      property: "address",
      given: `a host whose clock is ${seconds} s ${clockAhead > 0 ? "ahead of" : "behind"} this machine's`,
      allowed: `clocks at most ${TOLERATED_SECONDS} s apart`,
      fix: "Set both by NTP: alerts and graphs go by the host's time.",
    },
  ];
}

function inGigabytes(bytes: number): string {
  return `${(bytes / GIGABYTE).toFixed(1)} GB`;
}

function lastWords(words: string): string {
  const lines = words.split("\n").map((line) => line.trim());
  return (lines.filter((line) => line !== "").at(-1) ?? "nothing").replace(/\.$/, "");
}
