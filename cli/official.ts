/** Official downloads: Pulumi's CLI and plugins, and images. Each says within seconds when it can't be had here. */

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DockerCommand, docker } from "./docker-command.ts";
import { installPulumi, pluginArchive, pulumiSources, type ReleaseSources, releaseDirectory } from "./download.ts";
import { downloadPins } from "./download-pins.ts";
import { type Environment, root } from "./places.ts";

/** How long a download may be silent before it counts as impossible, in seconds. */
const firstSignSeconds = 8;

/** How an attempt ended. */
export interface Attempt {
  /** Whether the thing is here now. */
  readonly ok: boolean;
  /** What the program said last. */
  readonly words: string;
}

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

/** Pulls an image through the Docker engine, which may reach what this process does not. */
export function pullImage(reference: string, command: DockerCommand, onAlive: () => void): Promise<Attempt> {
  return attempt(command.words(["pull", reference]), command.env, {
    alive: (output) => /Pulling from|Digest:|Status:/.test(output),
    onAlive,
  });
}

/** Whether the Docker engine has an image. */
export async function hasImage(reference: string, command: DockerCommand): Promise<boolean> {
  return (await docker(command, ["image", "inspect", "--format", "{{.Id}}", reference])).code === 0;
}

/** How a download is watched. */
export interface Watch {
  /** Whether what was said so far is a sign that the download goes on. */
  readonly alive: (output: string) => boolean;
  /** Called once, at the first sign of life. */
  readonly onAlive: () => void;
  /** How long it may go without one. @default 8 */
  readonly seconds?: number;
}

/** Runs a download; without a sign of life in time it is ended, and all that it started with it. */
export function attempt(command: readonly string[], env: Environment, watch: Watch): Promise<Attempt> {
  const seconds = watch.seconds ?? firstSignSeconds;
  return new Promise((done) => {
    const child = spawn(command[0] ?? "", command.slice(1), {
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    const end = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    };
    let late = false;
    let living = false;
    const timer = setTimeout(() => {
      late = true;
      end();
    }, seconds * 1000);
    const hear = (data: Buffer) => {
      output += data.toString("utf8");
      if (living || !watch.alive(output)) return;
      living = true;
      clearTimeout(timer);
      watch.onAlive();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    // A process group of its own does not get the terminal's Ctrl-C.
    const stop = () => {
      end();
      process.exit(130);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    const finish = (ok: boolean, words: string) => {
      clearTimeout(timer);
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      done({ ok, words });
    };
    child.on("error", (error) => finish(false, error.message));
    child.on("close", (code) => {
      const words = output.trim().split("\n").at(-1) ?? "";
      finish(code === 0, late ? `no answer within ${seconds} s` : words);
    });
  });
}
