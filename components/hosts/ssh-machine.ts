import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { type Engine, type Listener, parseProcNetTcp, parsePublished } from "../docker/machine.ts";

/** What was found on a host that is reached by SSH. */
export interface RemoteMachine {
  /** Whether the user may do what root may: it is root, or `sudo` asks it for no password. */
  readonly privileged: boolean;
  /** Docker's answer to this user, or its words where it gave none. */
  readonly docker: Engine | { readonly problem: string };
  /** Group of Docker's usual socket; undefined where there is none. */
  readonly socketGroup?: number;
  /** Memory in bytes. */
  readonly memory: { readonly total: number; readonly available: number };
  /** Free bytes, and those that are free or used, by directory, for those that were asked about. */
  readonly disk: readonly { readonly path: string; readonly free: number; readonly size: number }[];
  /** Names of the engine's volumes. */
  readonly volumes: readonly string[];
  /** How far the host's clock is ahead of this machine's, in seconds. */
  readonly clockAhead: number;
  /** Every port that something listens on. */
  readonly listeners: readonly Listener[];
}

/** Why nothing could be asked, in the words of `ssh`. */
export interface Unreached {
  /** What `ssh` said. */
  readonly words: string;
}

const MARK = "#vigie: ";

/** The script that looks at a host and changes nothing. `df` gets the nearest directory that is there. */
export const LOOK = [
  `section() { printf '\\n${MARK}%s\\n' "$1"; }`,
  "export LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin",
  "section clock; date +%s",
  'section privileged; if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then echo yes; fi',
  "section docker; if command -v docker >/dev/null; then",
  "  docker info --format '{{.ServerVersion}}\t{{.DockerRootDir}}\t{{.PidsLimit}}' 2>&1",
  "else echo 'the `docker` command was not found'; fi",
  "section containers; docker ps --format '{{.Names}}\t{{.Label \"vigie.stack\"}}\t{{.Ports}}' 2>/dev/null",
  "section volumes; docker volume ls --quiet 2>/dev/null",
  "section socket; stat -c %g /var/run/docker.sock 2>/dev/null",
  "section memory; cat /proc/meminfo",
  "section tcp; cat /proc/net/tcp; section tcp6; cat /proc/net/tcp6 2>/dev/null",
  "section disk; for place; do",
  '  near=$place; while [ ! -d "$near" ]; do near=$(dirname "$near"); done',
  '  printf \'%s\\t%s\\n\' "$place" "$(df -Pk "$near" | awk \'NR == 2 { print $4 "\\t" $3 + $4 }\')"',
  "done; exit 0",
].join("\n");

/**
 * Looks at a host by SSH, over a connection that later commands share.
 *
 * @param config what `ssh -F` reads
 * @param alias the host's name in it
 * @param directories those whose free space matters
 * @param alone whether to log in anew: a connection from before a setup does not know of the user's new groups
 */
export function remoteMachine(
  config: string,
  alias: string,
  directories: readonly string[],
  alone = false,
): RemoteMachine | Unreached {
  const began = Date.now();
  const quoted = directories.map((directory) => `'${directory.replaceAll("'", `'\\''`)}'`).join(" ");
  const ask = (options: readonly string[]) =>
    spawnSync("ssh", ["-F", config, ...options, alias, `/bin/sh -s -- ${quoted}`], {
      input: LOOK,
      encoding: "utf8",
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
    });
  const shared = ask(alone ? ["-o", "ControlPath=none"] : []);
  // A shared connection keeps the words of the bastion to itself.
  const result = /UNKNOWN port/.test(shared.stderr ?? "") ? ask(["-o", "ControlPath=none"]) : shared;
  const words = wordsOf(result);
  return words === undefined ? parseLook(result.stdout, (began + Date.now()) / 2000) : { words };
}

/** Why `ssh` did not get in, in its own words where it has any; nothing where it did. */
export function wordsOf(result: Pick<SpawnSyncReturns<string>, "error" | "status" | "stderr">): string | undefined {
  const code = (result.error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT") return "the `ssh` command was not found on this machine";
  // EPIPE: it ended before it read what it was to run, and has said why.
  if (result.error !== undefined && code !== "EPIPE") return result.error.message;
  return result.status === 0 ? undefined : result.stderr.trim() || `ssh ended with ${result.status}`;
}

/**
 * Reads what {@link LOOK} printed.
 *
 * @param text its output
 * @param now this machine's clock while it ran, in seconds
 */
export function parseLook(text: string, now: number): RemoteMachine {
  const sections = new Map(
    text
      .split(`\n${MARK}`)
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return [part.slice(0, end), part.slice(end + 1)] as const;
      }),
  );
  const section = (name: string): string => sections.get(name) ?? "";
  const kilobytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(section("memory"))?.[1] ?? 0) * 1024;
  const group = section("socket").trim();
  return {
    ...(group === "" ? {} : { socketGroup: Number(group) }),
    privileged: section("privileged").trim() === "yes",
    docker: parseDocker(section("docker").trim()),
    memory: { total: kilobytes("MemTotal"), available: kilobytes("MemAvailable") },
    disk: section("disk")
      .trim()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [path = "", free = "", size = ""] = line.split("\t");
        return { path, free: Number(free) * 1024, size: Number(size) * 1024 };
      }),
    volumes: section("volumes").trim().split("\n"),
    clockAhead: Number(section("clock").trim()) - now,
    listeners: listeners(section("tcp"), section("tcp6"), section("containers")),
  };
}

function parseDocker(text: string): RemoteMachine["docker"] {
  const [, version, dataRoot, pidsLimit] = /^(\d[^\t\n]*)\t(\/[^\t\n]*)(?:\t(\w+))?$/m.exec(text) ?? [];
  if (version !== undefined && dataRoot !== undefined) {
    return { version, dataRoot, ...(pidsLimit === "false" ? { pidsLimit: false } : {}) };
  }
  const words = text.split("\n").filter((line) => line.trim() !== "" && !/^errors pretty printing/.test(line));
  return { problem: words.at(-1) ?? "no answer" };
}

function listeners(tcp: string, tcp6: string, containers: string): Listener[] {
  const published = parsePublished(containers);
  // Without a proxy process of Docker's, nothing listens on a port that a container has.
  const ports = new Set([...published.keys(), ...parseProcNetTcp(tcp).keys(), ...parseProcNetTcp(tcp6).keys()]);
  return [...ports].map((port) => published.get(port) ?? { port, by: "another program of the host" });
}
