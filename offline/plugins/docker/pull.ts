/** Images that are here already, or are pulled. */
import type Docker from "dockerode";
import { daemonMessage, followProgress, isNotFound } from "./client.ts";

/**
 * Gives an image, pulling it only if the daemon lacks it.
 *
 * @throws with the daemon's words if it can't be had
 */
export async function ensureImage(docker: Docker, name: string, signal: AbortSignal): Promise<Docker.ImageInspectInfo> {
  const found = await inspectImage(docker, name);
  if (found !== undefined) return found;
  try {
    await pull(docker, name, signal);
  } catch (error) {
    throw new Error(`unable to pull image ${name}: error pulling image ${name}: ${daemonMessage(error)}`);
  }
  const pulled = await inspectImage(docker, name);
  if (pulled === undefined) throw new Error(`unable to find or pull image ${name}`);
  return pulled;
}

/** What the daemon knows of an image; undefined if it lacks it. */
export async function inspectImage(docker: Docker, name: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(name).inspect();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(daemonMessage(error));
  }
}

async function pull(docker: Docker, name: string, signal: AbortSignal): Promise<void> {
  const reference = /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
  await followProgress(docker, await docker.pull(reference, { abortSignal: signal }));
}
