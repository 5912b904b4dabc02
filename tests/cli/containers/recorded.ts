/** A Docker engine that keeps what it was asked, and answers what a test says. */

import { dockerEngine } from "../../../cli/containers/docker/engine.ts";
import type { ContainerEngine } from "../../../cli/containers/engine.ts";

/**
 * An engine in the place of Docker's.
 *
 * @param answer what it prints to the words of a command; what it throws are Docker's words when it refuses
 * @param host the host, where it is not this machine
 */
export function recordedEngine(answer: (words: readonly string[]) => string, host?: string): ContainerEngine {
  const run = async (words: readonly string[]) => {
    try {
      return { code: 0, stdout: answer(words), stderr: "" };
    } catch (error) {
      return { code: 1, stdout: "", stderr: (error as Error).message };
    }
  };
  return dockerEngine({
    words: (args) => ["false", ...args],
    env: {},
    ...(host === undefined ? {} : { host }),
    run,
  });
}

/** What Docker describes of a container, as far as a test says. */
export interface Description {
  readonly user?: string;
  /** The network that it was made in. */
  readonly network?: string;
  /** Aliases by network. */
  readonly networks?: Readonly<Record<string, readonly string[] | null>>;
  readonly mounts?: readonly object[];
}

/** A container as `docker inspect` prints it. */
export function described(
  id: string,
  { user = "", network = "bridge", networks = {}, mounts = [] }: Description,
): string {
  const joined = Object.entries(networks).map(([name, aliases]) => [name, { Aliases: aliases }]);
  return JSON.stringify([
    {
      Id: id,
      Image: "sha256:abc",
      Config: { User: user },
      HostConfig: { NetworkMode: network },
      Mounts: mounts,
      NetworkSettings: { Networks: Object.fromEntries(joined) },
    },
  ]);
}
