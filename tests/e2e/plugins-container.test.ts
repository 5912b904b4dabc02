import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../free-ports.ts";
import { type RecordedResource, recorded } from "../offline/plugins/recorded.ts";
import { kinds, PluginProgram, shellImage } from "./plugin-program.ts";
import { docker, sh } from "./shell.ts";

const program = new PluginProgram("container");
const name = program.prefix;
const image = shellImage();
let port: number;

beforeAll(async () => {
  port = await freePort();
  await program.init();
});
afterAll(() => program.remove());

/** The recorded container, with `memorySwap` so that it is clean, and whatever a test changes. */
function recordedContainer(overrides: Record<string, unknown> = {}, options = "{}"): string {
  const args = {
    name,
    image,
    command: ["sleep", "1000"],
    capabilities: { drops: ["ALL"] },
    destroyGraceSeconds: 1,
    envs: ["A=1"],
    healthcheck: { tests: ["CMD", "true"], interval: "1s", retries: 3, startPeriod: "1s", timeout: "30s" },
    hosts: [{ host: "h", ip: "10.9.9.9" }],
    init: true,
    labels: [{ label: "l", value: "v" }],
    logDriver: "json-file",
    logOpts: { "max-size": "10m" },
    memory: 64,
    memorySwap: 128,
    mustRun: true,
    networkMode: name,
    networksAdvanced: [{ name, aliases: ["confc"] }],
    ports: [{ internal: 80, external: port, ip: "127.0.0.1" }],
    readOnly: false,
    restart: "unless-stopped",
    securityOpts: ["no-new-privileges:true"],
    stopTimeout: 3,
    tmpfs: { "/run": "rw" },
    uploads: [{ file: "/conf/x.conf", content: "hello", permissions: "0400" }],
    user: "65534",
    volumes: [{ volumeName: name, containerPath: "/conf" }],
    wait: true,
    waitTimeout: 120,
    ...overrides,
  };
  return `
    const network = new docker.Network("n", { name: ${JSON.stringify(name)} });
    const volume = new docker.Volume("v", { name: ${JSON.stringify(name)} });
    new docker.Container("c", ${JSON.stringify(args)}, { dependsOn: [network, volume], ...${options} });
  `;
}

async function inspect<T>(format: string): Promise<T> {
  return JSON.parse(await sh("docker", ["inspect", "--format", `{{json ${format}}}`, name])) as T;
}

