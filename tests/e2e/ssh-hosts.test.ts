import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveAccess, type SshServerAccess, targetOf } from "../../components/hosts/ssh-access.ts";
import { dockerSshOptions, sshConfigFile, writeSshFiles } from "../../components/hosts/ssh-files.ts";
import { remoteMachine } from "../../components/hosts/ssh-machine.ts";
import { remoteProblems, unreachedProblem } from "../../components/hosts/ssh-problems.ts";
import type { Problem } from "../../services/problems.ts";
import { makeHost, type RehearsalHost } from "./hosts/host.ts";

/** Looking at real machines by SSH: what is refused, and that nothing was run on them before. */
describe("a machine that is reached by SSH", () => {
  let host: RehearsalHost;
  let bastion: RehearsalHost;

  beforeAll(async () => {
    host = await makeHost("bare", "bare");
    bastion = await makeHost("bastion", "bare");
  });
  afterAll(async () => {
    await bastion?.close();
    await host?.close();
  });

  const server = (): SshServerAccess => ({
    address: host.address,
    user: host.user,
    hostKey: host.hostKey,
    privateKeyFile: host.keyFile,
  });
  const connect = (access: SshServerAccess): string => {
    const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-ssh-"));
    const resolved = resolveAccess("bare", access, { file: "/none", trust: "npm run trust" });
    if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems));
    writeSshFiles(directory, resolved.access);
    return sshConfigFile(directory);
  };
  const problems = (more: Partial<SshServerAccess> = {}): readonly Problem[] => {
    const access = { ...server(), ...more };
    const found = remoteMachine(connect(access), "bare", ["/var/lib/docker"]);
    return "words" in found
      ? [unreachedProblem(targetOf(access), found.words, "npm run trust")]
      : remoteProblems(targetOf(access), found, false);
  };
  const commands = async () => Number((await host.exec("grep -c 'Starting session' /var/log/sshd.log")).stdout);

  it("lacks Docker, and nothing else", () => {
    expect(problems()).toEqual([expect.objectContaining({ fix: expect.stringContaining("Install it on the host") })]);
  });

  it("takes the key itself as well as a file of it", () => {
    const { privateKeyFile = "", ...rest } = server();
    const config = connect({ ...rest, privateKey: readFileSync(privateKeyFile, "utf8") });
    expect(remoteMachine(config, "bare", [])).toMatchObject({ privileged: true });
  });

  it("takes one login for many commands", async () => {
    const config = connect(server());
    const logins = async () => Number((await host.exec("grep -c 'Accepted publickey' /var/log/sshd.log")).stdout);
    const before = await logins();
    for (let command = 0; command < 5; command++) remoteMachine(config, "bare", []);
    expect((await logins()) - before).toBe(1);
  });

  it("is reached through a bastion, which is known by its own key", async () => {
    const { user, address, hostKey, keyFile } = bastion;
    const through = { ...server(), bastion: { user, address, hostKey } };
    // One key opens both here.
    const authorized = readFileSync(`${host.keyFile}.pub`, "utf8");
    await bastion.exec(`echo '${authorized.trim()}' >>~deploy/.ssh/authorized_keys`);
    const config = connect(through);
    const where = spawnSync("ssh", ["-F", config, "bare", "echo $SSH_CONNECTION"], { encoding: "utf8" });
    expect(where.stdout.split(" ")[0], where.stderr).toBe(address);
    // Docker's provider gets options in the place of the file, with paths that begin with the home directory.
    const home = mkdtempSync(path.join(os.userInfo().homedir, ".vigie-ssh-"));
    const resolved = resolveAccess("bare", through, { file: "/none", trust: "npm run trust" });
    if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems));
    writeSshFiles(home, resolved.access);
    const options = dockerSshOptions(home, resolved.access, sshConfigFile(home));
    expect(options.join(" ")).toContain(`UserKnownHostsFile "~/${path.basename(home)}/known_hosts"`);
    const words = [...options, "-l", host.user, "--", host.address, "echo $SSH_CONNECTION"];
    const docker = spawnSync("ssh", words, { encoding: "utf8" });
    expect(docker.stdout.split(" ")[0], docker.stderr).toBe(address);
    rmSync(home, { recursive: true });
    expect(keyFile).not.toBe(host.keyFile);
    const another = { ...through, bastion: { ...through.bastion, hostKey: host.hostKey } };
    expect(problems(another)).toEqual([expect.objectContaining({ property: "bastion.hostKey" })]);
  });

  it.each<[string, () => Partial<SshServerAccess>, string, string]>([
    ["nothing listens", () => ({ port: 2222 }), "address", "Connection refused"],
    ["its name is unknown", () => ({ address: "no-such-host.invalid" }), "address", "resolve"],
    ["it takes another key", () => ({ privateKeyFile: bastion.keyFile }), "privateKey", "authorized_keys"],
    ["its user is unknown", () => ({ user: "nobody-here" }), "privateKey", "nobody-here"],
    ["it shows another key", () => ({ hostKey: bastion.hostKey }), "hostKey", "No command was sent"],
  ])("fails when %s, before any command", async (_, more, property, fix) => {
    const before = await commands();
    expect(problems(more())).toEqual([expect.objectContaining({ property, fix: expect.stringContaining(fix) })]);
    expect(await commands()).toBe(before);
  });

  it("fails when sudo asks for a password, or is missing", async () => {
    await host.exec("rm /etc/sudoers.d/deploy");
    expect(problems()[0]).toMatchObject({ property: "user", fix: expect.stringContaining("NOPASSWD") });
    await host.exec("mv /usr/bin/sudo /usr/bin/sudo.away");
    expect(problems()[0]).toMatchObject({ property: "user", fix: expect.stringContaining("install sudo") });
  });
});
