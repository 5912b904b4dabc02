/** docker.Network. */
import type { NetworkArgs } from "@pulumi/docker";
import type Docker from "dockerode";
import { autoName } from "../framework/autoname.ts";
import { checkInputs } from "../framework/check.ts";
import { diffInputs } from "../framework/diff.ts";
import type { Resource } from "../framework/provider.ts";
import type { Fields, Schema } from "../framework/schema.ts";
import { isObject, UNKNOWN, type Value, type Values, withoutDefaultsLists } from "../framework/values.ts";
import { type DockerClient, daemonMessage, isNotFound, oneError } from "./client.ts";
import { labelsToMap } from "./container-body.ts";
import { labelFields } from "./container-schema.ts";

const text: Schema = { kind: "string" };
const REMOVAL_TIMEOUT = 30_000;
const REMOVAL_PAUSE = 500;

const ipamFields = {
  subnet: text,
  gateway: text,
  ipRange: text,
  auxAddress: { kind: "map", of: text },
} satisfies Fields;

/** Every property of docker.Network that the stand-in implements. */
export const networkFields = {
  attachable: { kind: "bool", computed: true, replace: true },
  driver: { kind: "string", computed: true, replace: true },
  ingress: { kind: "bool", computed: true, replace: true },
  internal: { kind: "bool", computed: true, replace: true },
  ipamConfigs: { kind: "set", of: { kind: "object", fields: ipamFields }, computed: true, replace: true },
  ipamDriver: { kind: "string", default: "default", replace: true },
  ipamOptions: { kind: "map", of: text, replace: true },
  ipv6: { kind: "bool", computed: true, replace: true },
  labels: { kind: "set", of: { kind: "object", fields: labelFields }, replace: true },
  name: { kind: "string", replace: true },
  options: { kind: "map", of: text, computed: true, replace: true },
} satisfies Fields & Partial<Record<keyof NetworkArgs, Schema>>;

/** The resource docker.Network of a daemon. */
export function networkResource(client: DockerClient): Resource {
  return {
    check: (news, context) => {
      const checked = checkInputs(networkFields, news, { resource: "docker.Network", listDefaults: true });
      return { ...checked, inputs: autoName(checked.inputs, context) };
    },
    diff: (olds, news) => diffInputs(networkFields, olds, news),
    deleteBeforeReplace: (news) => !(Array.isArray(news.__defaults) && news.__defaults.includes("name")),
    previewCreate: (news) => {
      const computed = Object.entries(networkFields).filter(([, schema]) => "computed" in schema);
      const unknowns = Object.fromEntries([...computed.map(([name]) => name), "scope"].map((name) => [name, UNKNOWN]));
      return { ...unknowns, ...withoutDefaultsLists(news) };
    },
    previewUpdate: (olds, news) => ({ ...olds, ...withoutDefaultsLists(news) }),
    create: async (news) => {
      const docker = await client();
      const network = await docker.createNetwork(networkBody(news)).catch((error: unknown) => {
        throw oneError(`Unable to create network: ${daemonMessage(error)}`);
      });
      return { id: network.id, outputs: networkOutputs(await network.inspect(), news) };
    },
    takeBack: async (id) => remove(await client(), id),
    read: async (id, olds) => {
      const docker = await client();
      try {
        return { id, outputs: networkOutputs(await docker.getNetwork(id).inspect(), olds) };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw oneError(daemonMessage(error));
      }
    },
    update: async (id, _olds, news) => networkOutputs(await (await client()).getNetwork(id).inspect(), news),
    delete: async (id) => remove(await client(), id),
  };
}

/** The body of a network's creation. */
export function networkBody(inputs: Values): Docker.NetworkCreateOptions {
  const configs = Array.isArray(inputs.ipamConfigs) ? inputs.ipamConfigs.filter(isObject) : [];
  return {
    Name: String(inputs.name),
    CheckDuplicate: true,
    Driver: typeof inputs.driver === "string" ? inputs.driver : "bridge",
    Internal: inputs.internal === true,
    Attachable: inputs.attachable === true,
    Ingress: inputs.ingress === true,
    EnableIPv6: inputs.ipv6 === true,
    Labels: labelsToMap(inputs.labels),
    Options: (inputs.options ?? {}) as Record<string, string>,
    IPAM: {
      Driver: String(inputs.ipamDriver ?? "default"),
      Options: (inputs.ipamOptions ?? {}) as Record<string, string>,
      Config: configs.map(ipamConfig),
    },
  };
}

function ipamConfig(config: { [key: string]: Value }): Record<string, string> {
  const named = { Subnet: config.subnet, Gateway: config.gateway, IPRange: config.ipRange };
  const texts = Object.entries(named).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const addresses = config.auxAddress;
  return { ...Object.fromEntries(texts), ...(isObject(addresses) && { AuxiliaryAddresses: addresses }) } as never;
}

/** A network as the real plugin's state shows it. */
export function networkOutputs(inspect: Docker.NetworkInspectInfo, prior: Values): Values {
  const options = prior.ipamOptions;
  return {
    id: inspect.Id,
    name: inspect.Name,
    attachable: inspect.Attachable,
    driver: inspect.Driver,
    ingress: inspect.Ingress,
    internal: inspect.Internal,
    ipamConfigs: (inspect.IPAM?.Config ?? []).map((config) => ({
      auxAddress: (config as { AuxiliaryAddresses?: Record<string, string> }).AuxiliaryAddresses ?? {},
      gateway: config.Gateway ?? "",
      ipRange: config.IPRange ?? "",
      subnet: config.Subnet ?? "",
    })),
    ipamDriver: inspect.IPAM?.Driver ?? "default",
    ...(options !== undefined && { ipamOptions: options }),
    ipv6: inspect.EnableIPv6,
    labels: Object.entries(inspect.Labels ?? {}).map(([label, value]) => ({ label, value })),
    options: inspect.Options ?? {},
    scope: inspect.Scope,
  };
}

async function remove(docker: Docker, id: string): Promise<void> {
  const deadline = Date.now() + REMOVAL_TIMEOUT;
  for (;;) {
    try {
      await docker.getNetwork(id).remove();
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      // A container that is just going away still holds its place in the network.
      const busy = daemonMessage(error).includes("has active endpoints");
      if (!busy || Date.now() > deadline) throw oneError(daemonMessage(error));
    }
    await new Promise((resolve) => setTimeout(resolve, REMOVAL_PAUSE));
  }
}
