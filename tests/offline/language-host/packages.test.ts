import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { dependencies, requiredPlugins } from "../../../offline/language-host/packages.ts";

const root = mkdtempSync(path.join(tmpdir(), "vigie-packages-"));
afterAll(() => rmSync(root, { recursive: true }));

function install(directory: string, manifest: Record<string, unknown>): void {
  const target = path.join(root, directory);
  mkdirSync(target, { recursive: true });
  writeFileSync(path.join(target, "package.json"), JSON.stringify(manifest));
}

install("", { name: "program", dependencies: { "@pulumi/docker": "5" }, devDependencies: { plain: "1" } });
install("node_modules/plain", { name: "plain", version: "1.0.0" });
install("node_modules/plain/node_modules/inner", { name: "inner", version: "3.0.0" });
install("node_modules/@pulumi/pulumi", { name: "@pulumi/pulumi", version: "3.259.0" });
install("node_modules/@pulumi/docker", {
  name: "@pulumi/docker",
  version: "5.2.0",
  pulumi: { resource: true, name: "docker", version: "5.2.0" },
});
install("node_modules/@other/thing", {
  name: "@other/thing",
  version: "v0.1.0",
  pulumi: { resource: true, server: "https://example.invalid/x" },
});
install("node_modules/broken", {});
writeFileSync(path.join(root, "node_modules/broken/package.json"), "{");
mkdirSync(path.join(root, "sub"));

describe("requiredPlugins", () => {
  test.each(["", "sub"])("finds the packages that need a plugin from directory %j", (directory) => {
    expect(requiredPlugins(path.join(root, directory))).toEqual(
      expect.arrayContaining([
        { name: "@pulumi/docker", version: "5.2.0", plugin: "docker", server: "" },
        { name: "@other/thing", version: "0.1.0", plugin: "other/thing", server: "https://example.invalid/x" },
      ]),
    );
    expect(requiredPlugins(path.join(root, directory))).toHaveLength(2);
  });

  test("finds this repository's plugins in the versions of their npm packages", () => {
    const found = requiredPlugins(path.resolve(import.meta.dirname, "../../.."));
    expect(found.map(({ plugin }) => plugin)).toEqual(expect.arrayContaining(["command", "docker", "random"]));
    expect(found.find(({ plugin }) => plugin === "command")?.version).toBe("1.2.1");
  });
});

describe("dependencies", () => {
  test("are those that the program names", () => {
    expect(dependencies(root, false)).toEqual([
      { name: "@pulumi/docker", version: "5.2.0" },
      { name: "plain", version: "1.0.0" },
    ]);
  });

  test("with those that they brought along", () => {
    expect(dependencies(root, true).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["@pulumi/pulumi", "inner", "plain"]),
    );
  });
});
