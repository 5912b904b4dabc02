/** Docker's daemon: asked, started where none runs, and given the images that are made here. */

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { hashOf } from "./hash.ts";
import { isRoot, programPath } from "./machine.ts";
import type { Step } from "./steps.ts";

const secondsToAnswer = 60;

/** Docker's data root on this machine, or why the daemon can't be reached. */
export async function askDocker(): Promise<{ dataRoot: string } | { error: string }> {
  try {
    const info = (await new Docker({ timeout: 20_000 }).info()) as { DockerRootDir: string };
    return { dataRoot: info.DockerRootDir };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** The step that sees to it that a Docker daemon answers. */
export function dockerStep(cache: string): Step {
  return {
    id: "docker",
    name: "Docker daemon",
    inputs: hashOf("a daemon answers"),
    produces: "a daemon at Docker's usual socket",
    needs: ["machine"],
    decides: true,
    takes: 2,
    fix: `see why the daemon doesn't start: ${daemonLog(cache)}.`,
    present: async () => !("error" in (await askDocker())),
    async run(context) {
      const asked = await askDocker();
      if (!("error" in asked)) return;
      if (process.env.DOCKER_HOST) {
        throw new Error(
          `DOCKER_HOST is ${process.env.DOCKER_HOST} and doesn't answer (${asked.error}). Start that daemon, or unset ` +
            "DOCKER_HOST to have one on this machine.",
        );
      }
      if (!isRoot()) throw new Error(notRoot(asked.error));
      if (existsSync("/run/systemd/system")) await context.run("systemctl", ["start", "docker"]);
      else startDaemon(daemonLog(cache), context.log);
      await untilItAnswers(daemonLog(cache), context.signal);
    },
  };
}

/** Why a person who isn't root gets no daemon from us, and what to do. */
export function notRoot(error: string): string {
  const where = process.env.DOCKER_HOST ?? "/var/run/docker.sock";
  return [
    `Docker doesn't answer at ${where}: ${error}.`,
    error.includes("EACCES")
      ? 'It runs, but you may not talk to it: `sudo usermod -aG docker "$USER"` and log in again.'
      : "Start Docker (Docker Desktop, or `sudo systemctl start docker`), or run this as root to have it installed.",
  ].join(" ");
}

const daemonLog = (cache: string) => join(cache, "logs", "dockerd.log");

function startDaemon(logFile: string, log: (text: string) => void): void {
  const daemon = programPath("dockerd");
  if (daemon === undefined) throw new Error("dockerd is not on this machine: `apt-get install docker.io`.");
  if (!existsSync("/sys/fs/cgroup/cgroup.controllers") && !existsSync("/sys/fs/cgroup/memory")) {
    const mounter = programPath("cgroupfs-mount");
    if (mounter !== undefined) spawn(mounter, { stdio: "ignore" });
  }
  mkdirSync(dirname(logFile), { recursive: true });
  const output = openSync(logFile, "a");
  // A setting that stands both in daemon.json and on the command line keeps the daemon from starting.
  const args = existsSync("/etc/docker/daemon.json") ? [] : daemonArguments(uplinkMtu());
  log(`$ ${daemon} ${args.join(" ")}\n`);
  const path = `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;
  const child = spawn(daemon, args, {
    detached: true,
    stdio: ["ignore", output, output],
    env: { ...process.env, PATH: path },
    cwd: "/",
  });
  child.on("error", (error) => log(`${error.message}\n`));
  child.unref();
}

/**
 * What a daemon that we start is told: containers outlive it, the bridge fits the uplink. Options of the log driver are
 * not among them: Docker merges the daemon's into each container's, and the provider shows that as a difference.
 */
export function daemonArguments(mtu: number | undefined): string[] {
  return ["--live-restore", ...["--log-driver", "json-file"], ...(mtu === undefined ? [] : ["--mtu", String(mtu)])];
}

/** The MTU of the interface that holds the default route. */
export function uplinkMtu(read: (path: string) => string = (path) => readFileSync(path, "utf8")): number | undefined {
  try {
    const routes = read("/proc/net/route").split("\n").slice(1);
    const uplink = routes.map((line) => line.split("\t")).find((fields) => fields[1] === "00000000")?.[0];
    return uplink === undefined ? undefined : Number(read(`/sys/class/net/${uplink}/mtu`).trim());
  } catch {
    return undefined;
  }
}

async function untilItAnswers(logFile: string, signal: AbortSignal): Promise<void> {
  for (let second = 0; second < secondsToAnswer; second++) {
    if (!("error" in (await askDocker()))) return;
    await sleep(1000, undefined, { signal });
  }
  const lines = existsSync(logFile) ? readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-20) : [];
  throw new Error([`The Docker daemon didn't answer within ${secondsToAnswer} s.`, ...lines].join("\n  "));
}
