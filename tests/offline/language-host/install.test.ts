import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { installLanguageHost, writeLauncher } from "../../../offline/language-host/install.ts";
import { installPlugins } from "../../../offline/plugins/install.ts";

const root = mkdtempSync(path.join(tmpdir(), "vigie-install '"));
afterAll(() => rmSync(root, { recursive: true }));

test("a launcher runs from any directory, with its arguments, whatever its path holds", async () => {
  const script = path.join(root, "it's.ts");
  const words = "const words: string[] = [...process.argv.slice(2), process.env.NODE_COMPILE_CACHE ?? ''];";
  writeFileSync(script, `${words} console.log(words.join("|"));`);
  const launcher = path.join(root, "bin", "launcher");
  const compileCache = path.join(root, 'a "$cache" }`');
  await writeLauncher(launcher, { node: process.execPath, clone: root, script, compileCache });
  const { NODE_COMPILE_CACHE: _inherited, ...env } = process.env;
  const { stdout } = await promisify(execFile)(launcher, ["a b", "$c"], { cwd: "/", env });
  expect(stdout).toBe(`a b|$c|${compileCache}\n`);
});

test("a launcher that several clones share runs the one that the environment names", async () => {
  const clones = ["first", "second $(x)"].map((name) => path.join(root, name));
  for (const clone of clones) {
    mkdirSync(path.join(clone, "host"), { recursive: true });
    writeFileSync(path.join(clone, "host/main.ts"), "console.log(import.meta.dirname);");
  }
  const [first = "", second = ""] = clones;
  const launcher = path.join(root, "shared");
  const script = path.join(first, "host/main.ts");
  await writeLauncher(launcher, { node: process.execPath, clone: first, script, compileCache: root });
  const run = async (env: NodeJS.ProcessEnv) => (await promisify(execFile)(launcher, [], { env })).stdout.trim();
  expect(await run({ ...process.env, VIGIE_CLONE: undefined })).toBe(path.join(first, "host"));
  expect(await run({ ...process.env, VIGIE_CLONE: second })).toBe(path.join(second, "host"));
  rmSync(first, { recursive: true });
  expect(await run({ ...process.env, VIGIE_CLONE: second })).toBe(path.join(second, "host"));
  await expect(run({ ...process.env, VIGIE_CLONE: undefined })).rejects.toThrow(
    `The clone ${first}, which Pulumi's programs were taken from, is gone: run this by npm run, or after eval "$(npm run -s env)", in the one that you work in.`,
  );
});

test("the launchers are where the CLI looks, nothing else is", async () => {
  await installPlugins(root, process.execPath);
  await installLanguageHost(path.join(root, "cli"), process.execPath);
  await installPlugins(root, process.execPath);
  const found = await readdir(path.join(root, "plugins"), { recursive: true });
  expect(found.filter((name) => name.includes("/")).sort()).toEqual([
    "resource-command-v1.2.1/pulumi-resource-command",
    "resource-docker-v5.2.0/pulumi-resource-docker",
    "resource-random-v4.21.2/pulumi-resource-random",
  ]);
  expect(await readdir(path.join(root, "cli"))).toEqual(["pulumi-language-nodejs"]);
});
