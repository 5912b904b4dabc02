/** Which Debian packages are fetched together: each recipe's by themselves, as they are installed. */

import type { Recipe } from "../../services/image-recipe.ts";
import { imageRecipes, toolRecipes } from "./recipes.ts";

/** Packages that are asked of apt in one call. */
export interface PackageSet {
  /** With what they depend on, to be installed; or these alone, to have files taken out of them. */
  readonly how: "install" | "unpack";
  /** Their names, in the order in which the recipe's tree asks for them. */
  readonly packages: readonly string[];
}

/** Every recipe that there is. */
export const allRecipes: readonly Recipe[] = [...Object.values<Recipe>(imageRecipes), ...Object.values(toolRecipes)];

/**
 * What recipes ask of apt, each call once. What apt chooses for all packages together is not what it chooses for one
 * recipe's: alternatives and providers are met by whatever is there already.
 */
export function packageSets(recipes: readonly Recipe[] = allRecipes): PackageSet[] {
  const sets = recipes.flatMap(({ packages, unpacked = [] }): PackageSet[] => [
    { how: "install", packages },
    { how: "unpack", packages: unpacked },
  ]);
  const asked = new Map(sets.filter(({ packages }) => packages.length > 0).map((set) => [lineOf(set), set]));
  return [...asked.values()];
}

/**
 * The lines that `debian-base.sh` reads: what is needed now first, which has to be had; then all else, so that another
 * image can be made from the same lists later. What of that can't be had holds nobody up.
 *
 * @param needed recipes of what is made now
 */
export function packageLines(needed: readonly Recipe[]): string {
  const first = packageSets(needed).map(lineOf);
  const others = packageSets().map(lineOf);
  const lines = [
    ...first.map((line) => `needed ${line}`),
    ...others.filter((line) => !first.includes(line)).map((line) => `other ${line}`),
  ];
  return `${lines.join("\n")}\n`;
}

const lineOf = ({ how, packages }: PackageSet) => [how, ...packages].join(" ");
