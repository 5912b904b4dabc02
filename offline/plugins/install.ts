/** Puts the plugin stand-ins where the Pulumi CLI looks for plugins. */
import { readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { writeLauncher } from "../language-host/install.ts";

/** The plugins that have a stand-in. */
export const STAND_INS = ["docker", "command", "random"] as const;

/**
 * Writes a launcher for each stand-in, under the version of its npm package.
 *
 * @param pulumiHome a Pulumi home of our own: real plugins must never be mixed with stand-ins
 * @param node the Node that runs them; 22.18 or later
 */
export async function installPlugins(pulumiHome: string, node: string): Promise<void> {
  const require = createRequire(import.meta.url);
  for (const name of STAND_INS) {
    const manifest = JSON.parse(await readFile(require.resolve(`@pulumi/${name}/package.json`), "utf8")) as {
      version: string;
    };
    const directory = path.join(pulumiHome, "plugins", `resource-${name}-v${manifest.version}`);
    await writeLauncher(path.join(directory, `pulumi-resource-${name}`), {
      node,
      script: path.join(import.meta.dirname, name, "main.ts"),
      compileCache: path.join(pulumiHome, "node-compile-cache"),
    });
    // This file would mean that a download was cut short.
    await rm(`${directory}.partial`, { force: true });
  }
}
