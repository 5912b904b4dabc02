import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/images.ts";
import type { PhpApplication } from "../../services/php.ts";
import { PHP_FPM_SOCKETS } from "../../services/php-sockets.ts";
import type { Data, DataMount } from "../platform/mounts.ts";
import type { OnceRun } from "../platform/once.ts";
import type { Platform } from "../platform/platform.ts";

/** The directories of a PHP application, which all its workloads on one host share. */
export interface PhpFiles {
  /** Mounts for who runs the application: its code read-only, its uploads and its sockets to write. */
  readonly run: readonly DataMount[];
  /** Mounts for who serves its files: all read-only. */
  readonly serve: readonly DataMount[];
  /** Mount of PHP-FPM's sockets, read-only: who has it may run any file of the application. */
  readonly sockets: DataMount;
  /** The steps that fill them: whoever mounts them waits for these. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Makes the directories of a PHP application and fills them from its image.
 *
 * The code is in one of the image's very name, and never written to again: another release is another directory, so a
 * replica that still runs the old one sees no file of the new one. Uploads are data, and outlive every release.
 *
 * @param protect refuse to delete the uploads
 */
export function phpFiles(
  name: string,
  host: Platform,
  application: PhpApplication,
  protect: boolean,
  parent: pulumi.Resource,
): PhpFiles {
  const { root, writable } = application;
  const image = host.image(application.image);
  const version = image.reference.apply((reference) => hashOf(reference, application));
  const code = host.scratch(name, { part: "code", version, parent });
  const data = writable === undefined ? undefined : host.data(name, protect, parent);
  const filled = host.once(
    `${name}-fill`,
    {
      image,
      steps: [
        {
          ...AS_OWNER,
          command: { script: fillScript(application) },
          mounts: [mountOf(code, "/code"), ...(data === undefined ? [] : [mountOf(data, "/data")])],
        },
      ],
      triggers: [code.version, ...(data === undefined ? [] : [data.version])],
    },
    { parent },
  );
  const mounts = (readOnly: boolean): DataMount[] => [
    { ...mountOf(code, root), readOnly: true },
    ...(data === undefined ? [] : [{ ...mountOf(data, `${root}/${writable}`), readOnly }]),
  ];
  // For the sockets of all replicas, which the application's user may make there.
  const sockets = host.scratch(name, { part: "sockets", parent });
  // A step of its own: that of the code would write all of it again, below whoever reads it.
  const owned = host.once(
    `${name}-own-sockets`,
    {
      image,
      steps: [
        {
          ...AS_OWNER,
          command: ["chown", images[application.image].user, "/sockets"],
          mounts: [mountOf(sockets, "/sockets")],
        },
      ],
      triggers: [sockets.version],
    },
    { parent },
  );
  const socketMount = mountOf(sockets, PHP_FPM_SOCKETS);
  return {
    run: [...mounts(false), { ...socketMount, readOnly: false }],
    serve: mounts(true),
    sockets: { ...socketMount, readOnly: true },
    ready: [filled, owned],
  };
}

/** Root without a right but that of giving a directory away. */
const AS_OWNER = {
  kind: "run",
  user: "0:0",
  changesOwners: true,
  memory: "128MiB",
} as const satisfies Partial<OnceRun>;

function mountOf(data: Data, path: string): DataMount {
  return { kind: "data", data, path };
}

function hashOf(reference: string, application: PhpApplication): string {
  return createHash("sha256")
    .update(JSON.stringify([reference, application.copies]))
    .digest("hex")
    .slice(0, 12);
}

// The code stays root's, so that no program of the application can write to it, and the uploads are the application's.
function fillScript({ source, copies = {}, writable, image }: PhpApplication): string {
  const [user] = images[image].user.split(":");
  return [
    "set -e",
    `cp -R ${source}/. /code/`,
    ...Object.entries(copies).map(([to, from]) => `cp /code/${from} /code/${to}`),
    ...(writable === undefined ? [] : [`mkdir -p /code/${writable}`, `chown ${user}:${user} /data`]),
    "chmod 755 /code",
  ].join("; ");
}
