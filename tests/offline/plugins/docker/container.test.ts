import { describe, expect, test } from "vitest";
import { diffContainer } from "../../../../offline/plugins/docker/container.ts";
import { connections, containerBody, updateBody } from "../../../../offline/plugins/docker/container-body.ts";
import { containerFields } from "../../../../offline/plugins/docker/container-schema.ts";
import { containerOutputs, failedOutputs } from "../../../../offline/plugins/docker/container-state.ts";
import { modeOf } from "../../../../offline/plugins/docker/upload.ts";
import { checkInputs } from "../../../../offline/plugins/framework/check.ts";
import { UNKNOWN, type Values } from "../../../../offline/plugins/framework/values.ts";
import {
  asGiven,
  asStep,
  changedProperties,
  type RecordedPreview,
  type RecordedResource,
  type RecordedStep,
  recorded,
  stepOf,
} from "../recorded.ts";
import inspect from "./inspect.json" with { type: "json" };

const state = recorded<{ state: RecordedResource[] }>("container", "container.create").state;
const container = state.find(({ type }) => type === "docker:index/container:Container");
if (container === undefined) throw new Error("no container is recorded");
const { inputs, outputs } = container;

// Properties that the stand-in refuses; their recordings show no effect anyway.
const REFUSED = ["gpus", "storageOpts"];

// The recordings tell which property was changed, not to what.
const CHANGES: Record<string, Values[string]> = {
  attach: false,
  capabilities: { adds: ["NET_BIND_SERVICE"], drops: ["ALL"] },
  cgroupnsMode: "host",
  command: ["sleep", "2000"],
  containerReadRefreshTimeoutMilliseconds: 20000,
  cpuSet: "0",
  cpuShares: 512,
  cpus: "0.5",
  destroyGraceSeconds: 5,
  dns: ["10.0.0.1"],
  domainname: "example",
  entrypoints: ["/usr/bin/env"],
  envs: ["A=2"],
  groupAdds: ["1000"],
  healthcheck: { ...(inputs.healthcheck as Values), interval: "2s", tests: ["CMD", "false"] },
  hostname: "other",
  hosts: [{ host: "h", ip: "10.9.9.8" }],
  image: "lab/other:trixie",
  init: false,
  ipcMode: "private",
  labels: [{ label: "l", value: "w" }],
  logDriver: "local",
  logOpts: { "max-size": "20m" },
  logs: false,
  maxRetryCount: 3,
  memory: 128,
  memorySwap: 256,
  mounts: [{ target: "/m", type: "tmpfs" }],
  mustRun: false,
  name: "confd",
  networkMode: "bridge",
  networksAdvanced: [{ name: "confnet", aliases: ["other"] }],
  pidMode: "host",
  ports: [{ internal: 80, external: 18081, ip: "127.0.0.1" }],
  privileged: true,
  publishAllPorts: true,
  readOnly: true,
  removeVolumes: false,
  restart: "always",
  rm: true,
  runtime: "runc",
  securityOpts: [],
  shmSize: 128,
  start: false,
  stdinOpen: true,
  stopSignal: "SIGINT",
  stopTimeout: 5,
  sysctls: { "net.core.somaxconn": "1024" },
  tmpfs: { "/run": "rw", "/tmp": "rw" },
  tty: true,
  ulimits: [{ name: "nofile", soft: 1024, hard: 1024 }],
  uploads: [{ file: "/conf/x.conf", content: "bye", permissions: "0400" }],
  user: "65533",
  usernsMode: "host",
  volumes: [{ volumeName: "other", containerPath: "/conf" }],
  wait: false,
  waitTimeout: 30,
  workingDir: "/tmp",
};

function checked(news: Values): Values {
  const result = checkInputs(containerFields, news, { resource: "docker.Container", listDefaults: true });
  expect(result.failures).toEqual([]);
  return result.inputs;
}

/** A change's own part of a step: the recordings leave out what `container.same` shows anyway. */
function withoutMemorySwap(step: RecordedStep | undefined): RecordedStep | undefined {
  if (step === undefined) return undefined;
  const kept = Object.entries(step.detailedDiff).filter(([at, { kind }]) => at !== "memorySwap" || kind !== "delete");
  return { ...step, detailedDiff: Object.fromEntries(kept) };
}

