/** Brings images that were made on this machine to the host that a stack runs on. */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { ImageName } from "../config/images.ts";
import { formatBytes } from "../offline/disk.ts";
import type { Reporter } from "../offline/report.ts";
import { type DockerCommand, docker, localDocker } from "./docker-command.ts";

/** How images get from one engine to another. */
export interface LoadOptions {
  /** The engine that has them. @default - this machine's */
  readonly from?: DockerCommand;
  /** The engine that is to have them. */
  readonly to: DockerCommand;
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
  const { to, reporter, from = localDocker(process.env) } = options;
  const listed = await docker(to, ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]);
  if (listed.code !== 0) {
    const absent = /not found/.test(listed.stderr) ? " `vigie:setupHost: true` brings Docker to it." : "";
    throw new Error(`Docker on ${to.host} does not list its images: ${listed.stderr.trim()}.${absent}`);
  }
  const present = new Set(listed.stdout.split("\n"));
  for (const reference of references.filter((wanted) => !present.has(wanted))) {
    const size = Number((await docker(from, ["image", "inspect", "--format", "{{.Size}}", reference])).stdout);
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

async function copyImage(reference: string, from: DockerCommand, to: DockerCommand): Promise<void> {
  const save = start(from, ["save", reference]);
  const load = start(to, ["load", "--quiet"]);
  const [loaded, saved] = await Promise.allSettled([
    load.ended,
    save.ended,
    pipeline(save.child.stdout, load.child.stdin),
  ]);
  // The one that broke first says why. The pipe also breaks where the reader was content before the end.
  for (const result of [loaded, saved]) if (result.status === "rejected") throw result.reason;
}

function start(command: DockerCommand, args: readonly string[]) {
  const [program = "", ...rest] = command.words(args);
  const child = spawn(program, rest, { env: command.env, stdio: ["pipe", "pipe", "pipe"] });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words += text;
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(words.trim().split("\n").at(-1) || `docker ${args[0]} ended with ${code}`));
    });
  });
  return { child, ended };
}
