import { mkdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kinds, PluginProgram, shellImage } from "./plugin-program.ts";
import { docker, sh } from "./shell.ts";

const program = new PluginProgram("image");
const base = shellImage();

beforeAll(async () => {
  mkdirSync(path.join(program.directory, "context"));
  await program.init();
});
afterAll(() => program.remove());

function build(tag: string, trigger: string): string {
  const args = {
    name: `${program.prefix}:${tag}`,
    keepLocally: false,
    build: { context: "context", dockerfile: "Dockerfile", buildArgs: { BASE: base }, networkMode: "host" },
    triggers: { source: trigger },
  };
  return `export const id = new docker.RemoteImage("i", ${JSON.stringify(args)}).imageId;`;
}

describe("docker.RemoteImage", () => {
  test("builds from a local base, and the next preview shows nothing", async () => {
    program.file("context/Dockerfile", "ARG BASE\nFROM $BASE\nUSER 0\nCOPY . /context\n");
    program.file("context/.dockerignore", "*\n!kept.txt\n");
    program.file("context/kept.txt", "kept");
    program.file("context/left-out.txt", "left out");
    program.write(build("1", "1"));
    await program.up();
    const run = ["--rm", "--network", "none", "--entrypoint", "/bin/sh", `${program.prefix}:1`, "-c"];
    expect(await docker("run", ...run, "ls /context")).toEqual(["kept.txt"]);
    const id = await sh("docker", ["image", "inspect", "--format", "{{.Id}}", `${program.prefix}:1`]);
    const [made] = await program.resources("docker:index/remoteImage:RemoteImage");
    expect(made?.outputs).toMatchObject({ imageId: id, repoDigest: "", id: `${id}${program.prefix}:1` });
    expect(await program.preview()).toEqual([]);
    expect(await program.preview("--refresh")).toEqual([]);
  });

  test("is built again by a changed trigger, not by a changed context", async () => {
    program.file("context/kept.txt", "changed");
    expect(await program.preview()).toEqual([]);
    program.write(build("2", "2"));
    const [step] = await program.preview();
    expect(step?.op).toBe("replace");
    expect(kinds(step)).toEqual({ name: "update-replace", "triggers.source": "update-replace" });
    await program.up();
    expect(await docker("images", "--quiet", `${program.prefix}:1`)).toEqual([]);
    expect(await docker("images", "--quiet", `${program.prefix}:2`)).toHaveLength(1);
  });

  test("fails with the last lines of a build that fails", async () => {
    program.file("context/Dockerfile", "ARG BASE\nFROM $BASE\nUSER 0\nRUN echo the reason is here && exit 3\n");
    program.write(build("3", "3"));
    const output = await program.upFails();
    expect(output).toContain(`unable to build image ${program.prefix}:3`);
    expect(output).toContain("the reason is here");
    expect(output).toMatch(/returned a non-zero code: 3/);
  });

  test("that is here is not pulled, and stays when it is to be kept", async () => {
    program.write(`new docker.RemoteImage("i", { name: ${JSON.stringify(base)}, keepLocally: true });`);
    await program.up();
    program.write("");
    await program.up();
    expect(await docker("images", "--quiet", base)).toHaveLength(1);
  });

  test("fails with the daemon's words when it can't be pulled", async () => {
    program.write(`new docker.RemoteImage("i", { name: "127.0.0.1:1/does/not:exist" });`);
    expect(await program.upFails()).toMatch(
      /Unable to read Docker image into resource: unable to pull image 127.0.0.1:1\/does\/not:exist: error pulling image/,
    );
  });
});
