import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDelayProxy } from "../../bench/delay-proxy.ts";
import { forwardedBy } from "./hosts/forwarded.ts";
import { makeHost, type RehearsalHost } from "./hosts/host.ts";
import { PluginProgram } from "./plugin-program.ts";
import { run } from "./shell.ts";

/** A fresh machine, over SSH, becomes a hardened host with Docker. */
describe("a fresh Debian over SSH", () => {
  const program = new PluginProgram("setup-ssh");
  const repository = path.resolve(import.meta.dirname, "../..");
  let host: RehearsalHost;

  const ALLOWED = "allow: [{ port: 443 }]";
  const write = ({ address, port }: Pick<RehearsalHost, "address" | "port">, base = ALLOWED) => {
    const { user, keyFile, hostKey } = host;
    const at = { address, port, user, privateKeyFile: keyFile, hostKey, stateDirectory: program.directory };
    program.write(`
      const { HostSetup, sshTarget, hardenedBase, dockerHostTasks, logShipping, nodeExporter } = await import(${JSON.stringify(`${repository}/components/index.ts`)});
      new HostSetup("base", {
        host: sshTarget("web", ${JSON.stringify(at)}),
        tasks: [hardenedBase({ ${base} }), dockerHostTasks({ users: ["deploy"] }), nodeExporter(), logShipping()],
        needs: { memory: 512, disk: 1000 },
      });
    `);
  };

  beforeAll(async () => {
    host = await makeHost("setup", "bare");
    write(host);
    await program.init();
  });
  afterAll(async () => {
    await program.remove();
    await host.close();
  });

  const on = async (script: string) => {
    const { code, output } = await host.exec(script);
    expect(code, output).toBe(0);
    return output;
  };

  test("is refused where sudo is missing, and nothing is changed", async () => {
    await on("mv /usr/bin/sudo /usr/bin/sudo.away");
    expect(await program.upFails()).toMatch(
      /host "web", setup "base": nothing was changed, because of this:\s+- deploy is not root, and the host has no sudo/,
    );
    await on("mv /usr/bin/sudo.away /usr/bin/sudo; [ ! -e /var/lib/vigie ]");
  });

  test("a connection that is cut in the middle of a task fails the up with the host and the task", async () => {
    const proxy = await startDelayProxy({ host: host.address, port: host.port }, 0);
    write({ address: "127.0.0.1", port: proxy.port });
    const up = program.upFails();
    // In the middle of the task: the look at the host before it calls dpkg as well, but does not unpack.
    const unpacks = async () => (await host.exec("pgrep -f '[d]pkg .*--unpack'")).code === 0;
    let ended = false;
    void up.catch(() => undefined).finally(() => (ended = true));
    while (!ended && !(await unpacks())) await sleep(100);
    proxy.close();
    write(host);
    expect(await up).toMatch(
      /host "web", setup "base": the connection was lost, .* in the middle of task \d+, packages .*goes on from there/,
    );
  });

  test("becomes a hardened host with Docker by the next run, which leaves no half of the last one", async () => {
    const { output } = await program.up();
    expect(output).toMatch(/host "web", setup "base": [1-9]\d* changed, [1-9]\d* ok, \d+ skipped/);
    expect(await on("dpkg --audit; ls -d /run/vigie-setup 2>/dev/null || true")).toBe("");
    expect(JSON.parse(await on("docker version --format '{{json .Server.Version}}'"))).toMatch(/^\d+/);
    expect(await on("docker info --format '{{.LiveRestoreEnabled}}'")).toBe("true\n");
    // A container that says nothing of its logs: they rotate, too.
    const options = "docker inspect --format '{{json .HostConfig.LogConfig}}' any";
    await on("tar -cC / etc/hostname | docker import - any >/dev/null; docker create --name any any true");
    expect(JSON.parse(await on(options))).toEqual({
      Type: "json-file",
      Config: { "max-size": "10m", "max-file": "3" },
    });
    expect(await on("id -nG deploy")).toContain("docker");
    expect(await on("sshd -T")).toMatch(/^passwordauthentication no$/im);
    expect(await on("nft list table inet vigie")).toContain("tcp dport 443 accept");
    expect(await on("cat /proc/net/tcp")).toContain(":238C");
    await on("logger -t vigie-test 'the host speaks'");
    await expect
      .poll(() => on('grep \'"program":"vigie-test"\' /var/log/vigie/host.log || true'))
      .toMatch(/^\{"time":"20[^"]+".*"message":"the host speaks"\}\n$/);
    // A new connection came through, so the firewall stays.
    expect(await on("ls /run")).not.toContain("vigie-setup.armed");
  });

  test("has nothing to do afterwards", async () => {
    expect(await program.preview()).toEqual([]);
    await program.up("--expect-no-changes");
  });

  test("is mended: a file, a service, the firewall", async () => {
    await on("echo '{}' >/etc/docker/daemon.json; pkill -x prometheus-node; nft flush ruleset");
    await program.up();
    expect(await on("docker info --format '{{.LiveRestoreEnabled}}'")).toBe("true\n");
    expect(await on("nft list table inet vigie")).toContain("tcp dport 443 accept");
    await program.up("--expect-no-changes");
  });

  test("takes a firewall back that locks everybody out, and is reached again without anybody's help", async () => {
    const { user, address, keyFile, port } = host;
    const reached = () =>
      run("ssh", [
        ...["-F", "none", "-i", keyFile, "-p", `${port}`, "-o", "ControlPath=none", "-o", "BatchMode=yes"],
        ...["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=2"],
        ...[`${user}@${address}`, "true"],
      ]).then(({ code }) => code === 0);
    const rules = () => on("nft --stateless list table inet vigie");
    const before = await rules();
    // The host's own 90 seconds are 25 here: longer than an attempt to come in takes.
    await on(
      'printf \'#!/bin/sh\\n[ "$1" != 90 ] || set -- 25\\nexec /bin/sleep "$@"\\n\' >/usr/local/sbin/sleep; chmod 755 /usr/local/sbin/sleep',
    );
    expect(await reached()).toBe(true);
    // Whoever types this has another address than he thinks.
    write(host, `${ALLOWED}, ssh: { from: ["198.51.100.7"] }`);
    const up = program.upFails();
    let ended = false;
    void up.catch(() => undefined).finally(() => (ended = true));
    while (!ended && !(await rules()).includes("198.51.100.7")) await sleep(200);
    // It is closed, and the connection that closed it goes on.
    expect(await rules()).toContain("ip saddr 198.51.100.7 tcp dport 22 accept");
    expect(await reached()).toBe(false);
    expect(await up).toMatch(/timed out|taken it back/);
    await expect.poll(rules, { interval: 500, timeout: 60_000 }).toBe(before);
    expect(await reached()).toBe(true);
    expect(await on("ls /run")).toContain("vigie-setup.back");

    write(host);
    await on("rm /usr/local/sbin/sleep");
    await program.up();
    expect(await rules()).toBe(before);
    expect(await on("ls /run")).not.toMatch(/vigie-setup[.](back|armed)/);
    await program.up("--expect-no-changes");
  });

  test("passes on to containers what came to a published port only, and nothing from them to a metadata service", async () => {
    const all = {
      "neighbour -> 172.31.77.2:8037": true,
      "neighbour -> 198.18.38.1:8038": true,
      "inside77 -> 198.18.38.2:80": true,
      "inside77 -> 172.31.78.2:8037": true,
      "inside77 -> 169.254.169.254:80": true,
      "inside77 -> 169.254.169.254:53": true,
    };
    const guarded = { ...all, "neighbour -> 172.31.77.2:8037": false, "inside77 -> 169.254.169.254:80": false };
    expect(await forwardedBy(host)).toEqual(guarded);
    await on("nft flush chain inet vigie forward");
    expect(await forwardedBy(host)).toEqual(all);
    await on("nft --file /etc/vigie/firewall.nft");
    expect(await forwardedBy(host)).toEqual(guarded);
  });

  test("stays as it was set up when the stack goes", async () => {
    const finished = await program.pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(finished.code, finished.output).toBe(0);
    expect(await on("cat /etc/docker/daemon.json")).toContain("live-restore");
  });
});
