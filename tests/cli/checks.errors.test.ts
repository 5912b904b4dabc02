import { expect, test } from "vitest";
import { type Check, checkMachine, type MachineFacts } from "../../cli/checks.ts";

const well: MachineFacts = {
  node: "24.21.0",
  root: false,
  apt: false,
  docker: { version: "20.10.24+dfsg1", clockAhead: 0 },
  memory: { total: 16e9, available: 8e9 },
  disk: [],
  ports: [
    { property: "vigie:httpPort", port: 80 },
    { property: "vigie:prometheusPort", port: 9090 },
  ],
  listeners: [],
  label: "vigie/dev",
  notBefore: 0,
  now: Date.parse("2026-11-21T00:00:00Z"),
  missingPlugins: [],
  configuration: [],
};

const problems = (facts: Partial<MachineFacts>): Check[] =>
  checkMachine({ ...well, ...facts }).filter(({ status }) => status === "problem");

test("fails for each taken port with who has it and the command that changes it", () => {
  const listeners = [
    { port: 80, by: "nginx (pid 812)" },
    { port: 9090, by: 'container "other"', stack: "vigie/prod" },
  ];
  expect(problems({ listeners })).toEqual([
    {
      name: "ports",
      status: "problem",
      found: "port 80 is taken by nginx (pid 812)",
      fix: "Stop it, or set vigie:httpPort to another port in Pulumi.dev.yaml.",
    },
    {
      name: "ports",
      status: "problem",
      found: 'port 9090 is taken by container "other"',
      fix: "Stop it, or set vigie:prometheusPort to another port in Pulumi.dev.yaml.",
    },
  ]);
});

test("fails where Docker does not answer and can't be brought", () => {
  const [check] = problems({ docker: { problem: "Cannot connect to the Docker daemon" } });
  expect(check?.fix).toContain("Start Docker");
});

test("fails where the engine that DOCKER_HOST names does not answer, also where another could be brought", () => {
  const docker = { problem: "Cannot connect to the Docker daemon" };
  const [check] = problems({ docker, dockerHost: "tcp://192.0.2.1:2375", root: true, apt: true });
  expect(check?.fix).toContain("unset DOCKER_HOST (tcp://192.0.2.1:2375)");
});

test("fails with the group's command where Docker refuses the user", () => {
  const [check] = problems({ docker: { problem: "permission denied while trying to connect" } });
  expect(check?.fix).toContain("usermod -aG docker");
});

test.each(["19.03.15", "20.9.1", "1.13.1"])("fails for Docker %s, which is too old", (version) => {
  expect(problems({ docker: { version, clockAhead: 0 } })[0]?.found).toContain("20.10 or newer is needed");
});

test("fails for a disk without room, with how much it needs", () => {
  const disk = [{ path: "/var/lib/docker", purpose: "Docker", free: 1e9, needed: 2e9 }];
  expect(problems({ disk })[0]?.found).toBe("1.0 GB free for Docker (/var/lib/docker); 2.0 GB are needed");
});

test("fails for a machine with too little memory", () => {
  expect(problems({ memory: { total: 5e8, available: 4e8 } })[0]?.fix).toBe("Give this machine at least 1.0 GB.");
});

test("fails for a clock that is before the project's own date", () => {
  expect(problems({ now: 0, notBefore: Date.parse("2026-11-01T00:00:00Z") })[0]?.name).toBe("clock");
});

test("fails for a lost passphrase that the state's secrets need", () => {
  const passphrase = { path: "/s/passphrase", exists: false, open: false, own: true, needed: true };
  expect(problems({ passphrase })[0]?.found).toContain("the stack's state has secrets that only it opens");
});

test("fails for a passphrase file of the user's that is not there", () => {
  const passphrase = { path: "/home/ada/p", exists: false, open: false, own: false, needed: false };
  expect(problems({ passphrase })[0]?.fix).toContain("PULUMI_CONFIG_PASSPHRASE_FILE");
});

test("fails for a state directory that can't be written, and for each wrong setting, all at once", () => {
  const found = problems({
    stateProblem: "/s can't be written",
    configuration: [
      { property: "vigie:httpPort", given: "0", allowed: "a whole number from 1 to 65535", fix: "Change it." },
      { property: "vigie:x", given: "1", allowed: "a known key" },
    ],
  });
  expect(found.map(({ name }) => name)).toEqual(["state", "configuration", "configuration"]);
  expect(found[1]).toMatchObject({
    found: 'vigie:httpPort: got "0"; allowed: a whole number from 1 to 65535.',
    fix: "Change it.",
  });
});