describe("docker.Container with the recorded arguments", () => {
  test("comes up healthy, with the recorded outputs", async () => {
    program.write(recordedContainer());
    await program.up();
    expect(await inspect(".State.Health.Status")).toBe("healthy");
    const [made] = await program.resources("docker:index/container:Container");
    const { state } = recorded<{ state: RecordedResource[] }>("container", "container.create");
    const wanted = state.find(({ type }) => type === "docker:index/container:Container");
    expect(Object.keys(made?.outputs ?? {}).sort()).toEqual(Object.keys(wanted?.outputs ?? {}).sort());
    expect(made?.inputs?.__defaults).toEqual(wanted?.inputs.__defaults);
    expect(await docker("exec", "--user", "0", name, "cat", "/conf/x.conf")).toEqual(["hello"]);
  });

  test("shows no change, without and with a refresh, and after one", async () => {
    expect(await program.preview()).toEqual([]);
    expect(await program.preview("--refresh")).toEqual([]);
    await program.pulumi(["refresh", "--yes", "--skip-preview"]);
    expect(await program.preview()).toEqual([]);
  });

  test("stopped by hand is replaced after a refresh, as recorded", async () => {
    await docker("stop", "--time", "0", name);
    const [step, ...others] = await program.preview("--refresh");
    expect(others.filter(({ urn }) => urn !== step?.urn)).toEqual([]);
    expect(step?.op).toBe("replace");
    expect(kinds(step)).toEqual({ mustRun: "update", ports: "add-replace" });
    await program.up("--refresh");
    expect(await inspect(".State.Running")).toBe(true);
    expect(await program.preview("--refresh")).toEqual([]);
  });

  test("removed by hand is created after a refresh", async () => {
    await docker("rm", "--force", name);
    expect((await program.preview("--refresh")).map(({ op }) => op)).toEqual(["create"]);
    await program.up("--refresh");
    expect(await inspect(".State.Running")).toBe(true);
  });

  test("with another port is deleted first, then created", async () => {
    const before = await inspect<string>(".Id");
    port = await freePort();
    program.write(recordedContainer());
    const { output } = await program.up();
    expect(output.indexOf("deleted original")).toBeGreaterThan(-1);
    expect(output.indexOf("deleted original")).toBeLessThan(output.indexOf("created replacement"));
    expect(await inspect<string>(".Id")).not.toBe(before);
    expect(await program.preview()).toEqual([]);
  });

  test("with another limit and restart policy is updated in place", async () => {
    const before = await inspect<string>(".Id");
    program.write(recordedContainer({ memory: 96, memorySwap: 192, restart: "always" }));
    const [step] = await program.preview();
    expect(step?.op).toBe("update");
    await program.up();
    expect(await inspect<string>(".Id")).toBe(before);
    expect(await inspect(".HostConfig.Memory")).toBe(96 * 1024 * 1024);
    expect(await inspect(".HostConfig.MemorySwap")).toBe(192 * 1024 * 1024);
    expect(await inspect(".HostConfig.RestartPolicy.Name")).toBe("always");
    expect(await program.preview()).toEqual([]);
  });

  test("with memory and no memorySwap shows a change at every preview", async () => {
    program.write(recordedContainer({ memorySwap: undefined, restart: "always" }));
    await program.up();
    const [step] = await program.preview();
    expect(step?.op).toBe("update");
    expect(kinds(step)).toEqual({ memorySwap: "delete" });
  });

  test("with another health check keeps the old one, unless it is to be replaced", async () => {
    const healthcheck = { tests: ["CMD", "test", "-e", "/"], interval: "1s", retries: 3, timeout: "30s" };
    program.write(recordedContainer({ healthcheck }));
    await program.up();
    expect(await inspect(".Config.Healthcheck.Test")).toEqual(["CMD", "true"]);
    const replaced = { ...healthcheck, tests: ["CMD", "test", "-d", "/"] };
    program.write(
      recordedContainer({ healthcheck: replaced }, '{ replaceOnChanges: ["healthcheck"], deleteBeforeReplace: true }'),
    );
    expect((await program.preview()).map(({ op }) => op)).toContain("replace");
    await program.up();
    expect(await inspect(".Config.Healthcheck.Test")).toEqual(["CMD", "test", "-d", "/"]);
  });

  test("leaves nothing behind when it is taken down", async () => {
    program.write("");
    await program.up();
    expect(await docker("ps", "--all", "--quiet", "--filter", `name=${name}`)).toEqual([]);
    expect(await docker("network", "ls", "--quiet", "--filter", `name=${name}`)).toEqual([]);
    expect(await docker("volume", "ls", "--quiet", "--filter", `name=${name}`)).toEqual([]);
  });
});

