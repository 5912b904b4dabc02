import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { dockerSshOptions } from "../../../components/hosts/ssh-files.ts";
import type { RemoteMachine } from "../../../components/hosts/ssh-machine.ts";
import type { SshHostArgs } from "../../../components/index.ts";
import { forget, manners, registered, resource, settle, startMocks, types } from "../recorder.ts";

const dialled = vi.hoisted(() => ({ answers: [] as unknown[], asked: [] as unknown[][] }));
vi.mock("../../../components/hosts/ssh-machine.ts", () => ({
  remoteMachine: (...args: unknown[]) => {
    dialled.asked.push(args);
    return dialled.answers[0];
  },
}));

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILi7A3k+qHGtTEYAz45glSq6P0v9TquIqjRwNLI+BH8g";
const fine: RemoteMachine = {
  privileged: true,
  docker: { version: "28.5.2", dataRoot: "/data/docker" },
  memory: { total: 4e9, available: 3e9 },
  socketGroup: 998,
  disk: [{ path: "/var/lib/docker", free: 20e9, size: 40e9 }],
  volumes: [],
  clockAhead: 0,
  listeners: [{ port: 80, by: 'container "shop-edge"', stack: "shop/prod" }],
};

let SshHost: typeof import("../../../components/index.ts").SshHost;
let stateDirectory: string;

beforeAll(async () => {
  await startMocks();
  ({ SshHost } = await import("../../../components/index.ts"));
});
beforeEach(() => {
  forget();
  dialled.answers = [fine];
  dialled.asked = [];
  stateDirectory = mkdtempSync(path.join(os.tmpdir(), "vigie-ssh-host-"));
});

const declare = (args: Partial<SshHostArgs> = {}) =>
  new SshHost("web", { address: "192.0.2.10", user: "deploy", hostKey: KEY, stateDirectory, ...args });
const files = () => path.join(stateDirectory, "vigie-test", "ssh", "web");

