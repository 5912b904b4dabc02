/** The Docker context: the `docker` command follows it, Pulumi's plugin does not. */

import type { Environment } from "../../places.ts";
import { capture } from "../../run.ts";

/** Address of the engine of the current Docker context, where it is not the default one. */
export async function contextHost(env: Environment): Promise<string | undefined> {
  if (env.DOCKER_HOST) return undefined;
  const result = await capture(["docker", "context", "inspect", "--format", "{{.Name}}\t{{.Endpoints.docker.Host}}"], {
    env,
    timeoutSeconds: 5,
  });
  const [name, host] = result.stdout.trim().split("\t");
  return result.code === 0 && name !== "default" && host ? host : undefined;
}
