/** Official downloads: Pulumi's CLI and plugins. Each says within seconds when it can't be had here. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Attempt, attempt } from "./attempt.ts";
import { installPulumi, pluginArchive, pulumiSources, type ReleaseSources, releaseDirectory } from "./download.ts";
import { downloadPins } from "./download-pins.ts";
import { type Environment, root } from "./places.ts";

/** A Pulumi plugin at the version of its SDK. */
export interface PluginPin {
  /** The plugin's name: `docker`. */
  readonly name: string;
  /** Its version, without "v". */
  readonly version: string;
}

/** The plugins that the program's SDKs ask for, read from the installed packages. */
export function pluginPins(directory: string = root): PluginPin[] {
  return ["docker", "command", "random"].map((name) => {
    const file = join(directory, "node_modules", "@pulumi", name, "package.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as {
      readonly version: string;
      readonly pulumi?: { readonly version?: string };
    };
    return { name, version: (manifest.pulumi?.version ?? manifest.version).replace(/^v/, "") };
  });
}

/** Version of the Pulumi CLI that npm's package brings. */
export function pulumiVersion(directory: string = root): string {
  const file = join(directory, "node_modules", "pulumi", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}

/** Path of the CLI in a Pulumi home, where npm's package puts it and looks for it. */
export function cliPath(home: string, version: string = pulumiVersion()): string {
  return join(home, "versions", version, "bin", "pulumi");
}

/** Whether a plugin is in a Pulumi home. */
export function hasPlugin(home: string, { name, version }: PluginPin): boolean {
  return existsSync(join(home, "plugins", `resource-${name}-v${version}`));
}

/**
 * Downloads the CLI to where npm's package looks for it. Not by that package: it runs an installer that it fetches, from
 * /tmp, and neither looks at a sum.
 */
export async function downloadCli(
  home: string,
  onAlive: () => void,
  version = pulumiVersion(),
  sources: ReleaseSources = pulumiSources(version),
): Promise<Attempt> {
  try {
    await installPulumi(version, releaseDirectory(cliPath(home, version)), downloadPins, onAlive, sources);
    return { ok: true, words: version };
  } catch (error) {
    return { ok: false, words: error instanceof Error ? error.message : String(error) };
  }
}

/** The arguments that make the CLI install a plugin; it refuses an archive whose sum is another one. */
export function pluginArguments({ name, version }: PluginPin, pins: Readonly<Record<string, string>> = downloadPins) {
  const sum = pins[pluginArchive(name, version, process.platform, process.arch)];
  const checked = sum === undefined ? [] : ["--checksum", sum.replace("sha256:", "")];
  return ["plugin", "install", "resource", name, version, ...checked];
}

/** Downloads a plugin as the CLI does by itself, but beforehand. */
export function downloadPlugin(
  cli: string,
  plugin: PluginPin,
  env: Environment,
  onAlive: () => void,
): Promise<Attempt> {
  // A download without a terminal says nothing while it goes on.
  return attempt([cli, ...pluginArguments(plugin)], env, {
    alive: (output) =>
      output.split("\n").some((line) => line.trim() !== "" && !/installing$|^warning|^Will retry/.test(line.trim())),
    onAlive,
    seconds: 120,
  });
}