describe("Check", () => {
  test("fills in the real plugin's defaults and lists them", () => {
    expect(checked(asGiven(inputs))).toEqual(inputs);
  });

  test("fills in every default where almost nothing is given", () => {
    expect(checked({ image: "i", ports: [{ internal: 80 }] })).toEqual({
      __defaults: [
        "containerReadRefreshTimeoutMilliseconds",
        "mustRun",
        "networkMode",
        "removeVolumes",
        "restart",
        "start",
        "waitTimeout",
      ],
      containerReadRefreshTimeoutMilliseconds: 15000,
      image: "i",
      mustRun: true,
      networkMode: "bridge",
      ports: [{ __defaults: ["ip", "protocol"], internal: 80, ip: "0.0.0.0", protocol: "tcp" }],
      removeVolumes: true,
      restart: "no",
      start: true,
      waitTimeout: 60,
    });
  });
});

describe("Diff", () => {
  test("knows every recorded property, or refuses it", () => {
    expect(Object.keys(CHANGES).sort()).toEqual(
      changedProperties("container", "container")
        .filter((name) => !REFUSED.includes(name))
        .sort(),
    );
  });

  test("memory without memorySwap is a change at every up", () => {
    expect(asStep(diffContainer(outputs, inputs))).toEqual(
      stepOf(recorded<RecordedPreview>("container", "container.same")),
    );
  });

  test("sees nothing once memorySwap is given", () => {
    expect(asStep(diffContainer(outputs, { ...inputs, memorySwap: 128 }))).toBeUndefined();
  });

  test.each(Object.keys(CHANGES))("a changed %s does what the real plugin does", (name) => {
    const news = checked({ ...inputs, [name]: CHANGES[name] as Values[string] });
    const wanted = stepOf(recorded<RecordedPreview>("container", `container.change.${name}`));
    expect(withoutMemorySwap(asStep(diffContainer(outputs, news)))).toEqual(wanted);
  });

  test("a container stopped by hand is replaced after a refresh", () => {
    const [step] = recorded<{ op: string; dd?: RecordedStep["detailedDiff"] }[]>(
      "container",
      "container.stopped.refresh",
    ).filter(({ dd }) => dd !== undefined);
    const refreshed = containerOutputs(inspect.stopped as never, outputs);
    const diff = asStep(diffContainer(refreshed, inputs));
    expect(diff?.op).toBe(step?.op);
    expect(diff?.detailedDiff).toEqual(
      Object.fromEntries(Object.entries(step?.dd ?? {}).map(([at, { kind }]) => [at, { kind }])),
    );
  });

  test("a container that never got healthy is replaced at the next preview", () => {
    const given = checked({
      image: "lab/base:trixie",
      name: "confc",
      command: ["sleep", "1000"],
      networkMode: "none",
      healthcheck: { tests: ["CMD", "false"], interval: "1s" },
      wait: true,
      waitTimeout: 3,
    });
    expect(asStep(diffContainer(failedOutputs("0123", given), given))).toEqual(
      stepOf(recorded<RecordedPreview>("others", "container.never.healthy.next.preview")),
    );
  });

  test("a container that was never finished is replaced even where everything is given", () => {
    const given = checked({ image: "i", name: "c", command: ["a"], entrypoints: ["b"], networkMode: "none" });
    expect(diffContainer(failedOutputs("0123", given), given)).toEqual({
      detailed: { networkDatas: "add-replace" },
      replaces: ["networkDatas"],
    });
  });

  test("an image that is not known yet replaces the container", () => {
    const diff = diffContainer(outputs, { ...inputs, memorySwap: 128, image: UNKNOWN });
    expect(diff).toEqual({ detailed: { image: "update-replace" }, replaces: ["image"] });
  });

  test("sets may come back in another order", () => {
    const olds = { ...outputs, envs: ["A=1", "B=2"], memorySwap: 64 };
    expect(diffContainer(olds, { ...inputs, envs: ["B=2", "A=1"], memorySwap: 64 }).detailed).toEqual({});
  });

  test("a removed property counts as changed to what Docker takes then", () => {
    const { user: _user, labels: _labels, ports: _ports, ...rest } = inputs;
    expect(diffContainer(outputs, { ...rest, memorySwap: 128 }).detailed).toEqual({
      ports: "delete-replace",
      user: "delete-replace",
    });
  });
});

