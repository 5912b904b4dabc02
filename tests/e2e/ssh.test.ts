import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprintOf } from "../../cli/trust.ts";
import { ProgramCopy } from "./copy.ts";
import { makeHost, type RehearsalHost } from "./hosts/host.ts";
import { docker, type Finished, run } from "./shell.ts";

/** The storefront on a machine that is reached by SSH: the same program, told by configuration alone. */
describe("the storefront on another machine", () => {
  const copy = new ProgramCopy();
  const env = { ...process.env, VIGIE_STATE: mkdtempSync(path.join(os.tmpdir(), "vigie-state-")) };
  const pins = path.join(copy.directory, "Pulumi.ssh.known_hosts");
  let host: RehearsalHost;

  const npm = (command: string, args: readonly string[] = []): Promise<Finished> =>
    run("npm", ["run", "-s", command, "--", "--stack", "ssh", ...args], { cwd: copy.directory, env });
  const up = () => npm("up", ["--yes", "--", "--skip-preview", "--non-interactive"]);
  const onHost = async (script: string): Promise<string[]> =>
    (await host.exec(script)).stdout.split("\n").filter((line) => line !== "");
  const logins = async () => (await onHost("grep -c 'Accepted publickey' /var/log/sshd.log")).map(Number)[0] ?? 0;
  /** What this stack has on the host, whatever its state says; the setup stays. */
  const left = () =>
    onHost(
      "for kind in container network volume; do docker $kind ls -q --filter label=vigie.stack=vigie/ssh $([ $kind = container ] && echo --all); done; ls -d /var/lib/vigie/vigie-ssh 2>/dev/null",
    );

  beforeAll(async () => {
    host = await makeHost("web", "bare");
    const settings = {
      host: `ssh://${host.user}@${host.address}`,
      sshKeyFile: host.keyFile,
      setupHost: true,
      bindAddress: "0.0.0.0",
      scrapeInterval: "5s",
    };
    const lines = Object.entries(settings).map(([key, value]) => `  vigie:${key}: ${JSON.stringify(value)}\n`);
    writeFileSync(path.join(copy.directory, "Pulumi.ssh.yaml"), `config:\n${lines.join("")}`);
  });

  afterAll(async () => host?.close());

  it("is refused while nobody trusts its key, and no command is sent", async () => {
    const { code, output } = await up();
    expect(output).toContain("`npm run trust -- --stack ssh` shows its fingerprint");
    expect(code).not.toBe(0);
    expect(await logins()).toBe(0);
  });

  it("is trusted by its fingerprint, and by no other one", async () => {
    const other = await npm("trust", ["--fingerprint", "SHA256:another"]);
    expect(other.output).toContain("it is not trusted");
    expect(other.code).toBe(1);
    const { code, output } = await npm("trust", ["--fingerprint", fingerprintOf(host.hostKey)]);
    expect(output).toContain("commit it");
    expect(code).toBe(0);
    expect(readFileSync(pins, "utf8")).toBe(`${host.address} ${host.hostKey}\n`);
    expect(await logins()).toBe(0);
  });

  it("comes up there, and answers at the machine's address", async () => {
    const { code, output } = await up();
    process.stdout.write(output);
    expect(code).toBe(0);
    expect(output).toMatch(/host "host", setup "host-setup": [1-9]\d* changed, \d+ ok, \d+ skipped/);
    expect(output).not.toContain("mux_client");
    expect(output).toContain(`http://${host.address}/`);
    const films = await fetch(`http://${host.address}/api/films?query=star`);
    expect(films.status).toBe(200);
    expect(JSON.stringify(await films.json())).toContain("Star Trek");
    const running = "docker ps --filter label=vigie.stack=vigie/ssh --format '{{.Names}}'";
    expect(await onHost(running)).toEqual(expect.arrayContaining(["vigie-ssh-edge", "vigie-ssh-catalog-2"]));
    expect(await docker("ps", "--all", "--quiet", "--filter", "label=vigie.stack=vigie/ssh")).toEqual([]);
  }, 1_200_000);

  it("takes few connections for all that: not one a step", async () => {
    expect(await logins()).toBeLessThan(20);
  });

  it("has every target up", async () => {
    const query =
      "docker exec vigie-ssh-prometheus promtool query instant http://127.0.0.1:9090 'count by (job) (up == 0)'";
    await expect.poll(() => onHost(query), { timeout: 60_000, interval: 1000 }).toEqual([]);
  });

  it("opens nothing to the network but the edge", async () => {
    for (const port of [3000, 3100, 8080, 9090]) {
      await expect(fetch(`http://${host.address}:${port}/`), String(port)).rejects.toThrow(/fetch failed/);
    }
  });

  it("changes nothing at the second up", async () => {
    const { code, output } = await up();
    expect(code, output).toBe(0);
    expect(output).toMatch(/Resources:\s+\d+ unchanged/);
  });

  it("is refused where another key is shown, before any command", async () => {
    const before = await logins();
    await host.changeHostKey();
    // The shared connection of the last run has proved its key; a new one has to.
    await onHost("pkill -x sshd-session; true");
    const { code, output } = await npm("preview");
    expect(output).toContain("No command was sent");
    expect(output).toContain("npm run trust -- --stack ssh --replace");
    expect(code).not.toBe(0);
    expect(await logins()).toBe(before);
    const again = await npm("trust", []);
    expect(again.output).toContain("has another key of");
    const [key = ""] = await onHost("cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub");
    const agreed = await npm("trust", ["--replace", "--fingerprint", fingerprintOf(key)]);
    expect(agreed.code, agreed.output).toBe(0);
  });

  it("leaves nothing there when it is taken down", async () => {
    const { code, output } = await npm("down", ["--yes"]);
    expect(code, output).toBe(0);
    expect(await left()).toEqual([]);
  });
});
