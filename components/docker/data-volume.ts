import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Data } from "../platform/mounts.ts";
import type { ScratchArgs } from "../platform/platform.ts";
import type { EngineHost } from "./engine-host.ts";
import { DATA_LABEL, toLabels } from "./labels.ts";

/** The host that a volume is on. */
type VolumeHost = Pick<EngineHost, "claim" | "instance" | "labels" | "provider">;

/**
 * A volume for what no deployment can make again.
 *
 * Its labels are never changed: the provider would replace the volume, a full one by an empty one.
 *
 * @param protect refuse to delete it
 */
export function dataVolume(name: string, host: VolumeHost, protect: boolean, parent: pulumi.Resource): Data {
  const volume = new docker.Volume(
    `${name}-data`,
    {
      name: host.claim(name),
      driver: "local",
      labels: toLabels({ ...host.labels(name), [DATA_LABEL]: "true" }),
    },
    { parent, provider: host.provider, protect, ignoreChanges: ["labels"] },
  );
  return dataIn(volume);
}

/** A volume for what any deployment can make again: disk, not memory, and several containers may share it. */
export function scratchVolume(name: string, host: VolumeHost, { part, version, parent }: ScratchArgs): Data {
  const physical = host.instance(`${name}-${part}`);
  const volume = new docker.Volume(
    `${name}-${part}`,
    {
      name: version === undefined ? physical : pulumi.output(version).apply((text) => `${physical}-${text}`),
      driver: "local",
      labels: toLabels(host.labels(name)),
    },
    { parent, provider: host.provider },
  );
  return dataIn(volume);
}

function dataIn(volume: docker.Volume): Data {
  return { claim: volume.name, version: volume.mountpoint, ready: volume };
}
