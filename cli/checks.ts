/** What must hold on this machine before anything is changed, as one line each with its fix. Pure: facts in, lines out. */

import type { Listener } from "../components/docker/machine.ts";
import { formatBytes } from "../offline/disk.ts";
import { NO_CONTAINERS, sentenceOf, type Tried, WORKS_ANYWHERE } from "../offline/preflight.ts";
import { given } from "../services/given.ts";
import { describe, type Problem } from "../services/problems.ts";
import type { PortSetting } from "./settings.ts";

/** What was found out about the machine. */
export interface MachineFacts {
  /** This process's Node, without "v". */
  readonly node: string;
  /** Whether the commands run as root. */
  readonly root: boolean;
  /** Whether `offline/` can install Debian packages here. */
  readonly apt: boolean;
  /** The address that the user set in `DOCKER_HOST`. */
  readonly dockerHost?: string;
  /** Host that the stack runs on, where it is not this machine: the program itself looks at it. */
  readonly remote?: string;
  /** Whether nothing is to run: a preview on a machine without Docker. @default false */
  readonly onlyPreview?: boolean;
  /** Docker's answer, or its words where it gave none. */
  readonly docker: DockerFacts | { readonly problem: string };
  /** What containers take, as it was tried where a daemon is to be started here. @default - not tried */
  readonly abilities?: readonly Tried[];
  /** The network interface that leads out of this machine, where its kernel passes packets on and nothing here forbids it. */
  readonly forwards?: string;
  /** Memory in bytes. */
  readonly memory: { readonly total: number; readonly available: number };
  /** Free bytes by the directory that needs them. */
  readonly disk: readonly {
    readonly path: string;
    readonly purpose: string;
    readonly free: number;
    readonly needed: number;
  }[];
  /** The stack's ports. */
  readonly ports: readonly PortSetting[];
  /** Who listens on them. */
  readonly listeners: readonly Listener[];
  /** Label value of this stack. */
  readonly label: string;
  /** The newest date that the clock must be past, in milliseconds. */
  readonly notBefore: number;
  /** This process's clock, in milliseconds. */
  readonly now: number;
  /** The Pulumi CLI in use; undefined where none is here yet. */
  readonly cli?: { readonly path: string; readonly version: string };
  /** Plugins that are not here yet. */
  readonly missingPlugins: readonly string[];
  /** The passphrase file in use, if it is a file. */
  readonly passphrase?: PassphraseFacts;
  /** What is wrong with the state directory; undefined when all is well. */
  readonly stateProblem?: string;
  /** What is wrong with the stack's configuration. */
  readonly configuration: readonly Problem[];
  /** Images that are pulled by a tag alone. @default - none */
  readonly unpinned?: readonly string[];
}

/** The Docker engine that answered. */
export interface DockerFacts {
  /** Its version. */
  readonly version: string;
  /** Seconds that its clock is ahead of ours. */
  readonly clockAhead: number;
}

/** The file with the passphrase. */
export interface PassphraseFacts {
  /** Its path. */
  readonly path: string;
  /** Whether it is there. */
  readonly exists: boolean;
  /** Whether others than its owner can read it. */
  readonly open: boolean;
  /** Whether we made it, or would. */
  readonly own: boolean;
  /** Whether the stack's state holds secrets that only it opens. */
  readonly needed: boolean;
}

/** The result of one check. */
export interface Check {
  /** What was checked. */
  readonly name: string;
  /** `problem` stops `up`; `warning` does not; `later` is what `up` brings along. */
  readonly status: "ok" | "later" | "warning" | "problem";
  /** What was found. */
  readonly found: string;
  /** What to do about it. @default - nothing is to be done */
  readonly fix?: string;
}

/** Memory that the stack takes, with some room: measured at about half of it. */
export const neededMemory = 1_000_000_000;

const oldestDocker = [20, 10] as const;
const toleratedClockSeconds = 30;

/** Every check, in the order a person would look. */
export function checkMachine(facts: MachineFacts): Check[] {
  return [
    { name: "node", status: "ok", found: facts.node },
    ...checkPulumi(facts),
    ...(facts.remote === undefined && facts.onlyPreview !== true
      ? [...checkDocker(facts), ...checkPorts(facts), checkMemory(facts)]
      : []),
    ...checkDisk(facts),
    checkClock(facts),
    ...checkPassphrase(facts),
    facts.stateProblem === undefined
      ? { name: "state", status: "ok", found: "can be written" }
      : {
          name: "state",
          status: "problem",
          found: facts.stateProblem,
          fix: "Set VIGIE_STATE to a directory of yours.",
        },
    ...facts.configuration.map((problem) => asCheck("configuration", problem)),
    ...checkPins(facts),
  ];
}

