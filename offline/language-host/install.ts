/** Puts the language host where the Pulumi CLI looks for it. */
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Writes the launcher `pulumi-language-nodejs` beside the CLI.
 *
 * @param binDir the directory of the CLI's binary
 * @param node the Node that runs the host and the programs; 22.18 or later
 */
export async function installLanguageHost(binDir: string, node: string): Promise<void> {
  await writeLauncher(path.join(binDir, "pulumi-language-nodejs"), node, path.join(import.meta.dirname, "main.ts"));
}

/**
 * Writes an executable file that runs a TypeScript file with a given Node from any directory.
 *
 * @param file the launcher to write
 * @param node the Node to run it with
 * @param script the TypeScript file
 */
export async function writeLauncher(file: string, node: string, script: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const text = `#!/bin/sh\nexec ${quote(node)} --disable-warning=ExperimentalWarning ${quote(script)} "$@"\n`;
  // A launcher that is being started while it is written would be half a file.
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, text);
  await chmod(partial, 0o755);
  await rename(partial, file);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
