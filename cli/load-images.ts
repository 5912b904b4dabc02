/** Brings images that were made on this machine to the host that a stack runs on. */

import { readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { ImageName } from "../config/images.ts";
import { formatBytes } from "../offline/disk.ts";
import type { Reporter } from "../offline/report.ts";
import { localEngine } from "./containers/docker/engine.ts";
import type { ContainerEngine } from "./containers/engine.ts";
import { EngineError } from "./containers/errors.ts";
import type { Opened } from "./containers/opened.ts";

/** How images get from one engine to another. */
export interface LoadOptions {
  /** The engine that has them. @default - this machine's */
  readonly from?: ContainerEngine;
  /** The engine that is to have them. */
  readonly to: ContainerEngine;
  /** Where the progress goes. */
  readonly reporter: Reporter;
}

/** References of those images that `offline/` has made, from the file that `VIGIE_IMAGES` names. */
export function madeImages(names: readonly ImageName[], env: Readonly<Record<string, string | undefined>>): string[] {
  if (env.VIGIE_IMAGES === undefined) return [];
  const made = JSON.parse(readFileSync(env.VIGIE_IMAGES, "utf8")) as Partial<Record<ImageName, string>>;
  return names.flatMap((name) => made[name] ?? []);
}

/**
 * Loads those images that the host lacks: no registry has them, so it can't pull them. A line of progress each; what
 * has arrived stays, so a connection that is cut costs one image.
 *
 * @throws Error with Docker's words when one does not arrive.
 */
export async function loadImages(references: readonly string[], options: LoadOptions): Promise<void> {
  const { to, reporter, from = localEngine(process.env) } = options;
  const listed = await to.images.list().catch((error: unknown) => {
    if (!(error instanceof EngineError)) throw error;
    const absent = /not found/.test(error.words) ? " `vigie:setupHost: true` brings Docker to it." : "";
    throw new Error(`Docker on ${to.host} does not list its images: ${error.words}.${absent}`);
  });
  const present = new Set(listed);
  for (const reference of references.filter((wanted) => !present.has(wanted))) {
    const size = await from.images.bytes([reference]);
    const name = `image ${reference} to ${to.host} (${formatBytes(size)})`;
    const began = Date.now();
    reporter.start(name);
    try {
      await copyImage(reference, from, to);
    } catch (error) {
      const problem = new Error(`${reference} did not get to ${to.host}: ${(error as Error).message}`);
      reporter.fail(name, problem);
      throw problem;
    }
    reporter.done(name, (Date.now() - began) / 1000, false);
  }
}

async function copyImage(reference: string, from: ContainerEngine, to: ContainerEngine): Promise<void> {
  const save = from.images.save(reference);
  const load = to.images.load();
  if (save.output === undefined || load.input === undefined) throw new Error("images can't be streamed");
  const [loaded, saved] = await Promise.allSettled([
    wellEnded(load, "load"),
    wellEnded(save, "save"),
    pipeline(save.output, load.input),
  ]);
  // The one that broke first says why. The pipe also breaks where the reader was content before the end.
  for (const result of [loaded, saved]) if (result.status === "rejected") throw result.reason;
}

async function wellEnded({ ended }: Opened, what: string): Promise<void> {
  const { code, words } = await ended;
  if (code !== 0) throw new Error(words.trim().split("\n").at(-1) || `docker ${what} ended with ${code}`);
}
