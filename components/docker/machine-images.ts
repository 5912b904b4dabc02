import { readFileSync } from "node:fs";
import type { ImageSettings } from "../../config/image-references.ts";
import { type ImageName, imageNames } from "../../config/images.ts";
import { given } from "../../services/given.ts";
import { imagesOf } from "./machine.ts";
import type { DockerHostArgs } from "./place.ts";
import { type Environment, rememberedMachine } from "./remembered-machine.ts";

/** What this machine adds to the arguments of a host that is this machine. */
export type MachineDefaults = Pick<DockerHostArgs, "images" | "caBundle">;

/**
 * The images that were made on this machine, and the certificates that its image builds must trust: as the environment
 * says (`VIGIE_IMAGES`, `VIGIE_CA_BUNDLE`), else as `npm run up` has remembered it in the cache directory. What is
 * remembered counts only for images that the engine has.
 *
 * @param look whether the engine may be asked; without it only the environment counts
 * @returns `{}` where the images are the official ones
 */
export function machineDefaults(look: boolean, dockerHost?: string, env: Environment = process.env): MachineDefaults {
  const { VIGIE_IMAGES, VIGIE_CA_BUNDLE } = env;
  const known = look && !VIGIE_IMAGES ? rememberedMachine(env) : undefined;
  const remembered: Environment = known?.imagesMade ? known.variables : {};
  const file = VIGIE_IMAGES || remembered.VIGIE_IMAGES;
  const named = file === undefined ? {} : readReferences(file);
  const images = VIGIE_IMAGES ? named : presentOf(named, dockerHost);
  const caBundle = VIGIE_CA_BUNDLE || (images === undefined ? undefined : remembered.VIGIE_CA_BUNDLE);
  return {
    ...(images === undefined || file === undefined ? {} : { images: { overrides: images, made: true } }),
    ...given({ caBundle }),
  };
}

/** A file of image name to reference. @throws Error when it is not there or can't be read. */
export function readReferences(file: string): ImageSettings["overrides"] & object {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(`VIGIE_IMAGES: ${file} can't be read (${words}). Run \`npm run up\` in Vigie's clone once more.`);
  }
  return value as ImageSettings["overrides"] & object;
}

/** Those that the engine has; undefined where it has none of them. */
function presentOf(
  named: ImageSettings["overrides"] & object,
  dockerHost: string | undefined,
): ImageSettings["overrides"] | undefined {
  if (Object.keys(named).length === 0) return undefined;
  const here = imagesOf(dockerHost);
  const present = imageNames.filter((name: ImageName) => here.has(named[name] ?? ""));
  return present.length === 0 ? undefined : Object.fromEntries(present.map((name) => [name, named[name]]));
}
