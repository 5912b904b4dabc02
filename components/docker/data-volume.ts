import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../platform/host.ts";
import { DATA_LABEL, toLabels } from "./labels.ts";

/** What the volume with the data of this name is called. */
export function dataVolumeName(host: Pick<Host, "physicalName">, name: string): string {
  return host.physicalName(`${name}-data`);
}

/**
 * A volume for what no deployment can make again.
 *
 * Its labels are never changed: the provider would replace the volume, a full one by an empty one.
 *
 * @param protect refuse to delete it
 */
export function dataVolume(name: string, host: Host, protect: boolean, parent: pulumi.Resource): docker.Volume {
  return new docker.Volume(
    `${name}-data`,
    {
      name: dataVolumeName(host, name),
      driver: "local",
      labels: toLabels({ ...host.labels(name), [DATA_LABEL]: "true" }),
    },
    { parent, provider: host.provider, protect, ignoreChanges: ["labels"] },
  );
}
