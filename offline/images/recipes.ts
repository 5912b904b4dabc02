/** How each image is made: Debian packages, a recipe that shapes the tree, and parts from elsewhere. */

import { type ImageName, images } from "../../config/images.ts";
import { type ImageRecipe, type Recipe, SMALL_PACKAGES } from "../../services/image-recipe.ts";
import { STORE_IMAGES, type StoreImageName, type StoreProgramName } from "../../signals/stores/index.ts";
import { nodeVersion, traefikWheel } from "../pins.ts";
import { goPrograms, programPart } from "../programs.ts";
import type { ToolName } from "../tools.ts";

/** The Debian suite that everything comes from. */
export const suite = "forky";

// The server is another program, and the container has no init: systemd is not drawn in.
const php = ["php8.4-fpm", "php8.4-mysql", "php8.4-gd", "php8.4-mbstring", "php8.4-xml", "php8.4-zip", "php8.4-bcmath"];
const phpFpm = [...php, "systemd-standalone-tmpfiles"];

/** The step that unpacks Traefik's binary; the image and the tool share it. */
export const traefikPart = "tool-traefik";
/** The step that unpacks Node and npm. */
export const nodePart = "node-and-npm";

/** The name of an image that may be made here: its program's licence allows it. */
export type MadeImageName = {
  [Name in ImageName]: (typeof images)[Name] extends { readonly made: false } ? never : Name;
}[ImageName];

const ownRecipes: Readonly<Record<Exclude<MadeImageName, StoreImageName>, ImageRecipe>> = {
  python: {
    script: "python",
    packages: ["python3.14", "python3.14-venv", "ca-certificates", "netbase", "tzdata"],
    root: "/",
    files: [],
    parts: {},
    version: { package: "python3.14" },
  },
  node: {
    script: "node",
    packages: ["libatomic1", "libstdc++6"],
    root: "/",
    files: [],
    parts: { node: { step: nodePart, path: "node/bin/node" }, npm: { step: nodePart, path: "npm" } },
    version: { exact: nodeVersion },
    env: { NODE_VERSION: nodeVersion },
  },
  nginx: {
    script: "nginx",
    packages: ["nginx"],
    root: "/",
    files: [],
    parts: {},
    version: { package: "nginx" },
  },
  traefik: {
    script: "traefik",
    packages: [...SMALL_PACKAGES, "tzdata"],
    root: "/out",
    files: ["small-root.sh"],
    parts: { traefik: { step: traefikPart, path: "bin/traefik" } },
    version: { exact: traefikWheel.version },
  },
  prometheus: {
    script: "prometheus",
    packages: [...SMALL_PACKAGES, "prometheus", "promtool"],
    root: "/out",
    files: ["small-root.sh"],
    parts: {},
    version: { package: "prometheus" },
    workingDirectory: "/prometheus",
    user: "nobody",
  },
  alertmanager: {
    script: "alertmanager",
    // Mute timings may name a zone as it was once called: US/Pacific.
    packages: [...SMALL_PACKAGES, "tzdata", "tzdata-legacy", "prometheus-alertmanager"],
    root: "/out",
    files: ["small-root.sh"],
    parts: {},
    version: { package: "prometheus-alertmanager" },
    workingDirectory: "/alertmanager",
    user: "nobody",
  },
  mailpit: {
    script: "mailpit",
    packages: [...SMALL_PACKAGES, "tzdata"],
    root: "/out",
    files: ["small-root.sh"],
    parts: { mailpit: { step: programPart("mailpit"), path: "bin/mailpit" } },
    version: { exact: goPrograms.mailpit.version },
  },
  collector: {
    script: "collector",
    packages: ["ca-certificates"],
    root: "/out",
    files: ["bare-root.sh"],
    parts: { collector: { step: programPart("collector"), path: "bin/collector" } },
    version: { exact: goPrograms.collector.version },
    user: "10001:10001",
  },
  victorialogs: {
    script: "victorialogs",
    packages: ["ca-certificates", "tzdata"],
    root: "/out",
    files: ["bare-root.sh"],
    parts: { victorialogs: { step: programPart("victorialogs"), path: "bin/victorialogs" } },
    version: { exact: goPrograms.victorialogs.version },
  },
  jaeger: {
    script: "jaeger",
    packages: SMALL_PACKAGES,
    root: "/out",
    files: ["small-root.sh"],
    parts: { jaeger: { step: programPart("jaeger"), path: "bin/jaeger" } },
    version: { exact: goPrograms.jaeger.version },
    user: "10001",
  },
  blackboxExporter: {
    script: "blackboxExporter",
    packages: [...SMALL_PACKAGES, "prometheus-blackbox-exporter"],
    root: "/out",
    files: ["small-root.sh"],
    parts: {},
    version: { package: "prometheus-blackbox-exporter" },
  },
  nodeExporter: {
    script: "nodeExporter",
    packages: [...SMALL_PACKAGES, "prometheus-node-exporter"],
    root: "/out",
    files: ["small-root.sh"],
    parts: {},
    version: { package: "prometheus-node-exporter" },
    user: "nobody",
  },
  nginxExporter: {
    script: "nginxExporter",
    packages: ["ca-certificates"],
    root: "/out",
    files: ["bare-root.sh"],
    parts: { "nginx-prometheus-exporter": { step: programPart("nginxExporter"), path: "bin/nginxExporter" } },
    version: { exact: goPrograms.nginxExporter.version },
    user: "1001:1001",
  },
  wordpress: {
    script: "wordpress",
    packages: [...phpFpm, "php8.4-intl", "php8.4-curl", "ca-certificates"],
    unpacked: [
      "wordpress",
      "wordpress-theme-twentytwentyfive",
      "libphp-phpmailer",
      "php-getid3",
      "libjs-cropper",
      "libjs-jquery-ui",
      "libjs-lodash",
      "libjs-underscore",
    ],
    root: "/",
    files: ["php-fpm.sh", "wordpress-entrypoint.sh", "wp-config-docker.php"],
    parts: {},
    version: { package: "wordpress" },
    stopSignal: "SIGQUIT",
    workingDirectory: "/var/www/html",
  },
  phpmyadmin: {
    script: "phpmyadmin",
    packages: [...phpFpm, "phpmyadmin", "dbconfig-no-thanks", "ca-certificates"],
    root: "/",
    files: ["php-fpm.sh"],
    parts: {},
    version: { package: "phpmyadmin" },
    stopSignal: "SIGQUIT",
    workingDirectory: "/var/www/html",
  },
};

