import * as pulumi from "@pulumi/pulumi";
import { fastcgiRequest } from "../config/fastcgi.ts";
import { images } from "../config/images.ts";
import { quote } from "../config/landing.ts";
import { PHP_FPM_PING, PHP_FPM_PORTS } from "../config/php-fpm.ts";
import type { PhpApplication } from "../services/php.ts";
import type { Host } from "./host.ts";
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
  /** Image that asks: it has bash. */
  readonly image: string;
  /** Docker's name of the network that PHP-FPM is in. */
  readonly network: string;
  /** Name of the volume with the application's code. */
  readonly volume: string;
  /** Host names of the containers with PHP-FPM. */
  readonly pools: readonly string[];
}

const ENTRY = "index.php";

// Its container is healthy by now. One that is made new at this very moment is waited for, a wrong one not for long.
const WAIT_SECONDS = 5;

/**
 * Looks whether what Nginx will need is there: the application's files, and a PHP-FPM that answers at each target.
 *
 * A throw-away container does what Nginx will do, with the same volume and in the same network, so `up` fails with a
 * sentence and not with a container that is not healthy.
 */
export function phpReachable(name: string, { host, php }: PhpReachableArgs, parent: pulumi.Resource): pulumi.Resource {
  const image = host.image("nginx");
  const [code] = php.files.serve;
  const script = pulumi
    .all([image.name, host.network("fastcgi").name, code?.volumeName])
    .apply(([reference, network, volume = ""]) =>
      renderPhpReachable(name, php.application, { image: reference, network, volume, pools: php.pools }),
    );
  return host.step(
    `${name}-reachable`,
    { script, triggers: php.containers.map(({ id }) => id) },
    { parent, dependsOn: [...php.containers, php.files.ready, image] },
  );
}

/**
 * The script of {@link phpReachable}. Names are looked up in Docker's own list: in a network without a way out, its
 * resolver takes ten seconds to say that it knows no such name (measured, 20.10).
 */
export function renderPhpReachable(name: string, application: PhpApplication, names: PhpReachableNames): string {
  const { image, network, volume, pools } = names;
  const run = (options: string, command: string): string =>
    [
      "docker run --rm --read-only --cap-drop ALL --security-opt no-new-privileges --pids-limit 256 --memory 32m",
      `--user ${images.nginx.user} ${options} --entrypoint bash ${quote(image)} -c ${quote(command)}`,
    ].join(" ");
  const entry = `${application.root}/${ENTRY}`;
  const ping = fastcgiRequest(PHP_FPM_PING);
  const ask = (pool: string): string =>
    `until (exec 3<>/dev/tcp/${pool}/${PHP_FPM_PORTS.requests} && printf '${ping}' >&3 && timeout 2 grep -q pong <&3) 2>/dev/null; do [ $SECONDS -lt ${WAIT_SECONDS} ] || exit 1; sleep 0.5; done`;
  return [
    "set -eu",
    `if ! docker volume inspect ${quote(volume)} >/dev/null 2>&1; then`,
    `  echo ${quote(`${name}: there is no volume ${volume} with the application's files. Something has removed it: \`pulumi refresh\` sees that, and the next \`up\` makes it again.`)} >&2`,
    "  exit 1",
    "fi",
    `if ! ${run(`--network none --volume ${quote(volume)}:${application.root}:ro`, `[ -r ${entry} ]`)}; then`,
    `  echo ${quote(`${name}: the volume ${volume} has no ${ENTRY}, so there is nothing to serve at ${application.root}. It is filled from ${application.source} of the image of the application.`)} >&2`,
    "  exit 1",
    "fi",
    ...pools.flatMap((pool) => [
      `if ! docker network inspect --format '{{range .Containers}}{{println .Name}}{{end}}' ${quote(network)} | grep -qxF ${quote(pool)}; then`,
      `  echo ${quote(`${name}: the FastCGI target ${pool} is none: no container of that name runs in the network ${network}.`)} >&2`,
      "  exit 1",
      "fi",
      `if ! ${run(`--network ${quote(network)}`, ask(pool))}; then`,
      `  echo ${quote(`${name}: no PHP-FPM answers at the FastCGI target ${pool}:${PHP_FPM_PORTS.requests}. The last that ${pool} wrote:`)} >&2`,
      `  docker logs --tail 20 ${quote(pool)} >&2 2>&1 || true`,
      "  exit 1",
      "fi",
    ]),
    "",
  ].join("\n");
}