describe("a container that fails or stops", () => {
  const plain = (args: Record<string, unknown>, more = "") => `
    new docker.Container("c", ${JSON.stringify({ name, image, command: ["sleep", "1000"], networkMode: "none", ...args })});
    ${more}
  `;
  const failingCheck = { tests: ["CMD", "false"], interval: "1s" };

  test("fails when it never gets healthy, stays, and is replaced at the next preview", async () => {
    program.write(plain({ healthcheck: failingCheck, wait: true, waitTimeout: 3 }));
    expect(await program.upFails()).toContain("container failed to be in healthy state");
    expect(await docker("ps", "--quiet", "--filter", `name=${name}`)).toHaveLength(1);
    const [step] = await program.preview();
    expect(step?.op).toBe("replace");
    expect(step?.replaceReasons).toEqual(["entrypoints"]);
    expect(kinds(step)).toEqual({ entrypoints: "add-replace", networkDatas: "add" });
    program.write(plain({ healthcheck: { tests: ["CMD", "true"], interval: "1s" }, wait: true }));
    await program.up();
    expect(await inspect(".State.Health.Status")).toBe("healthy");
    expect(await program.preview()).toEqual([]);
    program.write("");
    await program.up();
  });

  test("is started again where it was stopped by hand and nothing replaces it", async () => {
    program.write(plain({}));
    await program.up();
    const before = await inspect<string>(".Id");
    await docker("stop", "--time", "0", name);
    expect(kinds((await program.preview("--refresh"))[0])).toEqual({ mustRun: "update" });
    await program.up("--refresh");
    expect(await inspect(".State.Running")).toBe(true);
    expect(await inspect<string>(".Id")).toBe(before);
    expect(await program.preview("--refresh")).toEqual([]);
    program.write("");
    await program.up();
  });

  test("fails when it is to wait for a health check that it lacks", async () => {
    program.write(plain({ wait: true }));
    expect(await program.upFails()).toContain(
      "you have supplied a 'wait' argument, but the container does not have a healthcheck defined",
    );
    program.write("");
    await program.up();
  });

  test("fails when its name is taken, and keeps what was made before", async () => {
    await docker("create", "--name", name, "--network", "none", image, "sleep", "1");
    program.write(plain({}, `new docker.Volume("v", { name: ${JSON.stringify(name)} });`));
    const output = await program.upFails();
    expect(output).toMatch(/Unable to create container: Error response from daemon: Conflict. The container name/);
    expect(await program.resources("docker:index/volume:Volume")).toHaveLength(1);
    expect(await program.resources("docker:index/container:Container")).toEqual([]);
    await docker("rm", "--force", name);
    program.write("");
    await program.up();
  });

  test("fails when its image can't be had", async () => {
    program.write(plain({ image: "127.0.0.1:1/does/not:exist" }));
    expect(await program.upFails()).toMatch(
      /Unable to create container with image 127.0.0.1:1\/does\/not:exist: unable to pull image .*: error pulling image/,
    );
  });

  test("fails when files are to be written into a read-only root", async () => {
    program.write(plain({ readOnly: true, uploads: [{ file: "/x", content: "x" }] }));
    expect(await program.upFails()).toContain("container rootfs is marked read-only");
    program.write("");
    await program.up();
  });
});

describe("a secret file", () => {
  test("gets into a volume by a container that never starts, and is in clear nowhere", async () => {
    program.write(`
      const password = new random.RandomPassword("p", { length: 24, special: false });
      const volume = new docker.Volume("v", { name: ${JSON.stringify(name)} });
      const writer = new docker.Container("w", {
        name: ${JSON.stringify(name)}, image: ${JSON.stringify(image)}, networkMode: "none", start: false, mustRun: false,
        uploads: [{ file: "/secret/password", content: password.result, permissions: "0400" }],
        volumes: [{ volumeName: volume.name, containerPath: "/secret" }],
      });
      new command.local.Command("say", { create: 'echo "it is $P"', environment: { P: password.result } }, { dependsOn: writer });
    `);
    const { output } = await program.up();
    const volume = `${name}:/secret`;
    const entry = ["--network", "none", "--entrypoint", "/bin/cat", "--user", "0"];
    const [password = ""] = await docker("run", "--rm", ...entry, "--volume", volume, image, "/secret/password");
    expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(output).not.toContain(password);
    expect(await program.exported()).not.toContain(password);
    expect(await sh("docker", ["inspect", name])).not.toContain(password);
    expect(await program.preview()).toEqual([]);
    expect(await program.preview("--refresh")).toEqual([]);
    program.write("");
    await program.up();
  });
});

describe("an interrupted deployment", () => {
  test("leaves no process and no half-made container, and the next up converges", async () => {
    const slow = { tests: ["CMD", "test", "-e", "/tmp/never"], interval: "1s", retries: 100 };
    program.write(recordedContainer({ healthcheck: slow, waitTimeout: 60 }));
    const killed = await program.pulumi(["up", "--yes", "--skip-preview"], /Container c creating/);
    expect(killed.code).toBe(137);
    await expect.poll(() => processesOf(program.directory), { interval: 200 }).toEqual([]);
    // Docker may still be making it, or taking it away, when nobody waits for that any more.
    const left = () => docker("ps", "--all", "--quiet", "--filter", `name=${name}`);
    await expect.poll(left, { interval: 200 }).toEqual([]);
    await program.pulumi(["cancel", "--yes"]);
    program.write(recordedContainer());
    await program.up();
    expect(await program.preview("--refresh")).toEqual([]);
  });
});

/** The processes that work in a directory. */
async function processesOf(directory: string): Promise<string[]> {
  const list = await sh("sh", ["-c", 'for p in /proc/[0-9]*; do echo "$p $(readlink $p/cwd)"; done']);
  return list.split("\n").filter((line) => line.endsWith(` ${directory}`));
}
