/** A Docker daemon of a benchmark's own, so that one can be restarted and killed: it ends nothing else of the machine. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Get } from "../tests/e2e/log-store.ts";
import type { BenchContext } from "./context.ts";
import { until } from "./latency.ts";

/** A daemon, and the way to it. */
export interface OwnDocker {
  /** The context, with this daemon as its Docker. */
  readonly context: BenchContext;
  /** Its directory of containers. */
  readonly containers: string;
  /** Asks what listens at a port of its loopback: its network is its own. */
  get(port: number): Get;
  /** Ends it by a signal, waits a while, and starts it again. */
  restart(signal: "SIGTERM" | "SIGKILL", awaySeconds: number): Promise<void>;
  /** Ends it, and takes all that it has away. */
  end(): Promise<void>;
}

/** Says what a URL answers, for a process in another network. */
const ASK = `fetch(process.argv[1]).then(async (answer) => {
  process.stdout.write(await answer.text());
  process.exit(answer.ok ? 0 : 1);
})`;

/**
 * Starts a daemon beside the machine's, with images that this one has, in a network of its own: a daemon without bridges
 * takes the default one away, and in the machine's network that would be another daemon's.
 *
 * @param root a directory on a file system that takes overlays, such as that of the machine's own daemon
 * @throws Error when it does not answer within a minute: it takes root.
 */
export async function startOwnDocker(
  context: BenchContext,
  root: string,
  images: readonly string[],
): Promise<OwnDocker> {
  const data = mkdtempSync(join(root, "vigie-bench-"));
  const run = mkdtempSync("/run/vigie-bench-");
  const socket = `unix://${join(run, "docker.sock")}`;
  const own = { ...context, env: { ...context.env, DOCKER_HOST: socket } };
  const asked = async (command: readonly string[], env: BenchContext["env"] = own.env): Promise<string> => {
    const { code, stdout, stderr } = await context.capture(command, { cwd: context.root, env });
    if (code !== 0) throw new Error(`\`${command.join(" ")}\` ended with ${code}: ${stderr}`);
    return stdout;
  };
  // It holds the network while there is no daemon, and ends with its standard input.
  const network = spawn("unshare", ["--net", "sh", "-c", "ip link set lo up && echo up && exec cat"]);
  await new Promise((resolve) => network.stdout.once("data", resolve));
  const inside = ["nsenter", `--net=/proc/${network.pid}/ns/net`];
  const [enter = "", ...words] = [
    ...[...inside, "dockerd", "--data-root", data, "--exec-root", join(run, "exec"), "--pidfile", join(run, "pid")],
    ...["--host", socket, "--bridge", "none", "--iptables=false", "--ip-forward=false", "--log-level", "error"],
  ];
  let daemon: ChildProcess;
  const start = async () => {
    daemon = spawn(enter, words, { stdio: "ignore" });
    await until("the daemon of the benchmark", 60, () => asked(["docker", "info"]), 200);
  };
  const stop = async (signal: "SIGTERM" | "SIGKILL") => {
    const gone = new Promise((resolve) => daemon.once("exit", resolve));
    daemon.kill(signal);
    await gone;
  };
  await start();
  await asked(["sh", "-c", `docker save ${images.join(" ")} | docker --host ${socket} load`], context.env);
  return {
    context: own,
    containers: join(data, "containers"),
    get: (port) => (path) => asked([...inside, process.execPath, "-e", ASK, `http://127.0.0.1:${port}/${path}`]),
    restart: async (signal, awaySeconds) => {
      await stop(signal);
      await pause(awaySeconds * 1000);
      await start();
    },
    end: async () => {
      const all = "docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes";
      await asked(["sh", "-c", all]).catch(() => "");
      await stop("SIGTERM");
      network.stdin.end();
      // A namespace that it made, and layers of containers that it had no time to take away.
      await asked([
        "sh",
        "-c",
        `cut -d' ' -f2 /proc/mounts | grep -E '^(${data}|${run})/' | sort -r | xargs -r umount`,
      ]);
      for (const directory of [data, run]) rmSync(directory, { recursive: true, force: true });
    },
  };
}
