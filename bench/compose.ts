/** The same containers by Docker Compose, in a project of their own. */

import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { renderCompose } from "../cli/compose/compose-file.ts";
import type { ProgramResource } from "../cli/compose/resources.ts";
import { composeBinary } from "./compose-binary.ts";
import type { BenchContext } from "./context.ts";
import { type ContainerIds, containerIds, runOrThrow } from "./stack.ts";

const PROJECT = "vigie-bench";

/** A compose project, ready to be brought up. */
export interface Compose {
  /**
   * `docker compose up --wait`: healthy where there is a healthcheck, running elsewhere. From nothing, it fills volumes
   * first, as the stack's steps do.
   */
  up(): Promise<string>;
  /** Takes it down with its data. */
  down(): Promise<string>;
  /** Gives containers another image from the next `up` on, by their names. */
  use(images: Readonly<Record<string, string>>): void;
  /** Ids of its containers, by name. */
  ids(): Promise<ContainerIds>;
  /** Takes it down and removes its files, which hold secrets. */
  close(): Promise<void>;
}

/**
 * Writes a deployed stack's compose file, has Compose check it, and gives the project.
 *
 * @throws Error with Compose's words when it refuses the file.
 */
export async function openCompose(context: BenchContext, resources: readonly ProgramResource[]): Promise<Compose> {
  const binary = await composeBinary(context.cache, context.reporter);
  const directory = context.privateDirectory;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, "compose.yaml");
  const secrets = join(directory, "secrets");
  const hot = join(directory, "config");
  const places = {
    secrets,
    stack: PROJECT,
    volume: (name: string) => `${PROJECT}_${name}`,
    // Hot configuration goes with its stack: Compose has a copy.
    directory: (path: string) => {
      const inside = relative(context.hotDirectory, path);
      return inside.startsWith("..") || inside === "" ? path : join(hot, inside);
    },
  };
  const { secrets: secretFiles, fills } = renderCompose(resources, places);
  const run = (words: readonly string[]) =>
    runOrThrow(context, [binary, "--project-name", PROJECT, "--file", file, ...words], directory);
  let isFilled = false;
  const fill = async () => {
    if (isFilled) return;
    for (const script of fills) await runOrThrow(context, ["sh", "-c", script], directory);
    isFilled = true;
  };
  const project: Compose = {
    up: async () => {
      await fill();
      return run(["up", "--detach", "--wait", "--wait-timeout", "300", "--quiet-pull"]);
    },
    down: () => {
      isFilled = false;
      return run(["down", "--volumes", "--remove-orphans"]);
    },
    use: (images) => writeFileSync(file, renderCompose(resources, { ...places, images }).text),
    ids: () => containerIds(context, `com.docker.compose.project=${PROJECT}`),
    close: async () => {
      await project.down();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  try {
    for (const { path, content } of secretFiles) {
      const target = join(secrets, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
      // Whatever the umask says: users of containers read them.
      chmodSync(dirname(target), 0o755);
      chmodSync(target, 0o444);
    }
    await runOrThrow(context, ["cp", "-a", context.hotDirectory, hot], directory);
    project.use({});
    await run(["config", "--quiet"]);
    // What an interrupted run may have left.
    await project.down();
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return project;
}
