import { describe, expect, test } from "vitest";
import type { DockerClient } from "../../../../offline/plugins/docker/client.ts";
import { remoteImageFields, remoteImageResource } from "../../../../offline/plugins/docker/image.ts";
import {
  networkBody,
  networkFields,
  networkOutputs,
  networkResource,
} from "../../../../offline/plugins/docker/network.ts";
import { volumeBody, volumeFields, volumeOutputs, volumeResource } from "../../../../offline/plugins/docker/volume.ts";
import type { Resource } from "../../../../offline/plugins/framework/provider.ts";
import type { Values } from "../../../../offline/plugins/framework/values.ts";
import {
  asGiven,
  asStep,
  changedProperties,
  type RecordedPreview,
  type RecordedResource,
  recorded,
  stepOf,
} from "../recorded.ts";
import inspect from "./inspect.json" with { type: "json" };

const noClient: DockerClient = () => Promise.reject(new Error("Check and Diff must not speak to Docker"));

const CASES: Record<string, { resource: Resource; fields: object; changes: Record<string, Values[string]> }> = {
  network: {
    resource: networkResource(noClient),
    fields: networkFields,
    changes: {
      attachable: true,
      driver: "macvlan",
      internal: true,
      ipamConfigs: [{ subnet: "10.77.0.0/24" }],
      ipv6: true,
      labels: [{ label: "a", value: "c" }],
      name: "cm",
      options: { "com.docker.network.driver.mtu": "1300" },
    },
  },
  volume: {
    resource: volumeResource(noClient),
    fields: volumeFields,
    changes: { driverOpts: { type: "tmpfs" }, labels: [{ label: "a", value: "c" }], name: "cw" },
  },
  remoteImage: {
    resource: remoteImageResource(noClient),
    fields: remoteImageFields,
    changes: {
      forceRemove: true,
      keepLocally: false,
      name: "lab/other:trixie",
      pullTriggers: ["x"],
      triggers: { source: "x" },
    },
  },
};

function resourceOf(kind: string): RecordedResource {
  const [found] = recorded<RecordedResource[]>("others", kind);
  if (found === undefined) throw new Error(`no ${kind} is recorded`);
  return found;
}

describe.each(Object.entries(CASES))("docker's %s", (kind, { resource, changes }) => {
  const { inputs, outputs } = resourceOf(kind);
  const checked = (news: Values): Values => {
    const result = resource.check(news, { olds: {}, name: "x", randomSeed: new Uint8Array() });
    expect(result.failures).toEqual([]);
    return result.inputs;
  };

  test("Check gives the recorded inputs", () => {
    expect(checked(asGiven(inputs))).toEqual(inputs);
  });

  test("every recorded change is tried", () => {
    // checkDuplicate has gone from the SDK.
    const recordedNames = changedProperties("others", kind).filter((name) => name !== "checkDuplicate");
    expect(Object.keys(changes).sort()).toEqual(recordedNames.sort());
  });

  test("nothing changed is no diff", () => {
    expect(asStep(resource.diff(outputs, inputs, inputs))).toEqual(
      stepOf(recorded<RecordedPreview>("others", `${kind}.same`)),
    );
  });

  test.each(Object.keys(changes))("a changed %s does what the real plugin does", (name) => {
    const news = checked({ ...inputs, [name]: changes[name] as Values[string] });
    expect(asStep(resource.diff(outputs, news, inputs))).toEqual(
      stepOf(recorded<RecordedPreview>("others", `${kind}.change.${name}`)),
    );
  });
});

describe("replacements", () => {
  test("a network whose name is given goes before the new one comes, one with a made-up name doesn't", () => {
    expect(networkResource(noClient).deleteBeforeReplace?.({ name: "n", __defaults: ["ipamDriver"] })).toBe(true);
    expect(networkResource(noClient).deleteBeforeReplace?.({ name: "n-1234567", __defaults: ["name"] })).toBe(false);
  });

  test("a made-up name is kept from deployment to deployment", () => {
    const check = volumeResource(noClient).check;
    const first = check({}, { olds: {}, name: "v", randomSeed: new Uint8Array([1]) }).inputs;
    expect(first.name).toMatch(/^v-[0-9a-f]{7}$/);
    const second = check({}, { olds: first, name: "v", randomSeed: new Uint8Array([2]) }).inputs;
    expect(second).toEqual(first);
  });
});

describe("Docker's API", () => {
  const [network] = recorded<{ state: RecordedResource[] }>("container", "container.create").state;

  test("a network's outputs are those of the real plugin", () => {
    expect(networkOutputs(inspect.network as never, {})).toEqual(network?.outputs);
  });

  test("a volume's outputs are those of the real plugin", () => {
    const { inputs, outputs } = resourceOf("volume");
    const volume = { Name: "cv", Driver: "local", Labels: { a: "b" }, Mountpoint: "/var/lib/docker/volumes/cv/_data" };
    expect(volumeOutputs(volume as never, inputs)).toEqual(outputs);
  });

  test("gets a network with its address ranges", () => {
    const body = networkBody({
      name: "n",
      internal: true,
      ipamDriver: "default",
      ipamConfigs: [{ __defaults: [], subnet: "10.77.0.0/24", gateway: "10.77.0.1", auxAddress: { r: "10.77.0.9" } }],
    });
    expect(body).toMatchObject({
      Name: "n",
      Driver: "bridge",
      Internal: true,
      IPAM: { Config: [{ Subnet: "10.77.0.0/24", Gateway: "10.77.0.1", AuxiliaryAddresses: { r: "10.77.0.9" } }] },
    });
  });

  test("gets a volume with its labels and options", () => {
    const body = volumeBody({ name: "v", labels: [{ label: "a", value: "b" }], driverOpts: { type: "tmpfs" } });
    expect(body).toEqual({ Name: "v", Driver: "local", DriverOpts: { type: "tmpfs" }, Labels: { a: "b" } });
  });
});
