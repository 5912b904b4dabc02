/** README's program of one's own, to the letter: as a person would, in a directory of its own beside the clone. */

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readmeBlocks } from "../readme.ts";
import { docker, run } from "./shell.ts";

const clone = path.resolve(import.meta.dirname, "../..");
const blocks = readmeBlocks("In your own program");
const label = "vigie.stack=my-shop/dev";
let directory: string;

/** What `npm run env` of this clone sets: a new shell has nothing of it. */
const FROM_ENV = /^(PULUMI_|VIGIE_IMAGES$|VIGIE_CA_BUNDLE$|VIGIE_CLONE$|NODE_COMPILE_CACHE$)/;

/** The environment of a person who has just opened a shell. */
function freshShell(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !FROM_ENV.test(name));
  return { ...Object.fromEntries(kept), CI: "true", VIGIE_STATE: path.join(directory, "state") };
}

beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), "vigie-own-"));
  symlinkSync(clone, path.join(directory, "vigie"));
});

afterAll(async () => {
  // Only what a failure left: the script takes down what it brought up.
  for (const [kind, remove] of [
    ["ps", "rm"],
    ["volume", "volume rm"],
    ["network", "network rm"],
  ] as const) {
    const list = kind === "ps" ? ["ps", "--all"] : [kind, "ls"];
    const left = await docker(...list, "--quiet", "--filter", `label=${label}`);
    if (left.length > 0) await run("docker", [...remove.split(" "), ...(kind === "ps" ? ["--force"] : []), ...left]);
  }
  rmSync(directory, { recursive: true, force: true });
});

/** Does what the section says, block by block, in one shell; a failing line ends it. */
async function asWritten(): Promise<string> {
  const shop = path.join(directory, "my-shop");
  const script = ["set -eu", `cd '${directory}'`];
  blocks.forEach(({ file, text }, index) => {
    const source = path.join(directory, `block-${index}`);
    writeFileSync(source, text);
    script.push(file === undefined ? `. '${source}'` : `cp '${source}' '${path.join(shop, file)}'`);
  });
  const { code, output } = await run("bash", ["-c", script.join("\n")], { cwd: directory, env: freshShell() });
  expect(code, output).toBe(0);
  return output;
}

test("README's own program comes up from the package, answers, is watched, and goes", async () => {
  const output = await asWritten();
  expect(output).toContain("<h1>Open</h1>");
  expect(output).toMatch(/"job":"pages".*"value":\[[\d.]+,"1"\]/);
  expect(await docker("ps", "--all", "--quiet", "--filter", `label=${label}`)).toEqual([]);
  expect(await docker("volume", "ls", "--quiet", "--filter", `label=${label}`)).toEqual([]);
});
