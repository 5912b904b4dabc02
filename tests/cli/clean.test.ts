import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { diskUse } from "../../cli/disk-use.ts";
import { cleanOptions } from "../../cli/options.ts";

const main = resolve(import.meta.dirname, "../../cli/main.ts");
let cache: string;
let programs: string;

/** A cache with parts of an earlier version, and a Docker that has nothing. */
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "vigie-clean-"));
  programs = mkdtempSync(join(tmpdir(), "vigie-bin-"));
  writeFileSync(join(programs, "docker"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  for (const path of ["parts/debian", "parts/go-forgotten", "node/22.1.0", "go/pkg/mod", "building"]) {
    mkdirSync(join(cache, path), { recursive: true });
    writeFileSync(join(cache, path, "file"), "x".repeat(10_000));
  }
});

const clean = (...args: string[]) =>
  spawnSync(process.execPath, [main, "clean", ...args], {
    encoding: "utf8",
    env: { ...process.env, VIGIE_CACHE: cache, PATH: `${programs}:${process.env.PATH}` },
  });

test("nothing is taken unless somebody agrees", () => {
  const { stdout, status } = clean();
  expect(status).toBe(0);
  expect(stdout).toContain("Parts that this version doesn't make any more: go-forgotten");
  expect(stdout).toContain("Older versions of Node: 22.1.0");
  expect(stdout).toContain("npm run clean -- --yes");
  expect(existsSync(join(cache, "parts/go-forgotten"))).toBe(true);
});

test("what tests have brought stays, and what benchmarks have made is called so", () => {
  for (const path of ["test-packages", "bench-requests-load", "go-compose"]) {
    mkdirSync(join(cache, "parts", path));
    writeFileSync(join(cache, "parts", path, "file"), "x");
  }
  const { stdout } = clean();
  expect(stdout).toContain("Parts of benchmarks, which make them again: bench-requests-load, go-compose\n");
  expect(stdout).toContain("Parts that this version doesn't make any more: go-forgotten\n");
});

test("with --yes what may go is gone, and what is in use stays", () => {
  expect(clean("--yes").status).toBe(0);
  for (const gone of ["parts/go-forgotten", "node/22.1.0", "go"]) expect(existsSync(join(cache, gone))).toBe(false);
  expect(existsSync(join(cache, "parts/debian/file"))).toBe(true);
  expect(clean("--yes").stdout).toMatch(/^Nothing can go: /);
});

test("fails while another process makes something there", () => {
  writeFileSync(join(cache, "lock"), `${process.pid} ? x\n`);
  const { stderr, status } = clean("--yes");
  expect(status).toBe(1);
  expect(stderr).toContain(`process ${process.pid} is making something in ${cache}`);
  expect(existsSync(join(cache, "go"))).toBe(true);
});

test("fails for an option that there isn't, with those that there are", () => {
  expect(cleanOptions(["--yes", "--go"])).toEqual({ yes: true, go: true });
  expect(() => cleanOptions(["--all"])).toThrow(/--all.*The options are --yes, --go\./);
});

test("a file that is linked twice is counted once, and a link not at all for what it leads to", async () => {
  const directory = mkdtempSync(join(tmpdir(), "vigie-du-"));
  writeFileSync(join(directory, "large"), "x".repeat(1_000_000));
  const alone = await diskUse([directory]);
  symlinkSync(join(directory, "large"), join(directory, "again"));
  expect((await diskUse([directory, join(directory, "large")])) - alone).toBeLessThan(10_000);
  expect(await diskUse([join(directory, "not-there")])).toBe(0);
});
