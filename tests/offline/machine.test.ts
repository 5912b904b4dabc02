import { expect, test } from "vitest";
import { cacheDirectory } from "../../offline/cache.ts";
import { daemonArguments, notRoot, uplinkMtu } from "../../offline/docker.ts";
import { isAtLeast } from "../../offline/go.ts";
import { caBundle, debianMirror, packagesStep } from "../../offline/machine.ts";
import type { StepContext } from "../../offline/steps.ts";

const policy = `Package files:
 100 /var/lib/dpkg/status
     release a=now
 500 http://mirror.example/debian-security bookworm-security/main amd64 Packages
     origin mirror.example
 500 http://mirror.example/debian bookworm/main amd64 Packages
Pinned packages:`;

test("the mirror is the first archive of apt's sources, not the security one", () => {
  expect(debianMirror(policy)).toBe("http://mirror.example/debian");
  expect(debianMirror(" 500 https://proxy.example/apt/debian/ trixie/main amd64 Packages")).toBe(
    "https://proxy.example/apt/debian",
  );
});

test("fails when apt's sources name no Debian archive, and says what to add where", () => {
  expect(() => debianMirror(" 500 http://archive.example/ubuntu noble/main amd64 Packages")).toThrow(
    /ends in \/debian[\s\S]*sources\.list/,
  );
});

test("the certificates are the ones that are named first and exist", () => {
  const env = { SSL_CERT_FILE: "/gone.pem", PIP_CERT: "/company.pem" };
  expect(caBundle(env, (path) => path === "/company.pem")).toBe("/company.pem");
  expect(caBundle({}, (path) => path === "/etc/ssl/certs/ca-certificates.crt")).toBe(
    "/etc/ssl/certs/ca-certificates.crt",
  );
  expect(caBundle({ VIGIE_CA_BUNDLE: "/own.pem", ...env }, () => true)).toBe("/own.pem");
  expect(caBundle({}, () => false)).toBeUndefined();
});

test.each([
  ["1.26.8", "1.26", true],
  ["1.26", "1.26", true],
  ["1.27rc1", "1.26", true],
  ["2.0", "1.26", true],
  ["1.25.9", "1.26", false],
  ["1.3", "1.26", false],
])("Go %s is %s or newer: %s", (version, minimum, expected) => {
  expect(isAtLeast(version, minimum)).toBe(expected);
});

test("the MTU is that of the interface with the default route", () => {
  const files: Record<string, string> = {
    "/proc/net/route": "Iface\tDestination\tGateway\nwlan0\t0000A8C0\t0\neth1\t00000000\t0101A8C0\n",
    "/sys/class/net/eth1/mtu": "1420\n",
  };
  expect(uplinkMtu((path) => files[path] ?? "")).toBe(1420);
  expect(daemonArguments(1420)).toEqual(expect.arrayContaining(["--mtu", "1420", "--live-restore"]));
});

test("without a default route the daemon keeps its own MTU", () => {
  const mtu = uplinkMtu(() => {
    throw new Error("ENOENT");
  });
  expect(mtu).toBeUndefined();
  expect(daemonArguments(mtu)).not.toContain("--mtu");
});

test("who may not talk to Docker is told about the group, who has none how to start it", () => {
  expect(notRoot("connect EACCES /var/run/docker.sock")).toContain("usermod -aG docker");
  expect(notRoot("connect ENOENT /var/run/docker.sock")).toContain("Docker Desktop");
});

test("the cache is where VIGIE_CACHE, XDG_CACHE_HOME or the home say, in this order", () => {
  expect(cacheDirectory({ VIGIE_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
  expect(cacheDirectory({ XDG_CACHE_HOME: "/b" })).toBe("/b/vigie");
  expect(cacheDirectory({})).toMatch(/\/\.cache\/vigie$/);
});

/** What apt is asked at an attempt to install packages, where the first so many calls of `install` fail. */
async function asked(attempt: number, failing: number): Promise<string[]> {
  const calls: string[] = [];
  let installs = 0;
  const run = async (_: string, words: readonly string[]) => {
    const call = words.includes("update") ? "update" : "install";
    calls.push(call);
    if (call === "install" && ++installs <= failing) throw new Error("E: Unable to locate package x");
    return "";
  };
  const context = { attempt, run } as unknown as StepContext;
  await packagesStep(["x"])
    .run(context)
    .catch(() => calls.push("fails"));
  return calls;
}

test("packages are installed by the lists that are there, then by fresh ones; another attempt begins with those", async () => {
  expect(await asked(1, 0)).toEqual(["install"]);
  expect(await asked(1, 1)).toEqual(["install", "update", "install"]);
  expect(await asked(1, 2)).toEqual(["install", "update", "install", "fails"]);
  expect(await asked(2, 0)).toEqual(["update", "install"]);
  expect(await asked(2, 1)).toEqual(["update", "install", "fails"]);
});
