import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { command } from "../../../components/platform/command.ts";

const cacheWith = (decision: object): string => {
  const cache = mkdtempSync(path.join(os.tmpdir(), "vigie-command-"));
  writeFileSync(path.join(cache, "machine.json"), JSON.stringify(decision));
  return cache;
};
const offline = { PULUMI_HOME: "/c/pulumi home", VIGIE_IMAGES: "/c/images.json" };

it("gives a shell what Pulumi needs where Vigie has made it", () => {
  const cache = cacheWith({ images: "offline", offline, dockerHost: "unix:///run/other.sock" });
  const { stdout, code } = command(["env"], { VIGIE_CACHE: cache });
  const script = `eval "$0" && echo "$PULUMI_HOME|$VIGIE_IMAGES|$PULUMI_SKIP_UPDATE_CHECK|$DOCKER_HOST"`;
  const seen = execFileSync("sh", ["-c", script, stdout], { encoding: "utf8", env: {} });
  expect(seen).toBe("/c/pulumi home|/c/images.json|true|unix:///run/other.sock\n");
  expect(code).toBe(0);
});

it("leaves an engine alone that the user has named", () => {
  const cache = cacheWith({ images: "offline", offline, dockerHost: "unix:///run/other.sock" });
  expect(command(["env"], { VIGIE_CACHE: cache, DOCKER_HOST: "tcp://x:1" }).stdout).not.toContain("DOCKER_HOST");
});

it.each([
  ["nothing was decided", {}],
  ["everything is official", { images: "official", offline: {} }],
])("prints no variable where %s, and says so", (_, decision) => {
  expect(command(["env"], { VIGIE_CACHE: cacheWith(decision) })).toEqual({
    stdout: "",
    stderr: "Nothing is made by Vigie on this machine: Pulumi is used as it is.\n",
    code: 0,
  });
});

it.each([[[]], [["up"]], [["env", "dev"]]])("fails for %j, with what there is", (args) => {
  expect(command(args)).toMatchObject({ stdout: "", stderr: expect.stringContaining("vigie env"), code: 2 });
});
