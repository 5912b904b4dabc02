/** Puts the language host where the Pulumi CLI looks for it. */
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/** Names the clone whose programs a launcher runs. */
export const CLONE_VARIABLE = "VIGIE_CLONE";

const CLONE = path.resolve(import.meta.dirname, "../..");

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
  /** The TypeScript file, in the clone. */
  readonly script: string;
  /**
   * The clone that it is taken from where the environment has no `VIGIE_CLONE`.
   *
   * @default - this one
   */
  readonly clone?: string;
  /** Where Node keeps compiled code; the program that the language host starts gains most from it. */
  readonly compileCache: string;
}

/**
 * Writes an executable file that runs a TypeScript file with a given Node from any directory. All clones of a machine
 * share it, so each run takes the file from the clone that `VIGIE_CLONE` names: whichever of them wrote it last, or is
 * gone by now, does not matter.
 *
 * @param file the launcher to write
 * @param launched what it runs
 */
export async function writeLauncher(file: string, launched: Launched): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const { clone = CLONE } = launched;
  const lines = [
    "#!/bin/sh",
    `: "\${NODE_COMPILE_CACHE:=${quoteInside(launched.compileCache)}}"`,
    "export NODE_COMPILE_CACHE",
    `clone="\${${CLONE_VARIABLE}:-${quoteInside(clone)}}"`,
    `script="$clone"/${quote(path.relative(clone, launched.script))}`,
    'if [ ! -r "$script" ]; then',
    `  echo "The clone $clone, which Pulumi's programs were taken from, is gone: run this by npm run, or after eval \\"\\$(npm run -s env)\\", in the one that you work in." >&2`,
    "  exit 1",
    "fi",
    `exec ${quote(launched.node)} --disable-warning=ExperimentalWarning "$script" "$@"`,
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
