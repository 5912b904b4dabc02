import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  await writeLauncher(launcher, { node: process.execPath, script, compileCache });
  const { NODE_COMPILE_CACHE: _inherited, ...env } = process.env;
  const { stdout } = await promisify(execFile)(launcher, ["a b", "$c"], { cwd: "/", env });
  expect(stdout).toBe(`a b|$c|${compileCache}\n`);
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
