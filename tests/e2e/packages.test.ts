/** The first command on any day: every recipe's packages are in the archive of the base, with the network cut. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PackageSet, packageSets } from "../../offline/images/packages.ts";
import { toolRecipes } from "../../offline/images/recipes.ts";
import { debianTree } from "./hosts/image.ts";
import { run, sh } from "./shell.ts";

const scratch = mkdtempSync(path.join(tmpdir(), "vigie-packages-"));
const scripts = path.join(import.meta.dirname, "..", "..", "offline", "images");
let base: string;

beforeAll(async () => {
  base = await debianTree({ docker: false });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs a script in a copy of the base whose changes are thrown away, without a network. */
async function inBase(script: string, ...args: readonly string[]) {
  const outer = `set -eu
    mount -t tmpfs tmpfs "$1"; mkdir "$1/upper" "$1/work" "$1/root"
    mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
    root=$1/root script=$3; shift 3
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive
    exec chroot "$root" sh -c "$script" sh "$@"`;
  return await run("unshare", ["--mount", "--net", "sh", "-c", outer, "sh", scratch, base, script, ...args]);
}

const named = ({ how, packages }: PackageSet) => [`${how} ${packages.join(" ")}`, how, packages] as const;

test.each(packageSets().map(named))("with the network cut, apt has all of: %s", async (_, how, packages) => {
  const ask =
    how === "install"
      ? 'apt-get install --yes --no-download --download-only "$@"'
      : 'for name; do ls /var/cache/apt/archives/"$name"_*.deb; done';
  const { code, output } = await inBase(ask, ...packages);
  expect(code, output).toBe(0);
});

test("fails where one of them is missing", async () => {
  const ask = 'rm /var/cache/apt/archives/nginx_*.deb; apt-get install --yes --no-download --download-only "$@"';
  expect((await inBase(ask, "nginx")).code).toBe(100);
});

test("with the network cut, a recipe is installed from them, and says by name what is missing", async () => {
  const packages = toolRecipes.nginx?.packages ?? [];
  const build = [path.join(scripts, "build-root.sh"), base, path.join(scratch, "build"), scripts];
  mkdirSync(path.join(scratch, "build"));
  const made = 'tar=$1; shift; sh "$@" >"$tar"';
  const tar = path.join(scratch, "nginx.tar");
  await sh("unshare", ["--mount", "--net", "sh", "-c", made, "sh", tar, ...build, "nginx-tool", "/out", ...packages]);
  expect((await sh("tar", ["-tf", tar])).split("\n")).toContain("./bin/nginx");
  rmSync(path.join(scratch, "build"), { recursive: true });
  mkdirSync(path.join(scratch, "build"));
  // hello is in Debian, and in no recipe.
  const lacking = ["--mount", "--net", "sh", ...build, "nginx-tool", "/out", "hello"];
  const { code, output } = await run("unshare", lacking);
  expect(code).toBe(100);
  expect(output).toMatch(/^E: Not in the archive: hello_\S+\.deb$/m);
});
