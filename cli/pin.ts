/** `npm run pin`: what images and downloads are, from where they come, into the files that are gone by. */

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { imageSettingsProblems } from "../config/image-references.ts";
import { imageNames, images } from "../config/images.ts";
import { given } from "../services/given.ts";
import { pluginArchive, publishedSums, pulumiArchive, pulumiSources, type ReleaseSources, sumOf } from "./download.ts";
import { pluginPins, pulumiVersion } from "./official.ts";
import { root } from "./places.ts";
import { type TagDigest, tagDigest } from "./registry-digest.ts";

/** How sums are kept. */
interface KeepOptions {
  /** Only says what is not as the file has it. @default false */
  readonly check?: boolean;
  /** The file with the sums. @default - that of the repository */
  readonly file?: string;
  /** Where lines go. @default - standard output */
  readonly say?: (line: string) => void;
}

/** What the digests of images are resolved by. */
export interface PinOptions extends KeepOptions {
  /** A registry to ask in place of the makers' ones, as the setting `vigie:registryMirror` names it. @default - none */
  readonly mirror?: string;
  /** The references. @default - those of the catalogue */
  readonly references?: readonly string[];
}

/** Where the sums of downloads come from. */
export interface DownloadOptions extends KeepOptions {
  /** Has the releases of Pulumi's CLI. @default - its maker's places */
  readonly sources?: ReleaseSources;
  /** Has the archives of plugins, without a slash at the end. @default - their maker's place */
  readonly plugins?: string;
}

/** The file that the catalogue reads. */
export const PINS_FILE = join(root, "config", "image-pins.ts");
/** The file that downloads are compared with. */
export const DOWNLOADS_FILE = join(root, "cli", "download-pins.ts");

/** Runs the command; 1 where `--check` found a difference. A mirror has images, and no downloads. */
export async function pin(args: readonly string[]): Promise<number> {
  const options = pinOptions(args);
  const images = await pinImages(options);
  const downloads = options.mirror === undefined ? await pinDownloads(options) : 0;
  return Math.max(images, downloads);
}

/** Reads the command line. @throws Error that names the options that there are, or what is wrong with the mirror. */
export function pinOptions(args: readonly string[]): PinOptions {
  let values: { readonly check?: boolean; readonly mirror?: string };
  try {
    const options = { check: { type: "boolean" }, mirror: { type: "string" } } as const;
    values = parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    const words = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new Error(`${words}. The options are --check, --mirror <registry>.`);
  }
  const { check = false, mirror } = values;
  const [problem] = mirror === undefined ? [] : imageSettingsProblems({ registryMirror: mirror });
  if (problem !== undefined) throw new Error(problem.replace("registryMirror:", "--mirror:"));
  return { check, ...given({ mirror }) };
}

/**
 * Resolves every reference, then writes all digests at once, or compares them with the file.
 *
 * @returns 1 where a comparison found a tag that was moved, or an image without a digest
 * @throws Error with every image whose digest can't be had; the file is as it was then.
 */
export async function pinImages({ file = PINS_FILE, mirror, ...options }: PinOptions): Promise<number> {
  const references = options.references ?? imageNames.map((name) => images[name].reference);
  const asked = (reference: string) =>
    mirror === undefined ? reference : `${mirror}${reference.slice(reference.indexOf("/"))}`;
  const wanted = references.map((reference) => [reference, () => tagDigest(asked(reference))] as const);
  return await keep(new Map(wanted), { ...options, file }, "images");
}

/**
 * The sums of what is downloaded, for each platform: of Pulumi's CLI as its maker publishes them, of plugins from the
 * archives themselves, since their maker publishes only SHA-1.
 *
 * @returns 1 where a comparison found another sum, or none
 * @throws Error with every archive whose sum can't be had; the file is as it was then.
 */
