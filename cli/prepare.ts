/** Brings what is missing: official downloads where they can be had, what `offline/` makes where not. */

import { imageReference } from "../config/image-references.ts";
import { deployedImages, type ImageName, isMade } from "../config/images.ts";
import type { OfflineNeeds } from "../offline/index.ts";
import type { Reporter } from "../offline/report.ts";
import { given } from "../services/given.ts";
import type { Attempt } from "./attempt.ts";
import { type Decision, knownSources, type Preference, type Source } from "./machine.ts";
import type { Parts } from "./parts.ts";
import { checkedSettings, type StackSettings } from "./settings.ts";

/**
 * What a command needs of the images: `bring` all of them; `name` them, which a preview does with official ones
 * without pulling any; or `leave` them, since a teardown and a setup start no container.
 */
export type ImageDuty = "bring" | "name" | "leave";

/** What preparing goes by. */
export interface PrepareOptions {
  /** The stack's settings. */
  readonly settings: StackSettings;
  /** What was decided before; undefined on a new machine. */
  readonly decision: Decision | undefined;
  /** The user's word. */
  readonly preference: Preference;
  /** Whether a Docker engine answers. */
  readonly dockerAnswers: boolean;
  /** What is to be done about the images. */
  readonly images: ImageDuty;
  /** Where the progress goes. */
  readonly reporter: Reporter;
  /** What brings the parts. */
  readonly parts: Parts;
}

/**
 * Brings everything and says where it came from.
 *
 * @throws Error when a part is neither to be downloaded nor to be built here.
 */
export async function prepare(options: PrepareOptions): Promise<Decision> {
  const { preference, decision, parts } = options;
  const known = knownSources(preference, decision, new Date());
  let offline: Record<string, string> = {};
  const make = async (needs: Partial<OfflineNeeds>) => {
    const nothing = { cli: false, plugins: false, docker: false, images: [], tools: [] };
    offline = { ...offline, ...(await parts.makeOffline({ ...nothing, ...needs })) };
  };

  if (!options.dockerAnswers && parts.canInstall) await make({ docker: true });
  const pulumi = known.pulumi === "offline" ? "offline" : await officialPulumi(options, offline);
  const images = imagesAreOffline(options, known.images)
    ? "offline"
    : await officialImages(options, offline, known.images);
  if (pulumi === "offline" || images === "offline") {
    refuseWithoutOffline(parts, pulumi, images);
    const own = pulumi === "offline";
    await make({
      cli: own,
      plugins: own,
      images: images === "offline" && options.images !== "leave" ? imagesMadeFor(options.settings) : [],
    });
    // What an earlier run made is still in use when this one did not ask for it.
    if (images === "offline" && options.images === "leave") offline = { ...decision?.offline, ...offline };
  }
  const dockerHost = await parts.dockerHost(decision?.dockerHost);
  const asBefore = decision !== undefined && known.pulumi !== undefined && !preference.online && !preference.offline;
  return {
    pulumi,
    images,
    decidedAt: asBefore ? decision.decidedAt : new Date().toISOString(),
    offline,
    ...given({ dockerHost }),
  };
}

/** What is made where images are: all that is deployed, but what is never made and what the user has an image for. */
function imagesMadeFor(settings: StackSettings): readonly ImageName[] {
  const checked = checkedSettings(settings, true);
  const own = checked.images.overrides ?? {};
  return deployedImages(checked).filter((name) => isMade(name) && own[name] === undefined);
}

/** A mirror that the user has named since is tried, whatever was decided before. */
function imagesAreOffline({ settings, preference }: PrepareOptions, known: Source | undefined): boolean {
  const mirror = checkedSettings(settings).images.registryMirror;
  return known === "offline" && (mirror === undefined || preference.offline === true);
}

