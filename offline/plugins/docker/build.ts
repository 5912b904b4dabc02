/** Builds an image on the daemon, from a directory of this machine. */
import { access } from "node:fs/promises";
import path from "node:path";
import type Docker from "dockerode";
import type { Operation } from "../framework/provider.ts";
import type { Value } from "../framework/values.ts";
import { daemonMessage, followProgress } from "./client.ts";

const SHOWN_LINES = 40;

/**
 * Builds an image and tags it.
 *
 * @param docker where to build
 * @param name the image's name and tag
 * @param build the resource's `build`
 * @param operation aborts the build when the engine goes away
 * @throws with the last lines of the build's output
 */
export async function buildImage(
  docker: Docker,
  name: string,
  build: { [key: string]: Value },
  operation: Operation,
): Promise<void> {
  const context = path.resolve(String(build.context));
  const dockerfile = String(build.dockerfile ?? "Dockerfile");
  await access(path.resolve(context, dockerfile)).catch(() => {
    throw new Error(`unable to build image ${name}: there is no ${dockerfile} in the build context ${context}`);
  });
  const lines: string[] = [];
  try {
    const { contextTar } = await import("./context.ts");
    const stream = await docker.buildImage(await contextTar(context, dockerfile), {
      ...buildOptions(name, build, dockerfile),
      abortSignal: operation.signal,
    });
    await followProgress(docker, stream, (line) => {
      lines.push(line);
      operation.log("debug", line);
    });
  } catch (error) {
    const message = operation.signal.aborted ? "cancelled" : daemonMessage(error);
    throw new Error(`unable to build image ${name}: ${message}\n\n${lines.slice(-SHOWN_LINES).join("\n")}`);
  }
}

/** The options of a build for Docker's API. */
export function buildOptions(
  name: string,
  build: { [key: string]: Value },
  dockerfile: string,
): Docker.ImageBuildOptions {
  const options: Record<string, unknown> = {
    t: [name, ...((build.tags as string[] | undefined) ?? [])],
    dockerfile,
    buildargs: build.buildArgs,
    labels: { ...(build.label as object | undefined), ...(build.labels as object | undefined) },
    networkmode: build.networkMode,
    target: build.target,
    nocache: build.noCache,
    pull: build.pullParent === true ? "true" : undefined,
    rm: build.remove,
    forcerm: build.forceRemove,
    extrahosts: (build.extraHosts as string[] | undefined)?.join(","),
    shmsize: build.shmSize,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null));
}
