/** What of this project's own may go from a machine: pure rules over what is there. */

import type { PresentImage } from "./containers/found.ts";

/** Something that may go. */
export interface Leftover {
  /** What it is, for a person. */
  readonly what: string;
  /** Paths that are removed. @default - none */
  readonly paths?: readonly string[];
  /** References of images that the engine removes. @default - none */
  readonly images?: readonly string[];
  /** Words of a command that removes it. @default - none */
  readonly command?: readonly string[];
}

/** Names in a directory of the cache, and those that are in use. */
export interface Versions {
  /** What they are: `Node`. */
  readonly what: string;
  /** The directory. */
  readonly directory: string;
  /** The names in it. */
  readonly present: readonly string[];
  /** The names that stay. */
  readonly used: readonly string[];
}

/** Names that are not in use, but for files beside them that belong to one in use: `parts/debian.stamp`. */
export function oldVersions({ what, directory, present, used }: Versions): Leftover[] {
  const old = present.filter((name) => !used.some((kept) => name === kept || name.startsWith(`${kept}.`)));
  return old.length === 0
    ? []
    : [
        {
          what: `${what}: ${old.filter((name) => !/\.(stamp|lock|lastused)$/.test(name)).join(", ")}`,
          paths: old.map((name) => `${directory}/${name}`),
        },
      ];
}

/** Images that `offline/` made and that neither a container nor the next `up` of a stack here is made of. */
export function oldImages(present: readonly PresentImage[], named: readonly string[]): Leftover[] {
  const images = present
    .filter(({ reference, inUse }) => reference.startsWith("vigie-offline/") && !inUse && !named.includes(reference))
    .map(({ reference }) => reference);
  return images.length === 0 ? [] : [{ what: `Images that nothing uses: ${images.join(", ")}`, images }];
}

/** What may go as text, the largest first, and their sum. */
export function formatLeftovers(
  sized: readonly { readonly what: string; readonly bytes: number }[],
  format: (bytes: number) => string,
): string {
  const lines = [...sized]
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ what, bytes }) => `${format(bytes).padStart(8)}  ${what}`);
  const all = sized.reduce((sum, { bytes }) => sum + bytes, 0);
  return [...lines, `${format(all).padStart(8)}  in all`].join("\n");
}
