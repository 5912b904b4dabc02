import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/images.ts";
import { quote } from "../../config/landing.ts";
import type { PhpApplication } from "../../services/php.ts";
import { PHP_FPM_SOCKETS } from "../../services/php-sockets.ts";
import { dataVolume } from "../docker/data-volume.ts";
import { toLabels } from "../docker/labels.ts";
import type { Host } from "../platform/host.ts";

/** The directories of a PHP application, as volumes that all its containers on one host share. */
export interface PhpFiles {
  /** Mounts for who runs the application: its code read-only, its uploads and its sockets to write. */
  readonly run: docker.types.input.ContainerVolume[];
  /** Mounts for who serves its files: all read-only. */
  readonly serve: docker.types.input.ContainerVolume[];
  /** Mount of PHP-FPM's sockets, read-only: who has it may run any file of the application. */
  readonly sockets: docker.types.input.ContainerVolume;
  /** The steps that fill them: whoever mounts them waits for these. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Makes the volumes of a PHP application and fills them from its image.
 *
 * The code is in a volume of the image's very name, and never written to again: another release is another volume, so a
 * replica that still runs the old one sees no file of the new one. Uploads are data, and outlive every release.
 *
 * @param protect refuse to delete the uploads
 */
export function phpFiles(
  name: string,
  host: Host,
  application: PhpApplication,
  protect: boolean,
  parent: pulumi.Resource,
): PhpFiles {
  const { root, writable } = application;
  const image = host.image(application.image);
  const code = new docker.Volume(
    `${name}-code`,
    {
      name: image.name.apply((reference) => host.physicalName(`${name}-code-${hashOf(reference, application)}`)),
      driver: "local",
      labels: toLabels(host.labels(name)),
    },
    { parent, provider: host.provider },
  );
  const data = writable === undefined ? undefined : dataVolume(name, host, protect, parent);
  const filled = host.step(
    `${name}-fill`,
    {
      script: pulumi
        .all([image.name, code.name, data?.name])
        .apply(([reference, codeName, dataName]) => fillScript(reference, codeName, dataName, application)),
      triggers: [code.mountpoint, ...(data === undefined ? [] : [data.mountpoint])],
    },
    { parent, dependsOn: [image, code, ...(data === undefined ? [] : [data])] },
  );
  const mounts = (readOnly: boolean): docker.types.input.ContainerVolume[] => [
    { volumeName: code.name, containerPath: root, readOnly: true },
    ...(data === undefined ? [] : [{ volumeName: data.name, containerPath: `${root}/${writable}`, readOnly }]),
  ];
  const sockets = socketVolume(name, host, application, parent);
  const socketMount = { volumeName: sockets.volume.name, containerPath: PHP_FPM_SOCKETS };
  return {
    run: [...mounts(false), { ...socketMount, readOnly: false }],
    serve: mounts(true),
    sockets: { ...socketMount, readOnly: true },
    ready: [filled, sockets.ready],
  };
}

/** The volume with the sockets of all replicas, which the application's user may make there. */
function socketVolume(
  name: string,
  host: Host,
  application: PhpApplication,
  parent: pulumi.Resource,
): { readonly volume: docker.Volume; readonly ready: pulumi.Resource } {
  const image = host.image(application.image);
  const { user } = images[application.image];
  const volume = new docker.Volume(
    `${name}-sockets`,
    { name: host.physicalName(`${name}-sockets`), driver: "local", labels: toLabels(host.labels(name)) },
    { parent, provider: host.provider },
  );
  const script = pulumi.all([image.name, volume.name]).apply(([reference, volumeName]) => {
    const mount = `--volume ${quote(volumeName)}:/sockets --entrypoint chown`;
    return `${[asOwner(), mount, quote(reference), user, "/sockets"].join(" ")}\n`;
  });
  // A step of its own: that of the code would write all of it again, below whoever reads it.
  const ready = host.step(
    `${name}-own-sockets`,
    { script, triggers: [volume.mountpoint] },
    { parent, dependsOn: [image, volume] },
  );
  return { volume, ready };
}

// Root without a capability but that of giving a directory away.
function asOwner(): string {
  return [
    "docker run --rm --network none --read-only --cap-drop ALL --cap-add CHOWN --security-opt no-new-privileges",
    "--user 0:0 --pids-limit 256 --memory 128m",
  ].join(" ");
}

function hashOf(reference: string, application: PhpApplication): string {
  return createHash("sha256")
    .update(JSON.stringify([reference, application.copies]))
    .digest("hex")
    .slice(0, 12);
}

// The code stays root's, so that no program of the application can write to it, and the uploads are the application's.
function fillScript(image: string, code: string, data: string | undefined, application: PhpApplication): string {
  const { source, copies = {}, writable } = application;
  const [user] = images[application.image].user.split(":");
  const fill = [
    "set -e",
    `cp -R ${source}/. /code/`,
    ...Object.entries(copies).map(([to, from]) => `cp /code/${from} /code/${to}`),
    ...(writable === undefined ? [] : [`mkdir -p /code/${writable}`, `chown ${user}:${user} /data`]),
    "chmod 755 /code",
  ].join("; ");
  return [
    "set -eu",
    [
      `${asOwner()} --volume ${quote(code)}:/code`,
      ...(data === undefined ? [] : [`--volume ${quote(data)}:/data`]),
      `--entrypoint sh ${quote(image)} -c ${quote(fill)}`,
    ].join(" "),
    "",
  ].join("\n");
}
