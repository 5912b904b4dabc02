import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeHost, type RehearsalHost } from "./hosts/host.ts";
import { PluginProgram } from "./plugin-program.ts";

/** A fresh machine, over SSH, becomes a hardened host with Docker. */
describe("a fresh Debian over SSH", () => {
  const program = new PluginProgram("setup-ssh");
  const repository = path.resolve(import.meta.dirname, "../..");
  let host: RehearsalHost;

  beforeAll(async () => {
    host = await makeHost("setup", "bare");
    const at = {
      address: host.address,
      port: host.port,
      user: host.user,
      privateKeyFile: host.keyFile,
      hostKey: host.hostKey,
      stateDirectory: program.directory,
    };
    program.write(`
      const { HostSetup, sshTarget, hardenedBase, dockerHostTasks, nodeExporter } = await import(${JSON.stringify(`${repository}/components/index.ts`)});
      new HostSetup("base", {
        host: sshTarget("web", ${JSON.stringify(at)}),
        tasks: [hardenedBase({ allow: [{ port: 443 }] }), dockerHostTasks({ users: ["deploy"] }), nodeExporter()],
        needs: { memory: 512, disk: 1000 },
      });
    `);
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

  test("becomes a hardened host with Docker", async () => {
    await program.up();
    expect(JSON.parse(await on("docker version --format '{{json .Server.Version}}'"))).toMatch(/^\d+/);
    expect(await on("docker info --format '{{.LiveRestoreEnabled}}'")).toBe("true\n");
    expect(await on("id -nG deploy")).toContain("docker");
    expect(await on("sshd -T")).toMatch(/^passwordauthentication no$/im);
    expect(await on("nft list table inet vigie")).toContain("tcp dport 443 accept");
    expect(await on("cat /proc/net/tcp")).toContain(":238C");
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

  test("stays as it was set up when the stack goes", async () => {
    const finished = await program.pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(finished.code, finished.output).toBe(0);
    expect(await on("cat /etc/docker/daemon.json")).toContain("live-restore");
  });
});
