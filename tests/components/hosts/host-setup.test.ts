import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { manners, promiseOf, registered, resource, settle, startMocks, types } from "../recorder.ts";

/** What the host would say, and what it was asked. */
const host = vi.hoisted(() => ({
  asked: [] as { interpreter: readonly string[]; script: string; input: string }[],
  report: { code: 0, refusals: [], steps: [], noise: [], generation: 4 } as object,
}));
vi.mock("../../../components/hosts/setup-run.ts", () => ({
  runSetup: async (interpreter: readonly string[], script: string, input: string) => {
    host.asked.push({ interpreter, script, input });
    return host.report;
  },
}));

const { HostSetup, sshTarget, thisMachine } = await import("../../../components/index.ts");
const { file } = await import("../../../hosts/kinds/file.ts");
const { firewall } = await import("../../../hosts/kinds/firewall.ts");
const { watched } = await import("../../../hosts/watched.ts");

const tasks = [file({ path: "/etc/motd", content: "hello\n" })];
const done = { code: 0, refusals: [], steps: [], noise: [], generation: 4 };
const would = { number: 1, status: "would", seconds: 0, title: "file /etc/motd", lines: [] };
const facts = { distribution: "debian", version: "12", systemd: true, container: false, memory: 1, disk: 1 };

beforeAll(startMocks);
beforeEach(() => {
  host.asked.length = 0;
  host.report = done;
});

describe("HostSetup", () => {
  it("is one command on the host, with the contents on standard input", async () => {
    new HostSetup("plain", { host: { name: "web", interpreter: ["ssh", "web"] }, tasks: [tasks] });
    await settle();
    const { create, update, stdin, interpreter, triggers } = resource(types.command, "plain-tasks");
    expect(interpreter).toEqual(watched('host "web", setup "plain"', ["ssh", "web"]));
    expect(update).toBe(create);
    expect(create).not.toContain("hello");
    expect(stdin).toMatch(/\n1 6\nhello\nend 0\n$/);
    expect(triggers).toEqual(["4"]);
    expect(manners.parents.get(`${types.command} plain-tasks`)).toContain("vigie:index:HostSetup::plain");
    expect(manners.finished).toContain("urn:pulumi:test::vigie::vigie:index:HostSetup::plain");
  });

  it("asks the host by a check, and runs again when something is to be done there", async () => {
    host.report = { ...done, steps: [would] };
    new HostSetup("drifted", { host: thisMachine(), tasks });
    await settle();
    expect(host.asked).toHaveLength(1);
    expect(host.asked[0]).toMatchObject({
      interpreter: ["/bin/sh", "-c"],
      script: expect.stringContaining("vigie-setup check"),
    });
    expect(resource(types.command, "drifted-tasks").triggers).toEqual(["5"]);
  });

  it("fails with another word on drift", () => {
    const args = { host: thisMachine(), tasks, drift: "mends" };
    // @ts-expect-error it does not compile
    expect(() => new HostSetup("wrong", args)).toThrow(/drift: got "mends"; allowed: "mend" or "ignore"/);
  });

  it("does not ask where drift is ignored", async () => {
    new HostSetup("ignored", { host: thisMachine(), tasks, drift: "ignore" });
    await settle();
    expect(host.asked).toEqual([]);
    expect(resource(types.command, "ignored-tasks").triggers).toEqual(["0"]);
  });

  it("keeps a secret a secret", async () => {
    const key = pulumi.secret("v3ry");
    new HostSetup("secret", {
      host: thisMachine(),
      secrets: { key },
      tasks: [file({ path: "/etc/key", secret: "key" })],
    });
    await settle();
    const inputs = resource(types.command, "secret-tasks");
    expect(JSON.stringify({ ...inputs, stdin: undefined })).not.toContain("v3ry");
    expect(inputs.stdin).toMatchObject({ value: expect.stringContaining("v3ry") });
  });

  it("comes back over a connection of its own after a firewall", async () => {
    const target = {
      name: "web",
      interpreter: ["ssh", "web"],
      newConnection: ["ssh", "-o", "ControlPath=none", "web"],
    };
    const setup = new HostSetup("walled", { host: target, tasks: [firewall()] });
    await settle();
    expect(resource(types.command, "walled-confirmation").interpreter).toEqual(target.newConnection);
    expect(await promiseOf(setup.done.urn)).toContain("walled-confirmation");
  });

  it("writes what a check finds into the file that is named for it", async () => {
    host.report = { ...done, steps: [would] };
    const report = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-setup-")), "report");
    process.env.VIGIE_SETUP_CHECK = report;
    try {
      new HostSetup("reported", { host: thisMachine(), tasks });
      await settle();
    } finally {
      delete process.env.VIGIE_SETUP_CHECK;
    }
    expect(readFileSync(report, "utf8")).toBe('\nhost "this machine", setup "reported"\n  1 would change\n');
  });

  it("fails with everything that is wrong, before anything is registered", () => {
    const wrong = [file({ path: "motd", content: "", mode: "9" })];
    const before = registered.length;
    expect(() => new HostSetup("wrong", { host: thisMachine(), tasks: wrong })).toThrow(
      /path: got "motd"[\s\S]*mode: got "9"/,
    );
    expect(registered.length).toBe(before);
  });
});

describe("sshTarget", () => {
  it("runs scripts by ssh, as the user, and once more over a connection that is shared with nobody", () => {
    const stateDirectory = mkdtempSync(path.join(os.tmpdir(), "vigie-setup-"));
    const hostKey = `ssh-ed25519 ${Buffer.concat([Buffer.from("0000000b7373682d6564323535313900000020", "hex"), Buffer.alloc(32, 7)]).toString("base64")}`;
    const target = sshTarget("web", { address: "192.0.2.10", user: "deploy", hostKey, stateDirectory });
    const words = (each: unknown) => (each as readonly string[]).join(" ");
    expect(words(target.interpreter)).toMatch(/exec ssh -F .*"\/bin\/sh -c/);
    expect(words(target.newConnection)).toMatch(/exec ssh .*-o ControlPath=none/);
    expect(words(target.interpreter)).not.toContain("ControlPath");
    // The script becomes root itself, and says so where it may not.
    expect(`${words(target.interpreter)}${words(target.newConnection)}`).not.toContain("sudo");
  });
});

describe("a host's clock", () => {
  it("fails the deployment when it is far off, before anything is changed", async () => {
    const { clockProblems } = await import("../../../hosts/report.ts");
    const report = { ...done, facts: { ...facts, clock: 1_000_000 } };
    expect(clockProblems(report, 1_000_200)).toEqual([]);
    expect(clockProblems(report, 1_002_000)[0]?.given).toBe("2000 seconds behind");
    expect(clockProblems(report, 999_000)[0]?.given).toBe("1000 seconds ahead");
  });
});
