/** `npm run pin`: the digest of every image of the catalogue, from its registry, into the file that the catalogue reads. */

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { imageSettingsProblems } from "../config/image-references.ts";
import { imageNames, images } from "../config/images.ts";
import { root } from "./places.ts";
import { type TagDigest, tagDigest } from "./registry-digest.ts";

/** What `npm run pin` is told. */
export interface PinOptions {
  /** Only says what is not as the file has it. @default false */
  readonly check?: boolean;
  /** A registry to ask in place of the makers' ones, as the setting `vigie:registryMirror` names it. @default - none */
  readonly mirror?: string;
  /** The file with the digests. @default - that of the catalogue */
  readonly file?: string;
  /** The references. @default - those of the catalogue */
  readonly references?: readonly string[];
  /** Where lines go. @default - standard output */
  readonly say?: (line: string) => void;
}

/** The file that the catalogue reads. */
export const PINS_FILE = join(root, "config", "image-pins.ts");

/** Runs the command; 1 where `--check` found a difference. */
export async function pin(args: readonly string[]): Promise<number> {
  return await pinImages(pinOptions(args));
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
  return { check, ...(mirror === undefined ? {} : { mirror }) };
}

/**
 * Resolves every reference, then writes all digests at once, or compares them with the file.
 *
 * @returns 1 where a comparison found a tag that was moved, or an image without a digest
 * @throws Error with every image whose digest can't be had; the file is as it was then.
 */
export async function pinImages(options: PinOptions): Promise<number> {
  const { file = PINS_FILE, check = false, mirror, say = (line) => process.stdout.write(`${line}\n`) } = options;
  const references = options.references ?? imageNames.map((name) => images[name].reference);
  const before = parsePins(readFileSync(file, "utf8"));
  const found = await resolveAll(references, mirror);
  let differences = 0;
  for (const reference of references) {
    const { digest, platforms } = found.get(reference) as TagDigest;
    const known = before.get(reference);
    if (known === digest) continue;
    differences += 1;
    const shown = `${digest} (${platforms.length === 0 ? "one platform" : platforms.join(", ")})`;
    say(
      known === undefined
        ? `${reference}\n  has no digest; is ${shown}`
        : `${reference}\n  was moved: pinned ${known}\n  is now     ${shown}`,
    );
  }
  const gone = [...before.keys()].filter((reference) => !references.includes(reference));
  for (const reference of gone) say(`${reference}\n  is no image of the catalogue any more`);
  differences += gone.length;
  const name = relative(root, file).startsWith("..") ? file : relative(root, file);
  if (differences === 0) {
    say(`All ${references.length} images are as ${name} has them.`);
    return 0;
  }
  if (check) {
    say(
      `${differences} differ from ${name}. Look at what has changed at the maker's; \`npm run pin\` takes the new ones.`,
    );
    return 1;
  }
  writePins(file, new Map(references.map((reference) => [reference, (found.get(reference) as TagDigest).digest])));
  say(`${references.length} digests are in ${name}: commit it. The next \`npm run up\` pulls by them.`);
  return 0;
}

/** What every tag points to. @throws Error with all of those that can't be told. */
async function resolveAll(references: readonly string[], mirror: string | undefined): Promise<Map<string, TagDigest>> {
  const found = new Map<string, TagDigest>();
  const problems: string[] = [];
  const queue = [...references];
  const worker = async () => {
    for (let reference = queue.shift(); reference !== undefined; reference = queue.shift()) {
      try {
        const asked = mirror === undefined ? reference : `${mirror}${reference.slice(reference.indexOf("/"))}`;
        found.set(reference, await tagDigest(asked));
      } catch (error) {
        problems.push(`  ${reference}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  if (problems.length > 0) {
    throw new Error(
      `the digests of ${problems.length} of ${references.length} images can't be had:\n${problems.sort().join("\n")}\n` +
        "Nothing was written. Run it where the registries are reached, or name one that has the images: --mirror <registry>.",
    );
  }
  return found;
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
