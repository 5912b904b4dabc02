import * as pulumi from "@pulumi/pulumi";
import { quote } from "../../config/landing.ts";
import type { Problem } from "../../services/problems.ts";
import type { EngineHost } from "./engine-host.ts";
import { PROCESSES_LABEL, STACK_LABEL } from "./labels.ts";

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
 * The script that limits the containers of a stack whose limit is not the one of their label: since a run was cut off
 * before it was set, or somebody has changed it. One look at all of them; where no engine answers, nothing.
 */
export function restoreLimitsScript(stack: string): string {
  const template = `{{.Name}} {{index .Config.Labels "${PROCESSES_LABEL}"}} {{.HostConfig.PidsLimit}}`;
  return [
    `ids=$(docker ps --quiet --filter ${quote(`label=${STACK_LABEL}=${stack}`)} --filter label=${PROCESSES_LABEL} 2>/dev/null) || exit 0`,
    '[ -n "$ids" ] || exit 0',
    "failed=0",
    "while read -r name label limit; do",
    '  [ "$label" = "$limit" ] || docker update --pids-limit "$label" "$name" >/dev/null || failed=1',
    "done <<VIGIE",
    `$(docker inspect --format ${quote(template)} $ids 2>/dev/null | sed 's#^/##; s/<no value>/none/')`,
    "VIGIE",
    "exit $failed",
    "",
  ].join("\n");
}

/**
 * Sees to the limits of what runs already, beside all else that a deployment does: a hook runs for what is made or changed
 * only. A preview changes nothing, and what has no engine, as under mocks, has no containers.
 */
export function restoreLimits(host: Pick<EngineHost, "runNow" | "name">, stack: string): void {
  if (pulumi.runtime.isDryRun() || !pulumi.runtime.hasEngine()) return;
  host.runNow(restoreLimitsScript(stack)).catch((error: Error) => {
    pulumi.log.warn(
      `the limits of processes on host ${JSON.stringify(host.name)} can't be looked at: ${error.message}`,
    );
  });
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
  host: Pick<EngineHost, "runNow">,
  container: string,
  processes: number,
): pulumi.CustomResourceOptions {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined || !("registerResourceHook" in monitor)) return {};
  const limit = async (): Promise<void> => {
    try {
      await host.runNow(processLimitScript(container, processes));
    } catch (error) {
      throw new Error(
        `${container} runs without a limit of processes: ${error instanceof Error ? error.message : String(error)}\n` +
          `On its host: docker update --pids-limit ${processes} ${container}`,
      );
    }
  };
  return { hooks: { afterCreate: [limit], afterUpdate: [limit] } };
}
