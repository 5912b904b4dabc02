import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { images } from "../config/images.ts";
import { quote } from "../config/landing.ts";
import type { PhpApplication } from "../services/php.ts";
import { dataVolume } from "./data-volume.ts";
import type { Host } from "./host.ts";
import { toLabels } from "./labels.ts";

/** The directories of a PHP application, as volumes that all its containers on one host share. */
export interface PhpFiles {
  /** Mounts for who runs the application: its code read-only, its uploads to write. */
  readonly run: docker.types.input.ContainerVolume[];
  /** Mounts for who serves its files: all read-only. */
  readonly serve: docker.types.input.ContainerVolume[];
  /** The step that fills them: whoever mounts them waits for it. */
  readonly ready: pulumi.Resource;
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
  const ready = host.step(
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
  return { run: mounts(false), serve: mounts(true), ready };
}

function hashOf(reference: string, application: PhpApplication): string {
  return createHash("sha256")
    .update(JSON.stringify([reference, application.copies]))
    .digest("hex")
    .slice(0, 12);
}

// Root without a capability but that of giving a directory away: the code stays root's, so that no program of the
// application can write to it, and the uploads are the application's.
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
      "docker run --rm --network none --read-only --cap-drop ALL --cap-add CHOWN --security-opt no-new-privileges",
      `--user 0:0 --pids-limit 256 --memory 128m --volume ${quote(code)}:/code`,
      ...(data === undefined ? [] : [`--volume ${quote(data)}:/data`]),
      `--entrypoint sh ${quote(image)} -c ${quote(fill)}`,
    ].join(" "),
    "",
  ].join("\n");
}
