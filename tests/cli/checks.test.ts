import { expect, test } from "vitest";
import { type Check, checkMachine, formatChecks, type MachineFacts } from "../../cli/checks.ts";
import { uplinkOf } from "../../cli/probe.ts";
import { abilities, type Tried } from "../../offline/preflight.ts";

const well: MachineFacts = {
  node: "24.21.0",
  root: false,
  apt: false,
  docker: { version: "28.2.2", clockAhead: 0.2 },
  memory: { total: 16e9, available: 8e9 },
  disk: [{ path: "/s", purpose: "the state", free: 50e9, needed: 200e6 }],
  ports: [
    { property: "vigie:httpPort", port: 80 },
    { property: "vigie:prometheusPort", port: 9090 },
  ],
  listeners: [],
  label: "vigie/dev",
  notBefore: Date.parse("2026-11-01T00:00:00Z"),
  now: Date.parse("2026-11-21T00:00:00Z"),
  cli: { path: "/h/pulumi", version: "3.259.0" },
  missingPlugins: [],
  passphrase: { path: "/s/passphrase", exists: true, open: false, own: true, needed: true },
  configuration: [],
};

const statuses = (facts: Partial<MachineFacts>): Record<string, Check["status"]> =>
  Object.fromEntries(
    checkMachine({ ...well, ...facts })
      .filter(({ status }) => status !== "ok")
      .map(({ name, status }) => [name, status]),
  );

const only = (facts: Partial<MachineFacts>): Check => {
  const [check] = checkMachine({ ...well, ...facts }).filter(({ status }) => status !== "ok");
  if (check === undefined) throw new Error("every check is ok");
  return check;
};

test("a machine where all is well has nothing but ok", () => {
  expect(statuses({})).toEqual({});
  expect(formatChecks(checkMachine(well))).not.toContain("fix:");
});

test("what `up` brings along is no problem", () => {
  const { cli: _, ...withoutCli } = well;
  const checks = checkMachine({
    ...withoutCli,
    root: true,
    apt: true,
    docker: { problem: "the `docker` command was not found on this machine" },
    missingPlugins: ["docker 5.2.0"],
    passphrase: { path: "/s/passphrase", exists: false, open: false, own: true, needed: false },
  });
  expect(checks.filter(({ status }) => status === "later").map(({ name }) => name)).toEqual([
    "pulumi",
    "plugins",
    "docker",
    "passphrase",
  ]);
  expect(checks.some(({ status }) => status === "problem")).toBe(false);
});

const cannot = (name: string, words: string): Tried => {
  const ability = abilities.find((each) => each.name === name);
  if (ability === undefined) throw new Error(`there is no ability ${name}`);
  return { ability, can: false, words };
};
const bare = { root: true, apt: true, docker: { problem: "no docker" } } as const;

test("a machine that can't run containers hears each reason, the fix, and what works there", () => {
  const abilities = [cannot("mounts", "Operation not permitted"), cannot("cgroups", "Read-only file system")];
  const checks = checkMachine({ ...well, ...bare, abilities }).filter(({ status }) => status === "problem");
  expect(checks.map(({ name }) => name)).toEqual(["mounts", "cgroups", "docker"]);
  expect(checks[0]?.found).toContain("(Operation not permitted)");
  expect(checks[2]?.fix).toContain("--privileged");
  expect(checks[2]?.fix).toContain("`npm run preview` and `npm test` need no Docker");
});

test("a machine without overlays can run containers, and is warned", () => {
  expect(statuses({ ...bare, abilities: [cannot("layers", "Invalid argument")] })).toEqual({
    docker: "later",
    layers: "warning",
  });
});

test("a preview without Docker asks neither for it nor for ports and memory", () => {
  const listeners = [{ port: 80, by: "nginx (pid 1)" }];
  const memory = { total: 1e8, available: 1e7 };
  expect(statuses({ docker: { problem: "no docker" }, listeners, memory, onlyPreview: true })).toEqual({});
});

test("ports that this stack itself holds are free to it", () => {
  const listeners = [{ port: 80, by: 'container "vigie-dev-edge"', stack: "vigie/dev" }];
  expect(statuses({ listeners })).toEqual({});
});

test("low memory is a warning as long as the machine has it", () => {
  expect(statuses({ memory: { total: 4e9, available: 3e8 } })).toEqual({ memory: "warning" });
});

test("a Docker engine whose clock differs is a warning", () => {
  expect(only({ docker: { version: "28.2.2", clockAhead: -95 } })).toMatchObject({
    status: "warning",
    found: "95 s behind this machine's",
  });
});

test("a passphrase that others can read is a warning, with the command that mends it", () => {
  const passphrase = { path: "/s/passphrase", exists: true, open: true, own: true, needed: true };
  expect(only({ passphrase })).toMatchObject({ status: "warning", fix: "chmod 600 /s/passphrase" });
});

test("each line has its fix below it", () => {
  const text = formatChecks([{ name: "disk", status: "problem", found: "1 MB free", fix: "Free some space." }]);
  expect(text).toBe("PROBLEM  disk          1 MB free\n                       fix: Free some space.");
});

test("an older Docker that lets neighbours in is a warning, with the interface and what forbids it", () => {
  const old = { docker: { version: "20.10.24+dfsg1", clockAhead: 0 }, forwards: "ens3" };
  expect(only(old)).toMatchObject({
    name: "neighbours",
    status: "warning",
    found: expect.stringContaining("the network of ens3"),
    fix: expect.stringContaining("iptables -I DOCKER-USER -i ens3 "),
  });
  expect(statuses({ ...old, docker: { version: "27.5.1", clockAhead: 0 } })).toEqual({ neighbours: "warning" });
  expect(statuses({ ...old, docker: { version: "28.0.0", clockAhead: 0 } })).toEqual({});
  expect(statuses({ docker: old.docker })).toEqual({});
});

test("the interface that leads out is that of the default route", () => {
  const head = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT";
  const docker = "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0";
  expect(uplinkOf([head, docker, "ens3\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0"].join("\n"))).toBe(
    "ens3",
  );
  expect(
    uplinkOf([head, docker, "wg0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0"].join("\n")),
  ).toBeUndefined();
});

test("images that are pulled by a tag alone are a warning, by name", () => {
  const check = only({ unpinned: ["nginx", "redis"] });
  expect(check).toMatchObject({ name: "images", status: "warning" });
  expect(check.found).toBe("2 are pulled by a tag, which can be moved: nginx, redis");
  expect(check.fix).toContain("npm run pin");
});
