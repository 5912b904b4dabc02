import * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/images.ts";
import { phpFpmPing } from "../../config/php-fpm.ts";
import type { PhpApplication } from "../../services/php.ts";
import { phpFpmSocket } from "../../services/php-sockets.ts";
import type { DataMount } from "../platform/mounts.ts";
import type { OnceStep } from "../platform/once.ts";
import type { Platform } from "../platform/platform.ts";
import type { PhpFpm } from "./php-fpm.ts";

/** What is looked at. */
export interface PhpReachableArgs {
  /** The host. */
  readonly host: Platform;
  /** The application. */
  readonly php: PhpFpm;
}

/** What the steps look at. */
export interface PhpReachableParts {
  /** The application's code, where Nginx will have it. */
  readonly code: DataMount;
  /** The sockets, the same. */
  readonly sockets: DataMount;
  /** Name of the first replica of PHP-FPM: that of its socket, too. */
  readonly pool: string;
  /** What runs of it is called. */
  readonly instance: string;
}

const ENTRY = "index.php";

// It can serve by now. One that is made new at this very moment is waited for, a wrong one not for long.
const WAIT_SECONDS = 5;

/**
 * Looks whether what Nginx will need is there: the application's files, and a PHP-FPM that answers at its socket. It is
 * the first one: all others come after Nginx, and Nginx asks that one until they are there.
 *
 * A throw-away workload does what Nginx will do, with the same mounts, so `up` fails with a sentence and not with a
 * container that is not healthy.
 */
export function phpReachable(name: string, { host, php }: PhpReachableArgs, parent: pulumi.Resource): pulumi.Resource {
  const { sockets, serve, ready } = php.files;
  const [code = sockets] = serve;
  const [pool = php.name] = php.pools;
  const first = php.containers.slice(0, 1);
  return host.once(
    `${name}-reachable`,
    {
      image: host.image(php.application.image),
      steps: phpReachableSteps(name, php.application, { code, sockets, pool, instance: host.instance(pool) }),
      triggers: first.map(({ version }) => version),
    },
    { parent, dependsOn: [...first.map((one) => one.ready), ...ready] },
  );
}

/** The steps of {@link phpReachable}. */
export function phpReachableSteps(
  name: string,
  application: PhpApplication,
  { code, sockets, pool, instance }: PhpReachableParts,
): readonly OnceStep[] {
  const { user } = images[application.image];
  const { claim } = code.data;
  const socket = phpFpmSocket(pool);
  const wait = `for ($i = 0; $i < ${WAIT_SECONDS * 2} && !file_exists('${socket}'); $i++) usleep(500000);`;
  return [
    {
      kind: "data",
      data: code.data,
      otherwise: pulumi.interpolate`${name}: there is no volume ${claim} with the application's files. Something has removed it: \`pulumi refresh\` sees that, and the next \`up\` makes it again.`,
    },
    {
      kind: "run",
      command: ["test", "-r", `${application.root}/${ENTRY}`],
      user,
      memory: "64MiB",
      mounts: [code],
      otherwise: pulumi.interpolate`${name}: the volume ${claim} has no ${ENTRY}, so there is nothing to serve at ${application.root}. It is filled from ${application.source} of the image of the application.`,
    },
    {
      kind: "workload",
      workload: pool,
      otherwise: `${name}: the FastCGI target ${pool} is none: there is no container ${instance}.`,
    },
    {
      kind: "run",
      command: ["php", "-n", "-r", `${wait} ${phpFpmPing(`'${socket}'`)}`],
      user,
      memory: "64MiB",
      mounts: [sockets],
      otherwise: `${name}: no PHP-FPM answers at the FastCGI target ${socket}. The last that ${instance} wrote:`,
      shows: pool,
    },
  ];
}
