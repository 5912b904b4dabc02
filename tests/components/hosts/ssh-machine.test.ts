import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { LOOK, parseLook, type RemoteMachine, wordsOf } from "../../../components/hosts/ssh-machine.ts";
import { remoteProblems, unreachedProblem } from "../../../components/hosts/ssh-problems.ts";

const target = { address: "192.0.2.10", port: 22, user: "deploy" };
const fine: RemoteMachine = {
  privileged: true,
  docker: { version: "28.5.2", dataRoot: "/var/lib/docker" },
  memory: { total: 4e9, available: 3e9 },
  disk: [{ path: "/var/lib/docker", free: 20e9, size: 40e9 }],
  volumes: [],
  clockAhead: 0.4,
  listeners: [],
};

describe("looking at a host", () => {
  it("finds out on a real machine what is needed", () => {
    const script = ["-s", "--", "/var/lib/docker", "/not/there/yet"];
    const machine = parseLook(execFileSync("/bin/sh", script, { input: LOOK, encoding: "utf8" }), Date.now() / 1000);
    expect(machine.memory.total).toBeGreaterThan(machine.memory.available);
    expect(machine.disk.map(({ path }) => path)).toEqual(["/var/lib/docker", "/not/there/yet"]);
    for (const { free, size } of machine.disk) {
      expect(free).toBeGreaterThan(0);
      expect(size).toBeGreaterThan(free);
    }
    expect(Math.abs(machine.clockAhead)).toBeLessThan(60);
  });

  it("tells containers from other programs", () => {
    const tcp = (port: string) =>
      `  sl\n   0: 00000000:${port} 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1\n`;
    const text = `\n#vigie: tcp\n${tcp("0050")}\n#vigie: tcp6\n${tcp("0016")}\n#vigie: containers\nweb\tshop/prod\t0.0.0.0:80->8000/tcp\n`;
    expect(parseLook(text, 0).listeners).toEqual([
      { port: 80, by: 'container "web"', stack: "shop/prod" },
      { port: 22, by: "another program of the host" },
    ]);
  });

  it("knows the volumes that are there", () => {
    expect(parseLook("\n#vigie: volumes\nshop-prod-prometheus-data\nother\n", 0).volumes).toEqual([
      "shop-prod-prometheus-data",
      "other",
    ]);
  });

  it.each([
    ["28.5.2\t/var/lib/docker\n", { version: "28.5.2", dataRoot: "/var/lib/docker" }],
    ["WARNING: No swap limit support\n20.10.24\t/data/docker\n", { version: "20.10.24", dataRoot: "/data/docker" }],
    ["20.10.24\t/data/docker\ttrue\n", { version: "20.10.24", dataRoot: "/data/docker" }],
    ["28.5.2\t/data/docker\tfalse\n", { version: "28.5.2", dataRoot: "/data/docker", pidsLimit: false }],
    ["the `docker` command was not found\n", { problem: "the `docker` command was not found" }],
    [
      "permission denied while trying to connect\nerrors pretty printing info\n",
      { problem: "permission denied while trying to connect" },
    ],
  ])("understands what Docker says: %j", (text, docker) => {
    expect(parseLook(`\n#vigie: docker\n${text}`, 0).docker).toEqual(docker);
  });
});

describe("a host that can't run a stack", () => {
  it("is none of these", () => {
    expect(remoteProblems(target, fine, false)).toEqual([]);
  });

  it.each<[string, Partial<RemoteMachine>, RegExp]>([
    ["sudo asks for a password", { privileged: false }, /user: root, or a user whom `sudo`.*NOPASSWD/],
    [
      "Docker is missing",
      { docker: { problem: "the `docker` command was not found" } },
      /Docker 20.10.*Install it on the host/,
    ],
    ["Docker does not run", { docker: { problem: "Cannot connect to the Docker daemon" } }, /Start it on the host/],
    ["the user may not use Docker", { docker: { problem: "permission denied" } }, /usermod -aG docker deploy/],
    ["Docker is too old", { docker: { version: "19.3.1", dataRoot: "/" } }, /20\.10 or newer.*Update it/],
    [
      "Docker can't limit processes",
      { docker: { version: "28.5.2", dataRoot: "/", pidsLimit: false } },
      /No pids limit support.*control group `pids`/,
    ],
    ["there is too little memory", { memory: { total: 5e8, available: 1e8 } }, /at least 1\.0 GB/],
    [
      "there is no space",
      { disk: [{ path: "/var/lib/docker", free: 1e8, size: 40e9 }] },
      /at least 2\.0 GB.*docker system df/,
    ],
    ["the clock is far off", { clockAhead: -3600 }, /at most 30 s apart.*NTP/],
  ])("fails when %s", (_, part, expected) => {
    const problems = remoteProblems(target, { ...fine, ...part }, false);
    expect(problems.map(({ property, allowed, fix }) => `${property}: ${allowed}. ${fix}`)).toEqual([
      expect.stringMatching(expected),
    ]);
  });

  it("may lack Docker and the time where a setup comes first", () => {
    const bare = { ...fine, docker: { problem: "the `docker` command was not found" }, clockAhead: 900 };
    expect(remoteProblems(target, bare, true)).toEqual([]);
  });
});

describe("a host that is not reached", () => {
  const failed = (code: string) => Object.assign(new Error(`spawnSync ssh ${code}`), { code });
  it.each([
    [{ status: 0, stderr: "" }, undefined],
    [{ status: 255, stderr: "Connection refused\n" }, "Connection refused"],
    [{ status: 255, stderr: "" }, "ssh ended with 255"],
    // It may end before it has read what it was to run.
    [{ status: 255, stderr: "Connection refused\n", error: failed("EPIPE") }, "Connection refused"],
    [{ status: null, stderr: "", error: failed("ETIMEDOUT") }, "spawnSync ssh ETIMEDOUT"],
    [{ status: null, stderr: "", error: failed("ENOENT") }, "the `ssh` command was not found on this machine"],
  ])("is told in the words of ssh: %j", (result, words) => {
    expect(wordsOf(result)).toBe(words);
  });

  it.each([
    ["ssh: connect to host 192.0.2.10 port 22: Connection refused", "address", "Connection refused"],
    ["ssh: connect to host 192.0.2.10 port 22: Connection timed out", "address", "timed out"],
    ["ssh: Could not resolve hostname web: Name or service not known", "address", "resolve"],
    ["deploy@192.0.2.10: Permission denied (publickey).", "privateKey", "authorized_keys"],
    [
      "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
      "hostKey",
      "No command was sent",
    ],
    [
      "No ED25519 host key is known for shop-prod-web-bastion and you have requested strict checking.",
      "bastion.hostKey",
      "No command was sent",
    ],
    ["the `ssh` command was not found on this machine", "address", "not found"],
  ])("fails for %j, by the property that it is about", (words, property, fix) => {
    expect(unreachedProblem(target, words, "npm run trust")).toMatchObject({
      property,
      fix: expect.stringContaining(fix),
    });
  });
});
