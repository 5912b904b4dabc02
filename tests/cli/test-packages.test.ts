import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { withTools } from "../../cli/test.ts";
import { bringTestPackages, howToInstall, type TestMachine } from "../../cli/test-packages.ts";

const script = join(import.meta.dirname, "..", "..", "cli", "test-packages.sh");

/** A machine that lacks two packages; remembers what was installed. */
function machine(more: Partial<TestMachine>): TestMachine & { readonly installed: string[] } {
  const installed: string[] = [];
  return {
    installed,
    missing: async () => ["postgresql", "shellcheck"],
    install: async (_, names) => void installed.push(...names),
    ...{ apt: true, root: true, ...more },
  };
}

async function brought(on: TestMachine) {
  const notes: string[] = [];
  return { told: await bringTestPackages(["unit", "services"], on, (text) => void notes.push(text)), notes };
}

test("what tests lack is installed where that may be done", async () => {
  const bare = machine({});
  expect(await brought(bare)).toEqual({ told: undefined, notes: [] });
  expect(bare.installed).toEqual(["postgresql", "shellcheck"]);
});

test("nothing is installed or said where nothing is missing", async () => {
  const whole = machine({ missing: async () => [] });
  expect(await brought(whole)).toEqual({ told: undefined, notes: [] });
  expect(whole.installed).toEqual([]);
});

test("who isn't root is told before the tests what is missing and how to install it", async () => {
  const users = machine({ root: false });
  const { told, notes } = await brought(users);
  expect(notes).toEqual([told]);
  expect(told).toContain("lacks postgresql, shellcheck. Install with: sudo apt-get install postgresql shellcheck\n");
  expect(users.installed).toEqual([]);
});

test("where an installation fails, its words are told, and what is still missing", async () => {
  const cut = machine({ install: async () => Promise.reject(new Error("E: Failed to fetch x")) });
  const { told, notes } = await brought(cut);
  expect(notes).toEqual(["E: Failed to fetch x", told]);
});

test("a machine without apt hears Debian's names of what it lacks", () => {
  expect(howToInstall(["shellcheck"], false)).toBe(
    "This machine lacks what Debian calls shellcheck: install that by its own means.\n" +
      "Without it, the tests that need it fail.",
  );
});

/** Runs the script where only some programs are on the PATH. */
function scriptWith(programs: readonly string[], ...args: readonly string[]) {
  const path = mkdtempSync(join(tmpdir(), "vigie-packages-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const tool of ["sort", "id", "sed"]) symlinkSync(`/usr/bin/${tool}`, join(path, tool));
  for (const name of programs) {
    writeFileSync(join(path, name), "#!/bin/sh\n");
    chmodSync(join(path, name), 0o755);
  }
  const { status, stdout, stderr } = spawnSync("/bin/sh", [script, ...args], { env: { PATH: path }, encoding: "utf8" });
  return { code: status, lines: stdout.split("\n").filter((line) => line !== ""), stderr };
}

test("what the machine lacks is told by Debian's names, each once", () => {
  expect(scriptWith(["python3", "ssh-keygen", "initdb"], "missing", "unit", "services").lines).toEqual([
    "docker-registry",
    "openssl",
    "php-cli",
    "shellcheck",
  ]);
  const { lines } = scriptWith([], "missing", "unit", "services", "gate");
  expect(lines).toEqual(expect.arrayContaining(["chromium", "git", "nodejs", "npm", "python3", "python3-venv"]));
  expect(new Set(lines).size).toBe(lines.length);
  const unit = ["docker-registry", "openssl", "php", "shellcheck", "ssh-keygen", "python3"];
  expect(scriptWith(unit, "missing", "unit").lines).toEqual([]);
});

test.each([
  [["missing", "all"], "all is no part: unit, services, gate."],
  [["remove"], "test-packages.sh missing PART"],
  [[], "test-packages.sh missing PART"],
])("fails on words that it doesn't know: %j", (args, message) => {
  const { code, stderr } = scriptWith([], ...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("the services' tests find the machine's Redis first, then the one that offline made", () => {
  expect(withTools({ PATH: "/usr/bin" }, () => "/cache/bin/redis-server").PATH).toBe("/usr/bin:/cache/bin");
  expect(withTools({ PATH: "/usr/bin" }, () => undefined).PATH).toBe("/usr/bin");
});