describe("outputs", () => {
  test("are those of the real plugin", () => {
    expect(containerOutputs(inspect.running as never, inputs)).toEqual(outputs);
  });

  test("stay the same at a refresh", () => {
    expect(containerOutputs(inspect.running as never, outputs)).toEqual(outputs);
  });

  test("ports read back in the order of their numbers, so that a container with several is not replaced", () => {
    const many = structuredClone(inspect.running) as unknown as { NetworkSettings: { Ports: object } };
    const bound = (port: number) => [{ HostIp: "127.0.0.1", HostPort: `${port}` }];
    const texts = ["16686", "443", "53", "80", "9090"];
    many.NetworkSettings.Ports = Object.fromEntries(texts.map((port) => [`${port}/tcp`, bound(Number(port))]));
    const given = [53, 80, 443, 9090, 16_686].map((port) => ({ external: port, internal: port, ip: "127.0.0.1" }));
    const read = containerOutputs(many as never, inputs);
    expect(read.ports).toEqual(given.map((port) => ({ ...port, protocol: "tcp" })));
    const news = checked({ ...asGiven(inputs), ports: given });
    expect(diffContainer({ ...outputs, ...read }, { ...news, memorySwap: 128 }).detailed).not.toHaveProperty("ports");
  });

  test("a duration reads back as Go prints it", () => {
    const slow = structuredClone(inspect.running);
    slow.Config.Healthcheck.Interval = 90e9;
    expect(containerOutputs(slow as never, inputs).healthcheck).toMatchObject({ interval: "1m30s" });
  });
});

describe("Docker's API", () => {
  test("gets what was given, and no field that was not", () => {
    const body = containerBody(inputs);
    expect(body).toMatchObject({
      name: "confc",
      Image: "lab/base:trixie",
      Cmd: ["sleep", "1000"],
      Env: ["A=1"],
      User: "65534",
      StopTimeout: 3,
      Labels: { l: "v" },
      ExposedPorts: { "80/tcp": {} },
      Volumes: { "/conf": {} },
      Healthcheck: { Test: ["CMD", "true"], Interval: 1e9, Timeout: 2e9, StartPeriod: 1e9, Retries: 3 },
      HostConfig: {
        Binds: ["confv:/conf:rw"],
        CapDrop: ["ALL"],
        ExtraHosts: ["h:10.9.9.9"],
        Init: true,
        LogConfig: { Type: "json-file", Config: { "max-size": "10m" } },
        Memory: 64 * 1024 * 1024,
        MemorySwap: 0,
        NetworkMode: "confnet",
        PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "18080" }] },
        ReadonlyRootfs: false,
        RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
        SecurityOpt: ["no-new-privileges:true"],
        Tmpfs: { "/run": "rw" },
      },
    });
    expect(body).not.toHaveProperty("Entrypoint");
    expect(body.HostConfig).not.toHaveProperty("CapAdd");
    expect(body.HostConfig).not.toHaveProperty("Dns");
  });

  test("gets limits in bytes and nanoseconds, and -1 for unlimited swap as it is", () => {
    const { HostConfig: host } = containerBody({ image: "i", memory: 10, memorySwap: -1, cpus: "1.5", shmSize: 2 });
    expect(host).toMatchObject({ Memory: 10485760, MemorySwap: -1, NanoCpus: 1.5e9, ShmSize: 2097152 });
  });

  test("gets a read-only volume and a host path as binds", () => {
    const volumes = [
      { volumeName: "v", containerPath: "/v", readOnly: true },
      { hostPath: "/h", containerPath: "/c" },
    ];
    expect(containerBody({ image: "i", volumes }).HostConfig?.Binds).toEqual(["v:/v:ro", "/h:/c:rw"]);
  });

  test("gets each network with its names and addresses", () => {
    const networksAdvanced = [{ name: "n", aliases: ["a"], ipv4Address: "10.1.0.2" }, { name: "m" }];
    expect(connections({ networksAdvanced })).toEqual([
      { network: "n", endpoint: { Aliases: ["a"], IPAMConfig: { IPv4Address: "10.1.0.2" } } },
      { network: "m", endpoint: { Aliases: [], IPAMConfig: {} } },
    ]);
  });

  test("gets an update of the limits that a running container can change", () => {
    expect(updateBody({ restart: "always", memory: 2, memorySwap: 4, cpuShares: 5 })).toEqual({
      RestartPolicy: { Name: "always", MaximumRetryCount: 0 },
      CpuShares: 5,
      CpusetCpus: "",
      Memory: 2097152,
      MemorySwap: 4194304,
    });
  });

  test.each([
    [{ permissions: "0400", executable: true }, 0o400],
    [{ executable: true }, 0o744],
    [{}, 0o644],
  ])("an upload %j has mode %o", (upload, mode) => {
    expect(modeOf(upload)).toBe(mode);
  });
});
