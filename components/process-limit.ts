import * as pulumi from "@pulumi/pulumi";
import { quote } from "../config/landing.ts";
import type { Problem } from "../services/problems.ts";
import type { Host } from "./host.ts";

/** A host where the processes of a container can't be limited; undefined where the engine says nothing of it. */
export function unlimitedProblem(property: string, given: string, pidsLimit: boolean | undefined): Problem[] {
  if (pidsLimit !== false) return [];
  return [
    {
      property,
      given: `${given}, whose engine can't limit a container's processes`,
      allowed: "an engine for which `docker info` says no `No pids limit support`",
      fix: "The kernel needs the control group `pids`: for Docker without root, systemd has to delegate it to the user.",
    },
  ];
}

/** The script that limits a container, and sees that the engine has taken it: where it can't, it only warns. */
export function processLimitScript(container: string, processes: number): string {
  const name = quote(container);
  return [
    "set -eu",
    `words=$(docker update --pids-limit ${processes} ${name} 2>&1) || { printf '%s\\n' "$words" >&2; exit 1; }`,
    `limit=$(docker inspect --format '{{.HostConfig.PidsLimit}}' ${name})`,
    `[ "$limit" = ${processes} ] || { printf '%s\\n' "the engine has kept $limit: $words" >&2; exit 1; }`,
    "",
  ].join("\n");
}

/**
 * What limits the processes of a container as soon as it is there, before anything that waits for it goes on. Docker
 * keeps the limit over restarts.
 *
 * The provider has no such property, and a resource for each container would cost time at every `up`. So it is a hook of
 * the container itself. Under Pulumi's mocks, which know no hooks, there is none.
 *
 * @param host the host that the container runs on
 * @param container its name on the host
 * @param processes processes and threads that it may have
 */
export function processLimit(
  host: Pick<Host, "run">,
  container: string,
  processes: number,
): pulumi.CustomResourceOptions {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined || !("registerResourceHook" in monitor)) return {};
  const limit = async (): Promise<void> => {
    try {
      await host.run(processLimitScript(container, processes));
    } catch (error) {
      throw new Error(
        `${container} runs without a limit of processes: ${error instanceof Error ? error.message : String(error)}\n` +
          `On its host: docker update --pids-limit ${processes} ${container}`,
      );
    }
  };
  return { hooks: { afterCreate: [limit], afterUpdate: [limit] } };
}