describe("SshHost", () => {
  it("is looked at once, before anything is declared", async () => {
    const host = declare();
    expect(dialled.asked).toEqual([
      [path.join(files(), "config"), "vigie-test-web", ["/var/lib/docker", "/var/lib/vigie/vigie-test"], false],
    ]);
    expect(host.dataRoot).toBe("/data/docker");
    expect(host.dockerSocket).toEqual({ path: "/var/run/docker.sock", group: 998 });
    await settle();
    expect(manners.parents.has("vigie:index:SshHost web")).toBe(true);
    expect([...manners.finished].some((urn) => urn.endsWith("SshHost::web"))).toBe(true);
  });

  it("reaches Docker through ssh, told by the files of this host alone", async () => {
    declare({ port: 2222 });
    await settle();
    const provider = resource("pulumi:providers:docker", "web-docker");
    expect(provider.host).toBe("ssh://deploy@192.0.2.10:2222");
    const options = JSON.parse(String(provider.sshOpts));
    expect(options.slice(0, 2)).toEqual(["-F", "none"]);
    expect(options).toContain(`UserKnownHostsFile "${path.join(files(), "known_hosts")}"`);
    expect(options).toContain("StrictHostKeyChecking yes");
  });

  it("has the same provider for two people, whose homes are elsewhere", async () => {
    const options: string[] = [];
    for (const homedir of ["/home/alice", "/Users/bob"]) {
      vi.spyOn(os, "userInfo").mockReturnValue({ ...os.userInfo(), uid: homedir.length, homedir });
      const access = { alias: "a", address: "192.0.2.10", port: 22, user: "deploy", hostKeys: [KEY] };
      const directory = path.join(homedir, ".local/state/vigie/shop-prod/ssh/web");
      const privateKeyFile = path.join(homedir, ".ssh/deploy");
      options.push(JSON.stringify(dockerSshOptions(directory, { ...access, privateKeyFile }, "x")));
      vi.restoreAllMocks();
    }
    expect(options[0]).toBe(options[1]);
    expect(options[0]).toContain("~/.local/state/vigie/shop-prod/ssh/web/known_hosts");
    expect(options[0]).toContain("~/.ssh/deploy");
  });

  it("keeps what ssh reads for its user alone, and no private key in the state", async () => {
    const privateKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nnot one\n-----END OPENSSH PRIVATE KEY-----\n";
    declare({ privateKey });
    await settle();
    expect(statSync(files()).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(files(), "key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(files(), "key"), "utf8")).toBe(privateKey);
    expect(readFileSync(path.join(files(), "known_hosts"), "utf8")).toBe(`vigie-test-web ${KEY}\n`);
    expect(JSON.stringify(registered)).not.toContain("not one");
  });

  it("makes its directory first, and takes it away last", async () => {
    const host = declare();
    host.files("shop-config", { directory: "shop", files: [] }, { parent: host });
    await settle();
    const made = resource(types.command, "web-directory");
    expect(made.create).toBe("mkdir -p /var/lib/vigie/vigie-test\n");
    expect(made.delete).toBe("find /var/lib/vigie/vigie-test -depth -type d -empty -exec rmdir {} \\;\n");
    expect(resource(types.command, "shop-config").create).toContain("dir=/var/lib/vigie/vigie-test/config/shop");
  });

  it("runs scripts as root there, word for word, whatever is in them", async () => {
    const host = declare();
    host.step("greet", { script: "x" }, { parent: host });
    await settle();
    const bin = path.join(stateDirectory, "bin");
    mkdirSync(bin);
    // Stands in for the connection: the last argument is what the login shell over there gets.
    writeFileSync(path.join(bin, "ssh"), '#!/bin/sh\nfor last; do :; done\necho "$3" >&2\nexec sh -c "$last"\n');
    writeFileSync(path.join(bin, "sudo"), '#!/bin/sh\n[ "$1" = -n ] || exit 9\nshift\nexec "$@"\n');
    for (const name of ["ssh", "sudo"]) chmodSync(path.join(bin, name), 0o755);
    const [program = "", ...words] = resource(types.command, "greet").interpreter as string[];
    const script = `a='it'\\''s "$HOME"'\nprintf '%s\\n' "$a" \\\\ "$(cat)"`;
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    const output = execFileSync(program, [...words, script], { input: "from stdin", env, encoding: "utf8" });
    expect(output).toBe('it\'s "$HOME"\n\\\nfrom stdin\n');
  });

  it("keeps the place of a person's state directory out of the state", async () => {
    vi.stubEnv("VIGIE_STATE", stateDirectory);
    new SshHost("web", { address: "192.0.2.10", hostKey: KEY }).step("greet", { script: "x" }, {});
    await settle();
    expect(JSON.stringify(resource(types.command, "greet"))).not.toContain(stateDirectory);
    vi.unstubAllEnvs();
  });

  it("dials nobody where the address is known only later, and writes the files when it is", async () => {
    const host = declare({ address: pulumi.output(Promise.resolve("198.51.100.7")), hostKey: pulumi.output(KEY) });
    expect(dialled.asked).toEqual([]);
    expect(host.dataRoot).toBe("/var/lib/docker");
    await settle();
    expect(resource("pulumi:providers:docker", "web-docker").host).toBe("ssh://deploy@198.51.100.7:22");
    expect(readFileSync(path.join(files(), "config"), "utf8")).toContain("HostName 198.51.100.7");
  });

  it("dials nobody where it is told not to", () => {
    declare({ checkMachine: false });
    expect(dialled.asked).toEqual([]);
  });

  it.each([
    ["127.0.0.1", "localhost"],
    ["0.0.0.0", "192.0.2.10"],
    ["203.0.113.9", "203.0.113.9"],
  ])("bound to %s, its pages are at %s", (bindAddress, page) => {
    expect(declare({ bindAddress }).pageAddress).toBe(page);
  });

  it.each<[string, Partial<SshHostArgs>, string]>([
    ["the name that it is given", { bindAddress: "0.0.0.0", pageAddress: "shop.example" }, "shop.example"],
    ["that name whatever it is bound to", { bindAddress: "203.0.113.9", pageAddress: "shop.example" }, "shop.example"],
    ["the address that it is bound to", { bindAddress: "203.0.113.9" }, "203.0.113.9"],
    ["localhost, for who is on it", {}, "localhost"],
  ])("has %s in its URLs where its own address is known later", (_, args, page) => {
    const address = pulumi.output(Promise.resolve("198.51.100.7"));
    expect(declare({ address, ...args }).pageAddress).toBe(page);
  });
});

describe("SshHost refuses", () => {
  const refused = (args: Partial<SshHostArgs>): string => {
    try {
      declare(args);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("it was accepted");
  };

  it.each<[string, Partial<SshHostArgs>, RegExp]>([
    ["an address that is an option", { address: "-oProxyCommand=x" }, /address: got "-oProxyCommand=x"/],
    ["a port out of range", { port: 70_000 }, /port: got 70000; allowed: a whole number from 1 to 65535/],
    ["a user that is none", { user: "a b" }, /user: got "a b"/],
    ["a host key that is none", { hostKey: "SHA256:abc" }, /hostKey: got "SHA256:abc"; allowed: a public key/],
    ["a path as a private key", { privateKey: "/root/.ssh/id" }, /privateKey: got "\(not shown\)".*privateKeyFile/],
    [
      "a key file that is not there",
      { privateKeyFile: "/nowhere/id" },
      /privateKeyFile: got "\/nowhere\/id"; allowed: a file that exists/,
    ],
    ["a directory that is others' too", { hotDirectory: "/etc" }, /hotDirectory: got "\/etc"/],
    // Empty directories are swept there when the stack goes.
    ...["/", "/a/..", "/a/../b", "/a/./b", "/a/b\n", "/a//b", "a/b"].map((hotDirectory): [string, object, RegExp] => [
      `${JSON.stringify(hotDirectory)} as a directory`,
      { hotDirectory },
      /hotDirectory: got "[^"]*"; allowed: an absolute directory of this stack alone/,
    ]),
    ["a packet size that is none", { mtu: 5 }, /mtu: got 5/],
    [
      "a URL in the place of a name",
      { pageAddress: "http://shop.example" },
      /pageAddress: got "http:\/\/shop\.example"/,
    ],
    [
      "pages at an address that is known later",
      { address: pulumi.output("198.51.100.7"), bindAddress: "0.0.0.0" },
      /pageAddress: got nothing; allowed: .*known only when it is there\. Give the name that your DNS has/,
    ],
    [
      "pages at an address that is IPv6",
      { address: "2001:db8::7", bindAddress: "0.0.0.0" },
      /pageAddress: got nothing; allowed: .*its own address is IPv6/,
    ],
    ["an unknown bastion", { bastion: { address: "203.0.113.5" } }, /bastion\.hostKey: got nothing.*npm run trust/],
  ])("fails for %s, and dials nobody", (_, args, message) => {
    expect(refused(args)).toMatch(message);
    expect(dialled.asked).toEqual([]);
  });

  it("fails for a host that nobody trusts yet, and says how", () => {
    const message = /hostKey: got nothing; .*Pulumi\.test\.known_hosts holds\. `npm run trust -- --stack test` shows/;
    expect(() => new SshHost("web", { address: "192.0.2.10", stateDirectory })).toThrow(message);
    expect(dialled.asked).toEqual([]);
  });

  it("fails without a host key where the address is known only later", () => {
    const address = pulumi.output(Promise.resolve("198.51.100.7"));
    expect(() => new SshHost("web", { address, stateDirectory })).toThrow(/hostKey: got nothing.*tls\.PrivateKey/);
  });

  it("fails for a host with another key than the given one", () => {
    dialled.answers = [{ words: "Host key verification failed." }];
    expect(refused({})).toMatch(/hostKey: .*No command was sent.*npm run trust -- --stack test --replace/);
    expect(registered).toEqual([]);
  });

  it("fails with all that is wrong with the host, before anything is declared", () => {
    dialled.answers = [
      { ...fine, privileged: false, docker: { problem: "not found" }, memory: { total: 1, available: 1 } },
    ];
    expect(refused({})).toMatch(/user: got "deploy"[\s\S]*Docker there says[\s\S]*of memory/);
    expect(registered).toEqual([]);
  });

  it("fails for a port that is taken on the host, and says by whom", () => {
    const host = declare();
    const claim = () => host.claimPorts([{ port: 80, property: "httpPort", by: "edge" }]);
    expect(claim).toThrow(/httpPort: got 80.*container "shop-edge" listens on it/);
  });
});
