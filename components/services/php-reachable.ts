import * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/images.ts";
import { quote } from "../../config/landing.ts";
import { phpFpmPing } from "../../config/php-fpm.ts";
import type { PhpApplication } from "../../services/php.ts";
import { PHP_FPM_SOCKETS, phpFpmSocket } from "../../services/php-sockets.ts";
import type { Host } from "../platform/host.ts";
import type { PhpFpm } from "./php-fpm.ts";

/** What is looked at. */
export interface PhpReachableArgs {
  /** The host. */
  readonly host: Host;
  /** The application. */
  readonly php: PhpFpm;
}

/** The names of what the script looks at. */
export interface PhpReachableNames {
  /** Image that asks: the application's own, which has PHP. */
  readonly image: string;
  /** Name of the volume with the application's code. */
  readonly volume: string;
  /** Name of the volume with the sockets. */
  readonly sockets: string;
  /** The first replica of PHP-FPM: the name of its socket. */
  readonly pool: string;
  /** The name of its container. */
  readonly container: string;
}

const ENTRY = "index.php";

// Its container is healthy by now. One that is made new at this very moment is waited for, a wrong one not for long.
const WAIT_SECONDS = 5;

/**
 * Looks whether what Nginx will need is there: the application's files, and a PHP-FPM that answers at its socket. It is
 * the first one: all others come after Nginx, and Nginx asks that one until they are there.
 *
 * A throw-away container does what Nginx will do, with the same volumes, so `up` fails with a sentence and not with a
 * container that is not healthy.
 */
export function phpReachable(name: string, { host, php }: PhpReachableArgs, parent: pulumi.Resource): pulumi.Resource {
  const image = host.image(php.application.image);
  const [code] = php.files.serve;
  const [pool = php.name] = php.pools;
  const container = host.physicalName(pool);
  const first = php.containers.slice(0, 1);
  const script = pulumi
    .all([image.name, code?.volumeName, php.files.sockets.volumeName])
    .apply(([reference, volume = "", sockets = ""]) =>
      renderPhpReachable(name, php.application, { image: reference, volume, sockets, pool, container }),
    );
  return host.step(
    `${name}-reachable`,
    { script, triggers: first.map(({ id }) => id) },
    { parent, dependsOn: [...first, ...php.files.ready, image] },
  );
}

/** The script of {@link phpReachable}. */
export function renderPhpReachable(name: string, application: PhpApplication, names: PhpReachableNames): string {
  const { image, volume, sockets, pool, container } = names;
  const { user } = images[application.image];
  const run = (mount: string, program: readonly string[]): string =>
    [
      "docker run --rm --network none --read-only --cap-drop ALL --security-opt no-new-privileges --pids-limit 256",
      `--memory 64m --user ${user} --volume ${mount}:ro --entrypoint ${program.slice(0, 1).map(quote)} ${quote(image)}`,
      ...program.slice(1).map(quote),
    ].join(" ");
  const entry = `${application.root}/${ENTRY}`;
  const look = run(`${quote(volume)}:${application.root}`, ["test", "-r", entry]);
  const socket = phpFpmSocket(pool);
  const wait = `for ($i = 0; $i < ${WAIT_SECONDS * 2} && !file_exists('${socket}'); $i++) usleep(500000);`;
  const ping = `${wait} ${phpFpmPing(`'${socket}'`)}`;
  const ask = run(`${quote(sockets)}:${PHP_FPM_SOCKETS}`, ["php", "-n", "-r", ping]);
  return [
    "set -eu",
    `if ! docker volume inspect ${quote(volume)} >/dev/null 2>&1; then`,
    `  echo ${quote(`${name}: there is no volume ${volume} with the application's files. Something has removed it: \`pulumi refresh\` sees that, and the next \`up\` makes it again.`)} >&2`,
    "  exit 1",
    "fi",
    `if ! ${look}; then`,
    `  echo ${quote(`${name}: the volume ${volume} has no ${ENTRY}, so there is nothing to serve at ${application.root}. It is filled from ${application.source} of the image of the application.`)} >&2`,
    "  exit 1",
    "fi",
    `if ! docker container inspect ${quote(container)} >/dev/null 2>&1; then`,
    `  echo ${quote(`${name}: the FastCGI target ${pool} is none: there is no container ${container}.`)} >&2`,
    "  exit 1",
    "fi",
    `if ! ${ask}; then`,
    `  echo ${quote(`${name}: no PHP-FPM answers at the FastCGI target ${socket}. The last that ${container} wrote:`)} >&2`,
    `  docker logs --tail 20 ${quote(container)} >&2 2>&1 || true`,
    "  exit 1",
    "fi",
    "",
  ].join("\n");
}
