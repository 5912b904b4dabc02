/** What follows from the list of the kinds of stores. */

import type { GoModule } from "../../services/image-recipe.ts";
import type { StoreImage, StoreKind } from "./kind.ts";
import * as kinds from "./kinds.ts";

type Kinds = (typeof kinds)[keyof typeof kinds];

/** All of some objects together. */
type Together<Objects> = (Objects extends unknown ? (given: Objects) => void : never) extends (given: infer All) => void
  ? All
  : never;

/** Name of a kind of store. */
export type StoreKindName = Kinds["name"];

/** The kinds of stores, by name. */
export const STORES: readonly StoreKind[] = Object.values(kinds);

/** Every metric of a store that a rule or a panel uses. */
export const STORE_METRICS = together(STORES.map(({ metrics }) => metrics)) as Together<Kinds["metrics"]>;

/** Beyond what each alert on a store fires. */
export const STORE_THRESHOLDS = together(STORES.map(({ thresholds }) => thresholds)) as Together<Kinds["thresholds"]>;

const images = together(STORES.map((kind) => kind.images)) as Together<Kinds["images"]>;

/** Name of an image of a store or of its exporter. */
export type StoreImageName = keyof typeof images;

/** Name of an image of an exporter that is built from its module. */
export type StoreProgramName = {
  [Name in StoreImageName]: (typeof images)[Name]["recipe"] extends { readonly module: GoModule } ? Name : never;
}[StoreImageName];

/** The images of the stores and of their exporters. */
export const STORE_IMAGES: Readonly<Record<StoreImageName, StoreImage>> = images;

/** The names of the images of the stores and of their exporters. */
export const STORE_IMAGE_NAMES = Object.keys(images) as readonly StoreImageName[];

function together(parts: readonly object[]): object {
  return Object.assign({}, ...parts);
}