// A store's exporter that is built from its module is a part of its image.
const storeRecipes = Object.fromEntries(
  Object.entries(STORE_IMAGES).map(([name, { recipe }]): [string, ImageRecipe] => [
    name,
    recipe.module === undefined
      ? recipe
      : {
          ...recipe,
          parts: { ...recipe.parts, [name]: { step: programPart(name as StoreProgramName), path: `bin/${name}` } },
        },
  ]),
) as Readonly<Record<StoreImageName, ImageRecipe>>;

/** The recipes of the images. */
export const imageRecipes: Readonly<Record<MadeImageName, ImageRecipe>> = { ...ownRecipes, ...storeRecipes };

/** The recipes of tools that come from Debian. */
export const toolRecipes: Readonly<Partial<Record<ToolName, Recipe>>> = {
  promtool: { script: "promtool-tool", packages: ["promtool"], root: "/out", files: ["tool-root.sh"], parts: {} },
  nginx: { script: "nginx-tool", packages: ["nginx"], root: "/out", files: ["tool-root.sh"], parts: {} },
  amtool: {
    script: "amtool-tool",
    packages: ["prometheus-alertmanager"],
    root: "/out",
    files: ["tool-root.sh"],
    parts: {},
  },
  alertmanager: {
    script: "alertmanager-tool",
    packages: ["prometheus-alertmanager"],
    root: "/out",
    files: ["tool-root.sh"],
    parts: {},
  },
  "redis-server": {
    script: "redis-server-tool",
    packages: ["redis-server"],
    root: "/out",
    files: ["tool-root.sh"],
    parts: {},
  },
};

/** A package's upstream version as a tag can have it: without epoch, Debian revision and repacking mark. */
export function upstreamVersion(version: string): string {
  return version
    .replace(/^\d+:/, "")
    .replace(/-[^-]*$/, "")
    .replace(/[+~](?:ds|dfsg|really).*$/, "")
    .replaceAll("~", "-");
}

/**
 * The images that are to be made, when each of them may be.
 *
 * @throws Error that lists every image whose program's licence forbids it, and where to have it from.
 */
export function imagesToMake(names: readonly ImageName[]): readonly MadeImageName[] {
  const refused = names.filter((name) => !(name in imageRecipes));
  if (refused.length > 0) {
    throw new Error(
      `offline/ does not make ${refused.join(", ")}: what is under the AGPL is not built here (docs/licences.md). Have ` +
        `${refused.map((name) => images[name].reference).join(", ")} from their makers: make a container registry ` +
        "reachable, name a mirror (vigie:registryMirror) or an image of your own (vigie:images), or do without them.",
    );
  }
  return names as readonly MadeImageName[];
}

/** Repository of an image that is made here; never an official name. */
export function offlineRepository(name: MadeImageName): string {
  const { repository = name } = imageRecipes[name];
  return `vigie-offline/${repository.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
