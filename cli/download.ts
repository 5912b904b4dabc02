/** Downloads of archives whose content is known beforehand: nothing of one is unpacked or run before its sum is right. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

/** How long a server may be silent, in milliseconds. */
const SILENCE = 8000;
/** How long a download may take, in milliseconds. */
const LONGEST = 600_000;

/** Where a release of Pulumi's CLI is, without a slash at the end. */
export interface ReleaseSources {
  /** Has the archives. */
  readonly archives: string;
  /** Has the file of sums: another host, so that who changes one archive has not changed its sum with it. */
  readonly sums: string;
}

/** The maker's places. @param version without "v" */
export const pulumiSources = (version: string): ReleaseSources => ({
  archives: "https://get.pulumi.com/releases/sdk",
  sums: `https://github.com/pulumi/pulumi/releases/download/v${version}`,
});

/** The archive of Pulumi's CLI for a platform, in Node's words. @throws Error where its maker has none. */
export function pulumiArchive(version: string, platform: string, arch: string): string {
  if (!["linux", "darwin"].includes(platform) || !["x64", "arm64"].includes(arch)) {
    throw new Error(`there is no archive for ${platform} on ${arch}: install Pulumi ${version} yourself`);
  }
  return `pulumi-v${version}-${platform}-${arch}.tar.gz`;
}

/** The archive of a plugin for a platform, in Node's words. */
export function pluginArchive(name: string, version: string, platform: string, arch: string): string {
  return `pulumi-resource-${name}-v${version}-${platform}-${arch === "x64" ? "amd64" : arch}.tar.gz`;
}

/** The sums that a maker publishes for a release of Pulumi's CLI, by file name. @throws Error where they can't be had. */
export async function publishedSums(version: string, { sums }: ReleaseSources): Promise<Map<string, string>> {
  const answer = await request(`${sums}/pulumi-${version}-checksums.txt`);
  const lines = (await answer.text()).matchAll(/^([0-9a-f]{64}) [ *](?:\.\/)?(\S+)$/gm);
  return new Map([...lines].map(([, sum = "", file = ""]) => [file, `sha256:${sum}`]));
}

/**
 * Puts Pulumi's CLI into `<root>/bin`, or nothing.
 *
 * @param pins sums that are known already, by file name
 * @param onAlive called when the archive begins to come
 * @throws Error where it can't be had, or is not what its sum says
 */
export async function installPulumi(
  version: string,
  root: string,
  pins: Readonly<Record<string, string>>,
  onAlive: () => void,
  sources: ReleaseSources = pulumiSources(version),
): Promise<void> {
  const file = pulumiArchive(version, process.platform, process.arch);
  const sum = pins[file] ?? (await publishedSums(version, sources)).get(file);
  if (sum === undefined) throw new Error(`the sums of Pulumi ${version} have none of ${file}`);
  mkdirSync(root, { recursive: true });
  // Nobody else can write here, as one could in /tmp.
  const room = mkdtempSync(join(root, ".part-"));
  try {
    const archive = join(room, file);
    await fetchChecked(`${sources.archives}/${file}`, archive, sum, onAlive);
    await promisify(execFile)("tar", ["-xzf", archive, "-C", room, "--no-same-owner"]);
    const found = [join(room, "pulumi", "bin"), join(room, "pulumi")].find((place) =>
      existsSync(join(place, "pulumi")),
    );
    if (found === undefined) throw new Error(`${file} has no Pulumi in it`);
    rmSync(join(root, "bin"), { recursive: true, force: true });
    renameSync(found, join(root, "bin"));
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** Fetches a file, and takes it away again where its sum is another one. @throws Error then, and where it does not come. */
async function fetchChecked(url: string, to: string, sum: string, onAlive: () => void): Promise<void> {
  const answer = await request(url);
  onAlive();
  const hash = createHash("sha256");
  const body = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
  body.on("data", (chunk: Buffer) => hash.update(chunk));
  await pipeline(body, createWriteStream(to, { mode: 0o600, flags: "wx" }));
  const got = `sha256:${hash.digest("hex")}`;
  if (got === sum) return;
  rmSync(to);
  throw new Error(`${url} is not what it should be: its sum is ${got}, and ${sum} is known`);
}

/** The SHA-256 of what an address has. @throws Error where it can't be had. */
export async function sumOf(url: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of (await request(url)).body ?? []) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}

async function request(url: string): Promise<Response> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error(`no answer within ${SILENCE / 1000} s`)), SILENCE);
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([silent.signal, AbortSignal.timeout(LONGEST)]) });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
    return answer;
  } catch (error) {
    const { message, cause } = error as Error & { readonly cause?: { readonly code?: string } };
    throw cause?.code === undefined
      ? error
      : new Error(`${new URL(url).host} can't be reached (${cause.code}): ${message}`);
  } finally {
    clearTimeout(timer);
  }
}

/** The directory of a release in a Pulumi home, by the path of its program. */
export const releaseDirectory = (cli: string): string => dirname(dirname(cli));
