/** docker.Volume. */
import type { VolumeArgs } from "@pulumi/docker";
import type Docker from "dockerode";
import { autoName } from "../framework/autoname.ts";
import { checkInputs } from "../framework/check.ts";
import { diffInputs } from "../framework/diff.ts";
import type { Resource } from "../framework/provider.ts";
import type { Fields, Schema } from "../framework/schema.ts";
import { UNKNOWN, type Values, withoutDefaultsLists } from "../framework/values.ts";
import { type DockerClient, daemonMessage, isNotFound, oneError } from "./client.ts";
import { labelsToMap } from "./container-body.ts";
import { labelFields } from "./container-schema.ts";

const REMOVAL_TIMEOUT = 20_000;
const REMOVAL_PAUSE = 500;

/** Every property of docker.Volume that the stand-in implements. */
export const volumeFields = {
  driver: { kind: "string", computed: true, replace: true },
  driverOpts: { kind: "map", of: { kind: "string" }, replace: true },
  labels: { kind: "set", of: { kind: "object", fields: labelFields }, replace: true },
  name: { kind: "string", computed: true, replace: true },
} satisfies Fields & Partial<Record<keyof VolumeArgs, Schema>>;

/** The resource docker.Volume of a daemon. */
export function volumeResource(client: DockerClient): Resource {
  return {
    check: (news, context) => {
      const checked = checkInputs(volumeFields, news, { resource: "docker.Volume", listDefaults: true });
      return { ...checked, inputs: autoName(checked.inputs, context) };
    },
    diff: (olds, news) => diffInputs(volumeFields, olds, news),
    deleteBeforeReplace: (news) => !(Array.isArray(news.__defaults) && news.__defaults.includes("name")),
    previewCreate: (news) => ({ driver: UNKNOWN, mountpoint: UNKNOWN, ...withoutDefaultsLists(news) }),
    previewUpdate: (olds, news) => ({ ...olds, ...withoutDefaultsLists(news) }),
    create: async (news) => {
      const docker = await client();
      await docker.createVolume(volumeBody(news)).catch((error: unknown) => {
        throw oneError(`Unable to create volume: ${daemonMessage(error)}`);
      });
      const id = String(news.name);
      return { id, outputs: volumeOutputs(await docker.getVolume(id).inspect(), news) };
    },
    read: async (id, olds) => {
      const docker = await client();
      try {
        return { id, outputs: volumeOutputs(await docker.getVolume(id).inspect(), olds) };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw oneError(`Unable to inspect volume: ${daemonMessage(error)}`);
      }
    },
    update: async (id, _olds, news) => volumeOutputs(await (await client()).getVolume(id).inspect(), news),
    delete: async (id) => remove(await client(), id),
  };
}

/** The body of a volume's creation. */
export function volumeBody(inputs: Values): Docker.VolumeCreateOptions {
  return {
    Name: String(inputs.name),
    Driver: typeof inputs.driver === "string" ? inputs.driver : "local",
    DriverOpts: (inputs.driverOpts ?? {}) as Record<string, string>,
    Labels: labelsToMap(inputs.labels),
  };
}

/** A volume as the real plugin's state shows it. */
export function volumeOutputs(inspect: Docker.VolumeInspectInfo, prior: Values): Values {
  const options = prior.driverOpts;
  return {
    id: inspect.Name,
    name: inspect.Name,
    driver: inspect.Driver,
    ...(options !== undefined && { driverOpts: withoutDefaultsLists(options) }),
    labels: Object.entries(inspect.Labels ?? {}).map(([label, value]) => ({ label, value })),
    mountpoint: inspect.Mountpoint,
  };
}

async function remove(docker: Docker, id: string): Promise<void> {
  const deadline = Date.now() + REMOVAL_TIMEOUT;
  for (;;) {
    try {
      await docker.getVolume(id).remove();
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      const busy = daemonMessage(error).includes("volume is in use");
      if (!busy || Date.now() > deadline) throw oneError(`Unable to remove volume: ${daemonMessage(error)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, REMOVAL_PAUSE));
  }
}