function checkPins({ unpinned = [] }: MachineFacts): Check[] {
  if (unpinned.length === 0) return [];
  return [
    {
      name: "images",
      status: "warning",
      found: `${unpinned.length} are pulled by a tag, which can be moved: ${unpinned.join(", ")}`,
      fix: "`npm run pin` writes their digests into config/image-pins.ts; then no other image is taken.",
    },
  ];
}

/** A machine that the stack runs on, where it is another one: `host` is its address. */
export function checkHost(problems: readonly Problem[], host: string): Check[] {
  if (problems.length === 0) return [{ name: "host", status: "ok", found: `${host} can run the stack` }];
  return problems.map((problem) => asCheck("host", problem));
}

function asCheck(name: string, { fix, ...problem }: Problem): Check {
  return { name, status: "problem", found: describe(problem), ...given({ fix }) };
}

function checkPulumi({ cli, missingPlugins }: MachineFacts): Check[] {
  const brought = "`npm run up` brings it";
  return [
    cli === undefined
      ? { name: "pulumi", status: "later", found: "not here yet", fix: brought }
      : { name: "pulumi", status: "ok", found: `${cli.version} at ${cli.path}` },
    missingPlugins.length === 0
      ? { name: "plugins", status: "ok", found: "all here" }
      : { name: "plugins", status: "later", found: `not here yet: ${missingPlugins.join(", ")}`, fix: brought },
  ];
}

function checkDocker(facts: MachineFacts): Check[] {
  const { docker, dockerHost, root, apt } = facts;
  if ("problem" in docker) {
    const problem = (fix: string): Check[] => [
      { name: "docker", status: "problem", found: docker.problem, fix: `${fix} ${WORKS_ANYWHERE}` },
    ];
    if (dockerHost !== undefined) {
      return problem(`Start that engine, or unset DOCKER_HOST (${dockerHost}) to use this machine's own.`);
    }
    if (root && apt) return checkAbilities(docker.problem, facts.abilities ?? []);
    return problem(
      /permission denied/i.test(docker.problem)
        ? "Let your user use Docker (sudo usermod -aG docker $USER, then log in again), or set DOCKER_HOST."
        : "Start Docker, or set DOCKER_HOST to the address of an engine; as root on Debian, `npm run up` installs one.",
    );
  }
  const checks: Check[] = [dockerVersion(docker.version), ...checkForwarding(docker.version, facts.forwards)];
  if (Math.abs(docker.clockAhead) > toleratedClockSeconds) {
    const seconds = Math.round(Math.abs(docker.clockAhead));
    checks.push({
      name: "docker clock",
      status: "warning",
      found: `${seconds} s ${docker.clockAhead > 0 ? "ahead of" : "behind"} this machine's`,
      fix: "Restart Docker, or set both clocks by NTP: graphs and alerts go by these times.",
    });
  }
  return checks;
}

/**
 * Whether a daemon that is started here could run containers.
 *
 * @param problem why none answers
 */
export function checkAbilities(problem: string, abilities: readonly Tried[]): Check[] {
  const missing = abilities.filter(({ can }) => can === false);
  const checks = missing.map((tried): Check => {
    const { name, optional, fix } = tried.ability;
    return {
      name,
      status: optional ? "warning" : "problem",
      found: sentenceOf(tried),
      ...given({ fix }),
    };
  });
  if (!checks.some(({ status }) => status === "problem")) {
    return [{ name: "docker", status: "later", found: problem, fix: "`npm run up` installs and starts it" }, ...checks];
  }
  const fix = `${NO_CONTAINERS} ${WORKS_ANYWHERE}`;
  return [...checks, { name: "docker", status: "problem", found: `${problem}, and it can't run on this machine`, fix }];
}

/** The first version that passes on nothing to ports that are published on the loopback. */
const keepsNeighboursOut = 28;

