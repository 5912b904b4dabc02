/** Debian's packages in an image that was made on this machine. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageRecipes, type MadeImageName } from "../offline/images/recipes.ts";
import { given } from "../services/given.ts";
import type { ContainerEngine } from "./containers/engine.ts";

/** A package of Debian. */
export interface DebianPackage {
  /** Its name. */
  readonly name: string;
  /** Its version; undefined where only single files of it are in the image, without dpkg's records. */
  readonly version?: string;
  /** What it is built for: `amd64`, `all`. */
  readonly architecture?: string;
}

/** The packages that dpkg's status file has as installed. */
export function parseStatus(text: string): DebianPackage[] {
  return text.split(/\n\n+/).flatMap((paragraph) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(paragraph)?.[1];
    const [name, version, architecture] = [field("Package"), field("Version"), field("Architecture")];
    if (name === undefined || version === undefined || field("Status") !== "install ok installed") return [];
    return [{ name, version, ...given({ architecture }) }];
  });
}

/**
 * What an image has of Debian: all packages with their versions where dpkg's records are in it, else those that its
 * recipe takes files out of.
 *
 * @returns undefined where the engine has no such image
 */
export async function packagesInImage(
  name: string,
  reference: string,
  engine: ContainerEngine,
): Promise<readonly DebianPackage[] | undefined> {
  const directory = mkdtempSync(join(tmpdir(), "vigie-sbom-"));
  try {
    const file = join(directory, "status");
    if (!(await engine.images.copyOut(reference, "/var/lib/dpkg/status", file))) return undefined;
    if (existsSync(file)) return parseStatus(readFileSync(file, "utf8"));
    return (imageRecipes[name as MadeImageName]?.packages ?? []).map((one) => ({ name: one }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
