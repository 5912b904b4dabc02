/**
 * The image catalogue: every image that Vigie runs, pinned once, with the contract that our container arguments rely on.
 *
 * A contract is what the official Dockerfile (its `source`) promises. Images that `offline/` builds keep the same
 * contract, so that one set of container arguments serves both.
 */

import { STORE_IMAGE_NAMES, STORE_IMAGES, type StoreImageName } from "../signals/stores/index.ts";
import type { HostPart, ImageChoices, ImageEntry } from "./image-entry.ts";
import { monitoringImages } from "./monitoring-images.ts";
import { serviceImages } from "./service-images.ts";

// How they are made is for `offline/` to read.
const storeImages = Object.fromEntries(
  Object.entries(STORE_IMAGES).map(([name, { recipe: _, ...entry }]): [string, ImageEntry] => [name, entry]),
) as Readonly<Record<StoreImageName, ImageEntry>>;

/** Every image that Vigie runs, by the name that configuration and code use for it. */
export const images = { ...monitoringImages, ...serviceImages, ...storeImages } as const;

/** The name of an image of the catalogue. */
export type ImageName = keyof typeof images;

/**
 * The smallest image of the catalogue that has a shell, tar and wget, and is on every host: secrets are written, volumes
 * kept and pages asked with it. What it is made for is another matter.
 */
export const TOOLBOX: ImageName = "postgresExporter";

/** Every name of the catalogue, in its order. */
export const imageNames: readonly ImageName[] = Object.keys(images) as ImageName[];

/** Whether `offline/` can make an image. */
export function isMade(name: ImageName): boolean {
  const { made }: ImageEntry = images[name];
  return made !== false;
}

/** What is on the other host alone, by what a host has. */
const ELSEWHERE: Readonly<Record<HostPart, readonly ImageName[]>> = {
  all: [],
  services: ["alertmanager", "mailpit", "loki", "victorialogs", "jaeger", "tempo", "grafana"],
  monitoring: [
    "traefik",
    ...STORE_IMAGE_NAMES.filter((name) => name !== TOOLBOX),
    "wordpress",
    "phpmyadmin",
    "nginxExporter",
  ],
};

/**
 * The images that the components run: those that a deployment with these settings needs.
 *
 * @param part what the host in question has of it
 */
export function deployedImages(choices: ImageChoices, part: HostPart = "all"): readonly ImageName[] {
  return imageNames.filter((name) => {
    const { deployed = true }: ImageEntry = images[name];
    if (ELSEWHERE[part].includes(name)) return false;
    if (typeof deployed === "boolean") return deployed;
    if ("system" in deployed) return choices.systems?.includes(deployed.system) ?? true;
    if ("logStore" in deployed) return deployed.logStore === choices.logStore;
    if ("grafana" in deployed) return choices.grafana;
    if ("traceStore" in deployed) return deployed.traceStore === choices.traceStore;
    return deployed.logAgent === choices.logAgent;
  });
}