/** Whether neighbours on the same network reach what containers publish on the loopback, by their own addresses. */
function checkForwarding(version: string, forwards: string | undefined): Check[] {
  if (forwards === undefined || Number.parseInt(version, 10) >= keepsNeighboursOut) return [];
  const rule = `iptables -I DOCKER-USER -i ${forwards} -m conntrack --ctstate NEW -m conntrack ! --ctstate DNAT -j DROP`;
  return [
    {
      name: "neighbours",
      status: "warning",
      found: `Docker ${version} lets whoever is on the network of ${forwards} reach ports that are published on 127.0.0.1`,
      fix: `Update Docker to ${keepsNeighboursOut}, or forbid it as root until the next start: ${rule}`,
    },
  ];
}

function dockerVersion(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const [oldMajor, oldMinor] = oldestDocker;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor))
    return { name: "docker", status: "ok", found: version };
  return {
    name: "docker",
    status: "problem",
    found: `version ${version}; ${oldMajor}.${oldMinor} or newer is needed`,
    fix: "Update Docker.",
  };
}

function checkPorts({ ports, listeners, label }: MachineFacts): Check[] {
  const taken = ports.flatMap(({ property, port }): Check[] => {
    const listener = listeners.find((candidate) => candidate.port === port && candidate.stack !== label);
    if (listener === undefined) return [];
    return [
      {
        name: "ports",
        status: "problem",
        found: `port ${port} is taken by ${listener.by}`,
        fix: `Stop it, or set ${property} to another port in Pulumi.${label.split("/")[1]}.yaml.`,
      },
    ];
  });
  const all = ports.map(({ port }) => port).join(", ");
  return taken.length > 0
    ? taken
    : [{ name: "ports", status: "ok", found: all === "" ? "none asked for" : `${all} are free or ours` }];
}

function checkMemory({ memory }: MachineFacts): Check {
  const found = `${formatBytes(memory.available)} of ${formatBytes(memory.total)} available`;
  if (memory.total < neededMemory) {
    return {
      name: "memory",
      status: "problem",
      found,
      fix: `Give this machine at least ${formatBytes(neededMemory)}.`,
    };
  }
  if (memory.available < neededMemory) {
    return {
      name: "memory",
      status: "warning",
      found,
      fix: `End something: with less than ${formatBytes(neededMemory)}, containers may be killed.`,
    };
  }
  return { name: "memory", status: "ok", found };
}

function checkDisk({ disk }: MachineFacts): Check[] {
  return disk.map(({ path, purpose, free, needed }) => {
    const found = `${formatBytes(free)} free for ${purpose} (${path})`;
    if (free >= needed) return { name: "disk", status: "ok", found };
    return {
      name: "disk",
      status: "problem",
      found: `${found}; ${formatBytes(needed)} are needed`,
      fix: "Free some space: docker system df shows what Docker holds.",
    };
  });
}

function checkClock({ now, notBefore }: MachineFacts): Check {
  const found = new Date(now).toISOString();
  if (now >= notBefore) return { name: "clock", status: "ok", found };
  return {
    name: "clock",
    status: "problem",
    found: `${found} is before this version of the project was made, ${new Date(notBefore).toISOString()}`,
    fix: "Set the clock: downloads and signatures fail with a wrong one.",
  };
}

function checkPassphrase({ passphrase }: MachineFacts): Check[] {
  if (passphrase === undefined) return [];
  const { path, exists, open, own, needed } = passphrase;
  const name = "passphrase";
  if (!exists && own && !needed) {
    return [{ name, status: "later", found: `${path} is not here yet`, fix: "`npm run up` generates it" }];
  }
  if (!exists) {
    return [
      {
        name,
        status: "problem",
        found: `${path} is missing${own ? ", and the stack's state has secrets that only it opens" : ""}`,
        fix: own
          ? "Put the file back, or set PULUMI_CONFIG_PASSPHRASE to what it held."
          : "Correct PULUMI_CONFIG_PASSPHRASE_FILE.",
      },
    ];
  }
  if (open) return [{ name, status: "warning", found: `others can read ${path}`, fix: `chmod 600 ${path}` }];
  return [{ name, status: "ok", found: path }];
}

/** Checks as text, one line each, and a line below for each fix. */
export function formatChecks(checks: readonly Check[]): string {
  const words = { ok: "ok", later: "later", warning: "warning", problem: "PROBLEM" } as const;
  return checks
    .map(({ name, status, found, fix }) => {
      const line = `${words[status].padEnd(8)} ${name.padEnd(13)} ${found}`;
      return fix === undefined ? line : `${line}\n${" ".repeat(23)}fix: ${fix}`;
    })
    .join("\n");
}
