/** A Docker daemon of a benchmark's own, so that one can be restarted and killed: it ends nothing else of the machine. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchContext } from "./context.ts";
import { until } from "./latency.ts";

/** A daemon, and the way to it. */
export interface OwnDocker {
  /** The context, with this daemon as its Docker. */
  readonly context: BenchContext;
  /** Its directory of containers. */
  readonly containers: string;
  /** Ends it by a signal, waits a while, and starts it again. */
  restart(signal: "SIGTERM" | "SIGKILL", awaySeconds: number): Promise<void>;
  /** Ends it, and takes all that it has away. */
  end(): Promise<void>;
}

/**
 * Starts a daemon beside the machine's, with images that this one has. It makes no network: its containers have the
 * machine's, or none.
 *
 * @param root a directory on a file system that takes overlays, such as one beside the machine's own
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
  const words = [
    ...["--data-root", data, "--exec-root", join(run, "exec"), "--pidfile", join(run, "pid"), "--host", socket],
    ...["--bridge", "none", "--iptables=false", "--ip-forward=false", "--ip-masq=false", "--log-level", "error"],
  ];
  let daemon: ChildProcess;
  const asked = async (command: readonly string[], env: BenchContext["env"] = own.env) => {
    const { code, stderr } = await context.capture(command, { cwd: context.root, env });
    if (code !== 0) throw new Error(`\`${command.join(" ")}\` ended with ${code}: ${stderr}`);
    return true;
  };
  const start = async () => {
    daemon = spawn("dockerd", words, { stdio: "ignore" });
    await until("the daemon of the benchmark", 60, () => asked(["docker", "info"]), 200);
  };
  const stop = async (signal: "SIGTERM" | "SIGKILL") => {
    const gone = new Promise((resolve) => daemon.once("exit", resolve));
    daemon.kill(signal);
    await gone;
  };
  await start();
  const [from = "", ...save] = ["docker", "save", ...images];
  const copy = `${[from, ...save].join(" ")} | docker --host ${socket} load`;
  await asked(["sh", "-c", copy], { ...context.env });
  return {
    context: own,
    containers: join(data, "containers"),
    restart: async (signal, awaySeconds) => {
      await stop(signal);
      await pause(awaySeconds * 1000);
      await start();
    },
    end: async () => {
      await asked(["sh", "-c", "docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes"]).catch(
        () => false,
      );
      await stop("SIGTERM");
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
