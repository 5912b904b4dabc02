/** A build's context as Docker's command line sends it: the directory less what `.dockerignore` leaves out. */
import { readFileSync } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import dockerignore from "@balena/dockerignore";
import tar from "tar-stream";

// Its types promise a default export; the module is the function itself.
const ignoring = dockerignore as unknown as typeof dockerignore.default;

/**
 * The files and links of a context, relative and sorted. The Dockerfile and `.dockerignore` always belong to it: the
 * daemon needs them, whatever the patterns say.
 */
export async function contextFiles(context: string, dockerfile: string): Promise<string[]> {
  const patterns = readPatterns(context);
  const kept = patterns === undefined ? () => true : ignoring({ ignorecase: false }).add(patterns).createFilter();
  const always = new Set([path.normalize(dockerfile), ".dockerignore"]);
  const files: string[] = [];
  const walk = async (directory: string): Promise<void> => {
    for (const entry of await readdir(path.join(context, directory), { withFileTypes: true })) {
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) await walk(file);
      else if (always.has(file) || kept(file)) files.push(file);
    }
  };
  await walk("");
  return files.sort();
}

/** The context as a tar stream. */
export async function contextTar(context: string, dockerfile: string): Promise<Readable> {
  const files = await contextFiles(context, dockerfile);
  const pack = tar.pack();
  const write = async (): Promise<void> => {
    for (const name of files) {
      const full = path.join(context, name);
      const stat = await lstat(full);
      const { mode, mtime } = stat;
      if (stat.isSymbolicLink()) pack.entry({ name, mode, mtime, type: "symlink", linkname: await readlink(full) });
      else if (stat.isFile()) pack.entry({ name, mode, mtime }, await readFile(full));
    }
    pack.finalize();
  };
  write().catch((error) => pack.destroy(error));
  return pack;
}

function readPatterns(context: string): string | undefined {
  try {
    return readFileSync(path.join(context, ".dockerignore"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
