import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Machine, startMachine } from "../hosts/machine.ts";
import { PluginProgram } from "./plugin-program.ts";

/** HostSetup by the real engine, on a Debian that is not this machine. */
describe("HostSetup", () => {
  const program = new PluginProgram("setup");
  const dialled = path.join(program.directory, "dialled");
  const dials = () => (existsSync(dialled) ? readFileSync(dialled, "utf8").split("\n").length - 1 : 0);
  const repository = path.resolve(import.meta.dirname, "../..");
  let machine: Machine;

  const write = (motd: string, more = "") => {
    // Counts how often the host is dialled.
    const interpreter = ["sh", "-c", `echo dialled >>${dialled}; exec "$@"`, "sh", ...machine.interpreter];
    program.write(`
      const { HostSetup, runAtEnd } = await import(${JSON.stringify(`${repository}/components/index.ts`)});
      const { file } = await import(${JSON.stringify(`${repository}/hosts/kinds/file.ts`)});
      const { command: once } = await import(${JSON.stringify(`${repository}/hosts/kinds/command.ts`)});
      void once;
      const host = { name: "web", interpreter: ${JSON.stringify(interpreter)} };
      const base = new HostSetup("base", {
        host,
        secrets: { key: pulumi.secret("v3ry-s3cret") },
        tasks: [
          file({ path: "/etc/motd", content: ${JSON.stringify(motd)}, notify: [runAtEnd("note", "echo again >>/srv/noted")] }),
          [file({ path: "/etc/key", secret: "key", mode: "0600" })],
          ${more}
        ],
      });
      new HostSetup("second", { host, after: [base], tasks: [once({ name: "copy", run: "cp /etc/motd /srv/copy", creates: "/srv/copy" })] });
    `);
  };

  beforeAll(async () => {
    machine = await startMachine();
    write("one\n");
    await program.init();
  });
  afterAll(async () => {
    await program.remove();
    machine.end();
  });

  test("a preview dials nobody", async () => {
    expect((await program.preview()).length).toBeGreaterThan(0);
    expect(dials()).toBe(0);
  });

  test("up sets the host up, in the order of the setups, with two connections for each", async () => {
    await program.up();
    expect(machine.sh("cat /etc/motd /srv/copy /srv/noted; stat -c %a /etc/key")).toBe("one\none\nagain\n600\n");
    expect(dials()).toBe(4);
  });

  test("a second up changes nothing", async () => {
    expect(await program.preview()).toEqual([]);
    await program.up("--expect-no-changes");
    expect(machine.sh("cat /srv/noted")).toBe("again\n");
  });

  test("a file that was edited by hand is mended by the next up, and the one after has nothing to do", async () => {
    machine.sh("echo edited >>/etc/motd; chmod 644 /etc/key");
    expect(await program.preview()).toEqual([]);
    await program.up();
    expect(machine.sh("cat /etc/motd; stat -c %a /etc/key")).toBe("one\n600\n");
    expect(machine.sh("cat /srv/noted")).toBe("again\nagain\n");
    await program.up("--expect-no-changes");
  });

  test("a check shows what would change on the host, with differences, and changes nothing", async () => {
    machine.sh("echo edited >>/etc/motd; echo oldk3y >/etc/key");
    const hash = machine.treeHash();
    const report = path.join(program.directory, "report");
    const { code, output } = await program.pulumi(["preview"], undefined, { VIGIE_SETUP_CHECK: report });
    expect(code, output).toBe(0);
    const text = readFileSync(report, "utf8");
    expect(text).toMatch(
      /host "web", setup "base"\n\s+1\/3 {2}would change {2}file \/etc\/motd .*\n(.*\n)*\s+-edited\n/,
    );
    expect(text).toMatch(/2\/3 {2}would change {2}file \/etc\/key .*\n\s+another text; it is secret\n/);
    expect(text).toMatch(/3\/3 {2}would change {2}note/);
    expect(text).toContain("  1 ok\n");
    expect(`${text}${output}`).not.toMatch(/v3ry-s3cret|oldk3y/);
    expect(machine.treeHash()).toBe(hash);
    await program.up();
  });

  test("a changed declaration changes that, and a task that is left out changes nothing", async () => {
    write("two\n");
    expect((await program.preview()).map(({ op, urn }) => [op, urn.split("::").at(-1)])).toEqual([
      ["update", "base-tasks"],
    ]);
    await program.up();
    expect(machine.sh("cat /etc/motd")).toBe("two\n");
    await program.up("--expect-no-changes");
  });

  test("the secret is in no state and in no output", async () => {
    expect(await program.exported()).not.toContain("v3ry-s3cret");
  });

  test("a task that fails stops with its command and its last lines; the next up goes on", async () => {
    write("three\n", 'once({ name: "broken", run: "seq 1 30; ls /nowhere", creates: "/srv/broken" }),');
    const words = await program.upFails();
    expect(words).toMatch(/@ failed 3 \d+ command broken/);
    expect(words).toContain(
      'host "web", setup "base": task 3, command broken, failed. Correct it and run the same again',
    );
    expect(words).toMatch(/@ command command_as root seq 1 30; ls \/nowhere/);
    expect(words).toContain("cannot access '/nowhere'");
    expect(machine.sh("cat /etc/motd")).toBe("three\n");
    write("three\n");
    await program.up();
    await program.up("--expect-no-changes");
    expect(machine.sh("tail -n 1 /srv/noted")).toBe("again\n");
  });

  test("a host that can't be set up fails the up before anything is changed", async () => {
    machine.sh("printf 'ID=alpine\\nPRETTY_NAME=Alpine\\n' >/run/os; mount --bind /run/os /etc/os-release");
    machine.sh("printf '#!/bin/sh\\necho 1000000000\\n' >/usr/local/sbin/date; chmod 755 /usr/local/sbin/date");
    write("four\n");
    expect(await program.upFails()).toMatch(
      /host "web", setup "base": nothing was changed, because of this:\s+- This host runs Alpine.*\s+- clock: got "\d+ seconds behind"; .*date -s/,
    );
    expect(machine.sh("umount /etc/os-release; rm /usr/local/sbin/date; cat /etc/motd")).toBe("three\n");
  });

  test("a host that is not reached fails the up with the connection's words", async () => {
    machine.sh("true");
    const words = machine.interpreter;
    (machine as { interpreter: readonly string[] }).interpreter = [
      "sh",
      "-c",
      "echo 'ssh: connect refused' >&2; exit 255",
    ];
    write("four\n");
    expect(await program.upFails()).toMatch(
      /host "web", setup "base": the host was not reached, so nothing was changed\. What ssh says of it:\s+ssh: connect refused/,
    );
    (machine as { interpreter: readonly string[] }).interpreter = words;
    write("three\n");
  });
});