export async function pinDownloads({ file = DOWNLOADS_FILE, ...options }: DownloadOptions): Promise<number> {
  const version = pulumiVersion();
  const { sources = pulumiSources(version), plugins = "https://get.pulumi.com/releases/plugins" } = options;
  const sums = publishedSums(version, sources);
  // Each archive says so itself.
  sums.catch(() => undefined);
  const wanted = new Map<string, () => Promise<TagDigest>>();
  for (const [platform, arch] of PLATFORMS) {
    const platforms = [`${platform}/${arch}`];
    const cli = pulumiArchive(version, platform, arch);
    wanted.set(cli, async () => {
      const digest = (await sums).get(cli);
      if (digest === undefined) throw new Error("its maker publishes no sum of it");
      return { digest, platforms };
    });
    for (const { name, version: its } of pluginPins()) {
      const archive = pluginArchive(name, its, platform, arch);
      wanted.set(archive, async () => ({ digest: await sumOf(`${plugins}/${archive}`), platforms }));
    }
  }
  return await keep(wanted, { ...options, file }, "downloads");
}

const PLATFORMS = ["linux", "darwin"].flatMap((platform) => ["x64", "arm64"].map((arch) => [platform, arch] as const));

/** Resolves all, says what is not as the file has it, and writes it whole. */
async function keep(
  wanted: ReadonlyMap<string, () => Promise<TagDigest>>,
  { file, check = false, say = (line) => process.stdout.write(`${line}\n`) }: KeepOptions & { readonly file: string },
  what: "images" | "downloads",
): Promise<number> {
  const before = parsePins(readFileSync(file, "utf8"));
  const found = await resolveAll(wanted, what);
  let differences = 0;
  for (const [name, { digest, platforms }] of found) {
    const known = before.get(name);
    if (known === digest) continue;
    differences += 1;
    const shown = `${digest} (${platforms.length === 0 ? "one platform" : platforms.join(", ")})`;
    say(
      known === undefined
        ? `${name}\n  has no digest; is ${shown}`
        : `${name}\n  was moved: pinned ${known}\n  is now     ${shown}`,
    );
  }
  const gone = [...before.keys()].filter((name) => !found.has(name));
  for (const name of gone) say(`${name}\n  is none of the ${what} any more`);
  differences += gone.length;
  const name = relative(root, file).startsWith("..") ? file : relative(root, file);
  if (differences === 0) {
    say(`All ${found.size} ${what} are as ${name} has them.`);
    return 0;
  }
  if (check) {
    say(
      `${differences} differ from ${name}. Look at what has changed at the maker's; \`npm run pin\` takes the new ones.`,
    );
    return 1;
  }
  writePins(file, new Map([...found].map(([at, { digest }]) => [at, digest])));
  say(`${found.size} digests are in ${name}: commit it. The next \`npm run up\` goes by them.`);
  return 0;
}

/** What all of them are, in their order. @throws Error with all of those that can't be told. */
async function resolveAll(
  wanted: ReadonlyMap<string, () => Promise<TagDigest>>,
  what: string,
): Promise<ReadonlyMap<string, TagDigest>> {
  const found = new Map<string, TagDigest>();
  const problems: string[] = [];
  const queue = [...wanted];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [name, resolve] = next;
      try {
        found.set(name, await resolve());
      } catch (error) {
        problems.push(`  ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  if (problems.length > 0) {
    throw new Error(
      `the digests of ${problems.length} of ${wanted.size} ${what} can't be had:\n${problems.sort().join("\n")}\n` +
        "Nothing was written of them. Run it where their places are reached; for images, --mirror <registry> names another one.",
    );
  }
  return new Map([...wanted.keys()].map((name) => [name, found.get(name) as TagDigest]));
}

/** The digests that a file has, by reference. */
export function parsePins(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/^ {2}"([^"]+)":\s+"(sha256:[0-9a-f]{64})",$/gm)].map(([, reference = "", digest = ""]) => [
      reference,
      digest,
    ]),
  );
}

/** Writes a file of digests, whole or not at all; the words above them stay. */
function writePins(file: string, pins: ReadonlyMap<string, string>): void {
  const text = readFileSync(file, "utf8");
  const head = text.slice(0, text.indexOf("= {"));
  const lines = [...pins]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([at, digest]) => `  "${at}":\n    "${digest}",\n`);
  writeFileSync(`${file}.part`, `${head}= {\n${lines.join("")}};\n`);
  renameSync(`${file}.part`, file);
}
