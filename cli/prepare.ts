/** Brings what is missing: official downloads where they can be had, what `offline/` makes where not. */

import { existsSync } from "node:fs";
import { imageNames, imageReference } from "../config/images.ts";
import { type OfflineNeeds, prepareOffline } from "../offline/index.ts";
import { hasApt, isRoot } from "../offline/machine.ts";
import type { Reporter } from "../offline/report.ts";
import { contextHost } from "./context.ts";
import { userPulumiHome } from "./environment.ts";
import { type Decision, knownSources, type Preference, type Source } from "./machine.ts";
import {
  type Attempt,
  cliPath,
  downloadCli,
  downloadPlugin,
  hasImage,
  hasPlugin,
  pluginPins,
  pullImage,
  pulumiVersion,
} from "./official.ts";
import type { Environment } from "./places.ts";
import { checkedSettings, type StackSettings } from "./settings.ts";

/**
 * What a command needs of the images: `bring` all of them; `name` them, which a preview does with official ones
 * without pulling any; or `leave` them, since a teardown runs no program.
 */
export type ImageDuty = "bring" | "name" | "leave";

/** What preparing goes by. */
export interface PrepareOptions {
  /** The stack's settings. */
  readonly settings: StackSettings;
  /** The cache directory. */
  readonly cache: string;
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
}

/**
 * Brings everything and says where it came from.
 *
 * @throws Error when a part is neither to be downloaded nor to be built here.
 */
export async function prepare(options: PrepareOptions): Promise<Decision> {
  const { preference, decision, reporter, cache } = options;
  const known = knownSources(preference, decision, new Date());
  let offline: Record<string, string> = {};
  const make = async (needs: Partial<OfflineNeeds>) => {
    const nothing = { cli: false, plugins: false, docker: false, images: [], tools: [] };
    const result = await prepareOffline({ ...nothing, ...needs }, { cache, node: process.execPath, reporter });
    offline = { ...offline, ...result.env };
  };

  if (!options.dockerAnswers && isRoot() && hasApt()) await make({ docker: true });
  const env = { ...process.env, ...offline };
  const pulumi = known.pulumi === "offline" ? "offline" : await officialPulumi(options, env, known.pulumi);
  const images = known.images === "offline" ? "offline" : await officialImages(options, env, known.images);
  if (pulumi === "offline" || images === "offline") {
    refuseWithoutOffline(pulumi, images);
    const own = pulumi === "offline";
    await make({
      cli: own,
      plugins: own,
      images: images === "offline" && options.images !== "leave" ? imageNames : [],
    });
    // What an earlier run made is still in use when this one did not ask for it.
    if (images === "offline" && options.images === "leave") offline = { ...decision?.offline, ...offline };
  }
  // A shell that ran `npm run env` has the context's address in DOCKER_HOST.
  const kept = decision?.dockerHost !== undefined && process.env.DOCKER_HOST === decision.dockerHost;
  const dockerHost = kept ? decision.dockerHost : await contextHost(process.env);
  const asBefore = decision !== undefined && known.pulumi !== undefined && !preference.online && !preference.offline;
  return {
    pulumi,
    images,
    decidedAt: asBefore ? decision.decidedAt : new Date().toISOString(),
    offline,
    ...(dockerHost === undefined ? {} : { dockerHost }),
  };
}

/** @throws Error when something is neither to be downloaded nor to be built here. */
function refuseWithoutOffline(pulumi: Source, images: Source): void {
  if (process.platform === "linux" && hasApt()) return;
  const parts = [...(pulumi === "offline" ? ["Pulumi"] : []), ...(images === "offline" ? ["the images"] : [])];
  throw new Error(
    `${parts.join(" and ")} can't be downloaded from here, and offline/ builds them on Debian only. Connect to the ` +
      "internet and run it with --online, name a registry with the setting vigie:registryMirror, or use a Debian machine.",
  );
}

/** Downloads Pulumi's CLI and plugins where that works. @throws Error when the user insists and it does not. */
async function officialPulumi(options: PrepareOptions, env: Environment, known?: Source): Promise<Source> {
  const version = pulumiVersion();
  const home = userPulumiHome(process.env, options.cache);
  const cli = cliPath(home);
  const own = { ...env, PULUMI_HOME: home };
  const plugins = pluginPins().filter((plugin) => !hasPlugin(home, plugin));
  const downloads: readonly (readonly [string, (onAlive: () => void) => Promise<Attempt>])[] = [
    ...(existsSync(cli) ? [] : [[`Pulumi ${version}`, (onAlive: () => void) => downloadCli(own, onAlive)] as const]),
    ...plugins.map(
      (plugin) =>
        [
          `Pulumi's plugin ${plugin.name} ${plugin.version}`,
          (onAlive: () => void) => downloadPlugin(cli, plugin, own, onAlive),
        ] as const,
    ),
  ];
  for (const [name, download] of downloads) {
    const { ok, words } = await shown(options.reporter, name, download);
    if (ok) continue;
    if (known === "official") {
      throw new Error(`${name} can't be downloaded: ${words}\nWith --offline, offline/ makes it on a Debian machine.`);
    }
    options.reporter.note(`  ${name} has no download from here (${words}): offline/ makes it.`);
    return "offline";
  }
  return "official";
}

/** Pulls the images where that works. @throws Error when a registry answers but does not have one. */
async function officialImages(options: PrepareOptions, env: Environment, known?: Source): Promise<Source> {
  const { images } = checkedSettings(options.settings);
  const references = imageNames.map((name) => imageReference(name, images));
  const present = await Promise.all(references.map((reference) => hasImage(reference, env)));
  const missing = references.filter((_, index) => !present[index]);
  const pull = (image: string) =>
    shown(options.reporter, `image ${image}`, (onAlive) => pullImage(image, env, onAlive));
  const [first, ...others] = missing;
  if (first === undefined) return "official";
  if (options.images !== "bring" && known !== undefined) return known;
  const { ok, words } = await pull(first);
  if (!ok) {
    const answered = /manifest unknown|not found|denied|unauthorized|no matching manifest/i.test(words);
    if (known === "official" || answered) throw imageProblem([[first, words]]);
    options.reporter.note(`  Images can't be pulled from here (${words}): offline/ makes them.`);
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
