/** What npm packages a program has, and which of them need a Pulumi plugin. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** An installed npm package. */
export interface Package {
  /** Its npm name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
}

/** An npm package whose resources live in a plugin. */
export interface PluginPackage extends Package {
  /** The plugin's name, as `docker`. */
  readonly plugin: string;
  /** Where the plugin is distributed; empty for Pulumi's own place. */
  readonly server: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/** The plugins that the packages near a directory need, each version once. */
export function requiredPlugins(directory: string): PluginPackage[] {
  const found = new Map<string, PluginPackage>();
  for (const manifest of installed(directory)) {
    if (manifest.pulumi?.resource !== true || manifest.name === undefined) continue;
    const version = (manifest.pulumi.version ?? manifest.version ?? "").replace(/^v/, "");
    if (version === "") continue;
    const plugin = manifest.pulumi.name ?? manifest.name.replace(/^@pulumi\//, "").replace(/^@/, "");
    found.set(`${plugin}@${version}`, {
      name: manifest.name,
      version,
      plugin,
      server: manifest.pulumi.server ?? "",
    });
  }
  return [...found.values()];
}

/**
 * The packages that a program depends on.
 *
 * @param transitive also those that its dependencies brought along
 */
export function dependencies(directory: string, transitive: boolean): Package[] {
  const manifest = readManifest(path.join(directory, "package.json"));
  const direct = new Set([
    ...Object.keys(manifest?.dependencies ?? {}),
    ...Object.keys(manifest?.devDependencies ?? {}),
  ]);
  const found = new Map<string, Package>();
  for (const { name, version } of installed(directory)) {
    if (name === undefined || version === undefined || (!transitive && !direct.has(name))) continue;
    found.set(`${name}@${version}`, { name, version });
  }
  return [...found.values()].sort((left, right) => left.name.localeCompare(right.name));
}

// As Node looks for packages: in this directory's node_modules, then in its parents'.
function* installed(directory: string): Generator<Manifest> {
  let current = path.resolve(directory);
  for (;;) {
    yield* packagesIn(path.join(current, "node_modules"));
    const parent = path.dirname(current);
    if (parent === current) return;
    current = parent;
  }
}

function* packagesIn(modules: string): Generator<Manifest> {
  for (const name of subdirectories(modules)) {
    const names = name.startsWith("@")
      ? subdirectories(path.join(modules, name)).map((inner) => path.join(name, inner))
      : [name];
    for (const found of names) {
      const manifest = readManifest(path.join(modules, found, "package.json"));
      if (manifest !== undefined) yield manifest;
      yield* packagesIn(path.join(modules, found, "node_modules"));
    }
  }
}

function subdirectories(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith("."))
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function readManifest(file: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}
