import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, statfsSync } from "node:fs";
import type { DataDisk } from "../../config/retention.ts";

/** A port of this machine that is in use. */
export interface Listener {
  /** The port. */
  readonly port: number;
  /** Who uses it, in words: `container "web"`, `nginx (pid 812)`, `another program`. */
  readonly by: string;
  /** Value of the label `vigie.stack` of the container that uses it; undefined where it has none. */
  readonly stack?: string;
}

/**
 * Which of these TCP ports are in use on this machine, and by whom. Reads `/proc` on Linux, asks `lsof` elsewhere, and
 * asks Docker which container a port belongs to.
 */
export function listenersOn(ports: readonly number[], dockerHost?: string): Listener[] {
  for (let round = 0; ; round++) {
    const found = listenersNow(ports, dockerHost);
    // Docker's own forwarder without a container: one is coming up or going away at this very moment.
    if (round === 20 || !found.some(({ by }) => by.startsWith("docker-proxy"))) return found;
    published.delete(dockerHost);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
}

function listenersNow(ports: readonly number[], dockerHost: string | undefined): Listener[] {
  const taken = existsSync("/proc/net/tcp") ? listenersOfLinux() : listenersByLsof();
  const wanted = [...new Set(ports)].filter((port) => taken.has(port));
  if (wanted.length === 0) return [];
  const containers = containersByPort(dockerHost);
  return wanted.map((port) => containers.get(port) ?? { port, by: taken.get(port)?.() ?? "another program" });
}

/** A Docker engine that answers. */
export interface Engine {
  /** Its version: `20.10.24`. */
  readonly version: string;
  /** Where it keeps its data: `/var/lib/docker`. */
  readonly dataRoot: string;
  /** False where it can't limit a container's processes. @default true */
  readonly pidsLimit?: boolean;
}

/** Whether the Docker engine answers: what it is, or why it does not, in its own words. */
export function dockerEngine(dockerHost?: string): Engine | { readonly problem: string } {
  const result = docker(["info", "--format", "{{.ServerVersion}}\t{{.DockerRootDir}}\t{{.PidsLimit}}"], dockerHost);
  if (result.error !== undefined) return { problem: "the `docker` command was not found on this machine" };
  const [version = "", dataRoot = "", pidsLimit] = result.stdout.trim().split("\t");
  if (result.status === 0 && version !== "")
    return { version, dataRoot, ...(pidsLimit === "false" ? { pidsLimit: false } : {}) };
  return { problem: result.stderr.trim().split("\n").at(-1) ?? "no answer" };
}

/** The disk that a directory of this machine is on; undefined where it is not there, as in a virtual machine. */
export function diskOf(directory: string): DataDisk | undefined {
  try {
    const { blocks, bfree, bavail, bsize } = statfsSync(directory);
    return { size: (blocks - bfree + bavail) * bsize, free: bavail * bsize };
  } catch {
    return undefined;
  }
}

/** The references of all images that an engine has; none where it does not answer. */
export function imagesOf(dockerHost?: string): ReadonlySet<string> {
  const { stdout } = docker(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"], dockerHost);
  return new Set((stdout ?? "").split("\n").filter((line) => line !== ""));
}

/** Whether an engine has a volume of this name. */
export function hasVolume(name: string, dockerHost?: string): boolean {
  return docker(["volume", "inspect", name], dockerHost).status === 0;
}

function docker(args: readonly string[], dockerHost: string | undefined) {
  const env = dockerHost === undefined ? process.env : { ...process.env, DOCKER_HOST: dockerHost };
  return spawnSync("docker", args, { encoding: "utf8", env, timeout: 10_000 });
}

/** The text of `/proc/net/tcp` or `tcp6` as listening ports with the inode of their socket. */
export function parseProcNetTcp(text: string): Map<number, string> {
  const LISTEN = "0A";
  const ports = new Map<number, string>();
  for (const line of text.split("\n").slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (local === undefined || state !== LISTEN || inode === undefined) continue;
    ports.set(Number.parseInt(local.slice(local.lastIndexOf(":") + 1), 16), inode);
  }
  return ports;
}

/** The output of `docker ps` in the format that {@link listenersOn} asks for, by published port. */
export function parsePublished(text: string): Map<number, Listener> {
  const found = new Map<number, Listener>();
  for (const line of text.split("\n").filter((candidate) => candidate !== "")) {
    const [name = "", stack = "", ports = ""] = line.split("\t");
    for (const match of ports.matchAll(/:(\d+)(?:-(\d+))?->/g)) {
      for (let port = Number(match[1]); port <= Number(match[2] ?? match[1]); port++) {
        found.set(port, { port, by: `container "${name}"`, ...(stack === "" ? {} : { stack }) });
      }
    }
  }
  return found;
}

const published = new Map<string | undefined, Map<number, Listener>>();

// Once a program: each component asks for its own ports, and nothing changes while a program declares.
function containersByPort(dockerHost: string | undefined): Map<number, Listener> {
  const known = published.get(dockerHost) ?? askForContainers(dockerHost);
  published.set(dockerHost, known);
  return known;
}

function askForContainers(dockerHost: string | undefined): Map<number, Listener> {
  const format = '{{.Names}}\t{{.Label "vigie.stack"}}\t{{.Ports}}';
  const result = docker(["ps", "--format", format], dockerHost);
  return result.status === 0 ? parsePublished(result.stdout) : new Map();
}

function listenersOfLinux(): Map<number, () => string> {
  const inodes = new Map<number, string>();
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    if (!existsSync(file)) continue;
    for (const [port, inode] of parseProcNetTcp(readFileSync(file, "utf8"))) inodes.set(port, inode);
  }
  return new Map([...inodes].map(([port, inode]) => [port, () => processWithSocket(inode)]));
}

function processWithSocket(inode: string): string {
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some((fd) => {
        try {
          return readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`;
        } catch {
          return false;
        }
      });
      if (holds) return `${readFileSync(`/proc/${pid}/comm`, "utf8").trim()} (pid ${pid})`;
    } catch {
      // The process ended meanwhile, or belongs to somebody else.
    }
  }
  return "a program of another user";
}

function listenersByLsof(): Map<number, () => string> {
  const result = spawnSync("lsof", ["-nP", "-iTCP", "-sTCP:LISTEN", "-Fpcn"], { encoding: "utf8" });
  const found = new Map<number, () => string>();
  let pid = "";
  let name = "";
  for (const line of (result.stdout ?? "").split("\n")) {
    if (line.startsWith("p")) pid = line.slice(1);
    if (line.startsWith("c")) name = line.slice(1);
    if (!line.startsWith("n")) continue;
    const by = `${name} (pid ${pid})`;
    found.set(Number(line.slice(line.lastIndexOf(":") + 1)), () => by);
  }
  return found;
}
