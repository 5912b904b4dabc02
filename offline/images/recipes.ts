/** How each image is made: Debian packages, a recipe that shapes the tree, and parts from elsewhere. */

import { type ImageName, images } from "../../config/images.ts";
import { nodeVersion, traefikWheel } from "../pins.ts";
import { goPrograms, programPart } from "../programs.ts";
import type { ToolName } from "../tools.ts";

/** The Debian suite that everything comes from. */
export const suite = "forky";

/** One tree that is made. */
export interface Recipe {
  /** Name of the recipe's script in this directory, without `.sh`; `<script>-before.sh` runs before the packages. */
  readonly script: string;
  /** Debian packages installed over the base. */
  readonly packages: readonly string[];
  /**
   * Packages that are in the archive and not installed: `<script>-before.sh` takes files out of them, without what they
   * depend on. @default []
   */
  readonly unpacked?: readonly string[];
  /** Directory of the tree that counts: `/`, or `/out` where the recipe picks single files. */
  readonly root: "/" | "/out";
  /** Further scripts of this directory that shape the tree. */
  readonly files: readonly string[];
  /** Parts that other steps make, by the name that the recipe finds them under in /vigie: step id and path in it. */
  readonly parts: Readonly<Record<string, { readonly step: string; readonly path: string }>>;
}

/** A recipe for an image of the catalogue. */
export interface ImageRecipe extends Recipe {
  /** The package whose upstream version the image is tagged with, or that version itself. */
  readonly version: { readonly package: string } | { readonly exact: string };
  /** Signal that ends it, where it isn't SIGTERM. */
  readonly stopSignal?: string;
  /** Working directory. */
  readonly workingDirectory?: string;
  /** Variables besides the contract's. */
  readonly env?: Readonly<Record<string, string>>;
  /** User that it runs as when none is given. @default - root */
  readonly user?: string;
  /** What the repository is called, where another program takes the official one's place. @default - the image's name */
  readonly repository?: string;
}

// The server is another program, and the container has no init: systemd is not drawn in.
const php = ["php8.4-fpm", "php8.4-mysql", "php8.4-gd", "php8.4-mbstring", "php8.4-xml", "php8.4-zip", "php8.4-bcmath"];
const phpFpm = [...php, "systemd-standalone-tmpfiles"];

const small = ["busybox-static", "ca-certificates"];

/** The step that unpacks Traefik's binary; the image and the tool share it. */
export const traefikPart = "tool-traefik";
/** The step that unpacks Node and npm. */
export const nodePart = "node-and-npm";

/** The name of an image that may be made here: its program's licence allows it. */
export type MadeImageName = {
  [Name in ImageName]: (typeof images)[Name] extends { readonly made: false } ? never : Name;
}[ImageName];

/** The recipes of the images. */
export const imageRecipes: Readonly<Record<MadeImageName, ImageRecipe>> = {
  postgres: {
    script: "postgres",
    packages: ["postgresql-18", "locales", "gosu", "xz-utils", "zstd"],
    root: "/",
    files: ["postgres-entrypoint.sh"],
    parts: {},
    version: { package: "postgresql-18" },
    stopSignal: "SIGINT",
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin" },
  },
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
    packages: [...small, "tzdata"],
    root: "/out",
    files: ["small-root.sh"],
    parts: { traefik: { step: traefikPart, path: "bin/traefik" } },
    version: { exact: traefikWheel.version },
  },
  prometheus: {
    script: "prometheus",
    packages: [...small, "prometheus", "promtool"],
    root: "/out",
    files: ["small-root.sh"],
    parts: {},
    version: { package: "prometheus" },
    workingDirectory: "/prometheus",
    user: "nobody",
  },
  postgresExporter: {
    script: "postgresExporter",
    packages: [...small, "prometheus-postgres-exporter"],
    root: "/out",
    files: ["small-root.sh"],
    parts: {},
    version: { package: "prometheus-postgres-exporter" },
    user: "nobody",
  },
  alertmanager: {
    script: "alertmanager",
    packages: [...small, "tzdata", "prometheus-alertmanager"],
    root: "/out",
    files: ["small-root.sh"],
    parts: {},
    version: { package: "prometheus-alertmanager" },
    workingDirectory: "/alertmanager",
    user: "nobody",
  },
  mailpit: {
    script: "mailpit",
    packages: [...small, "tzdata"],
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
    packages: small,
    root: "/out",
    files: ["small-root.sh"],
    parts: { jaeger: { step: programPart("jaeger"), path: "bin/jaeger" } },
    version: { exact: goPrograms.jaeger.version },
    user: "10001",
  },
  blackboxExporter: {
    script: "blackboxExporter",
    packages: [...small, "prometheus-blackbox-exporter"],
    root: "/out",
    files: ["small-root.sh"],
    parts: {},
    version: { package: "prometheus-blackbox-exporter" },
  },
  nodeExporter: {
    script: "nodeExporter",
    packages: [...small, "prometheus-node-exporter"],
    root: "/out",
    files: ["small-root.sh"],
    parts: {},
    version: { package: "prometheus-node-exporter" },
    user: "nobody",
  },
  redis: {
    script: "redis",
    packages: ["redis-server", "gosu", "tzdata"],
    root: "/",
    files: [],
    parts: {},
    version: { package: "redis-server" },
    workingDirectory: "/data",
  },
  redisExporter: {
    script: "redisExporter",
    packages: ["ca-certificates", "prometheus-redis-exporter"],
    root: "/out",
    files: ["bare-root.sh"],
    parts: {},
    version: { package: "prometheus-redis-exporter" },
    user: "59000:59000",
  },
  // MySQL itself is in none of these suites: MariaDB takes its place, and is called so.
  mysql: {
    script: "mysql",
    packages: ["mariadb-server", "mariadb-client", "gosu", "tzdata", "bzip2", "xz-utils", "zstd"],
    root: "/",
    files: ["mysql-entrypoint.sh"],
    parts: {},
    version: { package: "mariadb-server" },
    repository: "mariadb",
  },
  mysqldExporter: {
    script: "mysqldExporter",
    packages: [...small, "prometheus-mysqld-exporter"],
    root: "/out",
    files: ["small-root.sh"],
    parts: {},
    version: { package: "prometheus-mysqld-exporter" },
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