/** @throws Error when something is neither to be downloaded nor to be built here. */
function refuseWithoutOffline({ canBuild }: Parts, pulumi: Source, images: Source): void {
  if (canBuild) return;
  const parts = [...(pulumi === "offline" ? ["Pulumi"] : []), ...(images === "offline" ? ["the images"] : [])];
  throw new Error(
    `${parts.join(" and ")} can't be downloaded from here, and offline/ builds them on Debian only. Connect to the ` +
      "internet and run it with --online, name a registry with the setting vigie:registryMirror, or use a Debian machine.",
  );
}

/** Downloads Pulumi's CLI and plugins where that works. @throws Error when the user insists and it does not. */
async function officialPulumi(options: PrepareOptions, env: Readonly<Record<string, string>>): Promise<Source> {
  for (const { name, download } of options.parts.missingPulumi(env)) {
    const { ok, words } = await shown(options.reporter, name, download);
    if (ok) continue;
    if (options.preference.online) {
      throw new Error(`${name} can't be downloaded: ${words}\nWith --offline, offline/ makes it on a Debian machine.`);
    }
    options.reporter.note(`  ${name} has no download from here (${words}): offline/ makes it.`);
    return "offline";
  }
  return "official";
}

/** What a registry says that can be reached, and does not have the image or does not give it away. */
const answers = /manifest unknown|manifest for .* not found|pull access denied|unauthorized|no matching manifest/i;

/** Pulls the images where that works. @throws Error when a registry answers but does not have one. */
async function officialImages(
  options: PrepareOptions,
  env: Readonly<Record<string, string>>,
  known: Source | undefined,
): Promise<Source> {
  const { parts, reporter } = options;
  // Nothing runs from them, and the host may have no Docker yet to ask.
  if (options.images === "leave") return known ?? "official";
  const settings = checkedSettings(options.settings);
  const { images } = settings;
  const references = deployedImages(settings).map((name) => imageReference(name, images));
  const present = await Promise.all(references.map((reference) => parts.hasImage(reference, env)));
  const missing = references.filter((_, index) => !present[index]);
  const pull = (image: string) => shown(reporter, `image ${image}`, (onAlive) => parts.pullImage(image, env, onAlive));
  const [first, ...others] = missing;
  if (first === undefined) return "official";
  if (options.images !== "bring" && known !== undefined) return known;
  const { ok, words } = await pull(first);
  if (!ok) {
    if (options.preference.online || answers.test(words)) throw imageProblem([[first, words]]);
    reporter.note(`  Images can't be pulled from here (${words}): offline/ makes them.`);
    return "offline";
  }
  if (options.images !== "bring") return "official";
  const failed: [string, string][] = [];
  const worker = async () => {
    for (let image = others.shift(); image !== undefined; image = others.shift()) {
      const result = await pull(image);
      if (!result.ok) failed.push([image, result.words]);
    }
  };
  await Promise.all([worker(), worker()]);
  if (failed.length > 0) throw imageProblem(failed);
  return "official";
}

function imageProblem(failed: readonly (readonly [string, string])[]): Error {
  const lines = failed.map(([reference, words]) => `  ${reference}: ${words}`);
  return new Error(
    `these images can't be had:\n${lines.join("\n")}\nCorrect vigie:registryMirror or vigie:images in the stack's ` +
      "file, or log in with `docker login`; with --offline, offline/ builds the official ones here.",
  );
}

/** Runs a download; its progress line begins when it turns out to be possible. */
async function shown(
  reporter: Reporter,
  name: string,
  download: (onAlive: () => void) => Promise<Attempt>,
): Promise<Attempt> {
  const began = Date.now();
  let begun = false;
  const result = await download(() => {
    begun = true;
    reporter.start(name);
  });
  const seconds = (Date.now() - began) / 1000;
  if (begun && !result.ok) reporter.fail(name, new Error(result.words));
  if (result.ok) {
    if (!begun) reporter.start(name);
    reporter.done(name, seconds, false);
  }
  return result;
}
