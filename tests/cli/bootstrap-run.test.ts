import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

/** A clone with a made-up npm, whose `ci` installs what the lockfile says and counts its calls. */
function clone(main: string): { readonly directory: string; readonly env: NodeJS.ProcessEnv } {
  const directory = mkdtempSync(join(tmpdir(), "vigie-clone-"));
  mkdirSync(join(directory, "cli"));
  copyFileSync(join(import.meta.dirname, "../../cli/bootstrap.mjs"), join(directory, "cli/bootstrap.mjs"));
  writeFileSync(join(directory, "cli/main.ts"), main);
  writeFileSync(join(directory, "cli/before-install.ts"), "");
  const lock = { packages: { "": {}, "node_modules/yaml": { version: "2.9.1", integrity: "sha512-a" } } };
  writeFileSync(join(directory, "package-lock.json"), JSON.stringify(lock));
  const npm = join(directory, "npm-cli.js");
  writeFileSync(
    npm,
    `const fs = require("node:fs");
     fs.appendFileSync("calls", process.argv.slice(2).join(" ") + "\\n");
     if (fs.existsSync("broken")) { console.error("registry says no"); process.exit(1); }
     fs.mkdirSync("node_modules", { recursive: true });
     fs.copyFileSync("package-lock.json", "node_modules/.package-lock.json");`,
  );
  const env = { ...process.env, npm_execpath: npm, VIGIE_CACHE: join(directory, "cache") };
  return { directory, env };
}

const start = (directory: string) => [join(directory, "cli/bootstrap.mjs"), "up", "--stack", "dev"];

function run({ directory, env }: ReturnType<typeof clone>) {
  return spawnSync(process.execPath, start(directory), { cwd: directory, env, encoding: "utf8" });
}

const calls = (directory: string) =>
  existsSync(join(directory, "calls")) ? readFileSync(join(directory, "calls"), "utf8").trim().split("\n") : [];

test("installs what is missing once, then hands over arguments and exit code", () => {
  const made = clone("const code: number = 7; console.log(process.argv.slice(2).join(' ')); process.exitCode = code;");
  const first = run(made);
  expect(first.stdout).toBe("up --stack dev\n");
  expect(first.status).toBe(7);
  expect(first.stderr).toContain("npm ci, 1 packages missing or changed");
  const second = run(made);
  expect(second.status).toBe(7);
  expect(second.stderr).toBe("");
  expect(calls(made.directory)).toHaveLength(1);
  expect(calls(made.directory)[0]).toMatch(/^ci /);
});

test("fails before anything is installed on a machine that can't run what is asked for", () => {
  const made = clone("console.log('ran');");
  const refuse = 'console.error("can\'t:", ...process.argv.slice(2)); process.exitCode = 1;';
  writeFileSync(join(made.directory, "cli/before-install.ts"), refuse);
  expect(run(made)).toMatchObject({ status: 1, stdout: "", stderr: "can't: up --stack dev\n" });
  expect(calls(made.directory)).toEqual([]);
});

test("fails with npm's words when it can't install, and tries again the next time", () => {
  const made = clone("console.log('ran');");
  writeFileSync(join(made.directory, "broken"), "");
  const failed = run(made);
  expect(failed.status).toBe(1);
  expect(failed.stdout).toBe("");
  expect(failed.stderr).toContain("registry says no");
  run(made);
  expect(calls(made.directory)).toHaveLength(2);
});

test("a lock of a process that is gone is no obstacle", () => {
  const made = clone("console.log('ran');");
  const locks = join(made.directory, "cache", "locks");
  mkdirSync(locks, { recursive: true });
  const name = `npm-ci${made.directory.replace(/[^a-zA-Z0-9]+/g, "-")}.lock`;
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  writeFileSync(join(locks, name), String(gone));
  expect(run(made).stdout).toBe("ran\n");
});

test("a signal reaches the command, and its end is this process's end", async () => {
  const made = clone(
    "process.on('SIGTERM', () => { console.log('told'); process.exit(3); }); setInterval(() => {}, 1000); console.log('up');",
  );
  const child: ChildProcess = spawn(process.execPath, start(made.directory), {
    cwd: made.directory,
    env: made.env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout?.on("data", (data: Buffer) => {
    output += data.toString("utf8");
    if (output === "up\n") child.kill("SIGTERM");
  });
  const [code] = (await once(child, "close")) as [number];
  expect(output).toBe("up\ntold\n");
  expect(code).toBe(3);
});
