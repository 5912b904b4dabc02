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
  await writeLauncher(path.join(binDir, "pulumi-language-nodejs"), {
    node,
    script: path.join(import.meta.dirname, "main.ts"),
    compileCache: path.join(path.dirname(binDir), "node-compile-cache"),
  });
}

/** What a launcher runs. */
export interface Launched {
  /** The Node to run it with. */
  readonly node: string;
  /** The TypeScript file. */
  readonly script: string;
  /** Where Node keeps compiled code; the program that the language host starts gains most from it. */
  readonly compileCache: string;
}

/**
 * Writes an executable file that runs a TypeScript file with a given Node from any directory.
 *
 * @param file the launcher to write
 * @param launched what it runs
 */
export async function writeLauncher(file: string, launched: Launched): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const lines = [
    "#!/bin/sh",
    `: "\${NODE_COMPILE_CACHE:=${quoteInside(launched.compileCache)}}"`,
    "export NODE_COMPILE_CACHE",
    `exec ${quote(launched.node)} --disable-warning=ExperimentalWarning ${quote(launched.script)} "$@"`,
  ];
  // A launcher that is being started while it is written would be half a file.
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, `${lines.join("\n")}\n`);
  await chmod(partial, 0o755);
  await rename(partial, file);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

// Inside double quotes.
function quoteInside(word: string): string {
  return word.replace(/["$`\\}]/g, "\\$&");
}
