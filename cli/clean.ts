/** `npm run clean`: what of this project's own may go from the machine, how much it takes, and takes it. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { cacheDirectory } from "../offline/cache.ts";
import { formatBytes } from "../offline/disk.ts";
import { goCachesOf, removeGoCaches } from "../offline/go-caches.ts";
import { imageRecipes } from "../offline/images/recipes.ts";
import { type OfflineNeeds, planSteps } from "../offline/index.ts";
import { takeLock } from "../offline/lock.ts";
import { programPath } from "../offline/machine.ts";
import { toolNames } from "../offline/tools.ts";
import { localEngine } from "./containers/docker/engine.ts";
import { diskUse } from "./disk-use.ts";
import { formatLeftovers, type Leftover, oldImages, oldVersions } from "./leftovers.ts";
import { pluginPins, pulumiVersion } from "./official.ts";
import { cleanOptions } from "./options.ts";
import { root } from "./places.ts";
import { capture } from "./run.ts";
import { TEST_PACKAGES } from "./test-packages.ts";

/** Something that may go, with its size in bytes. */
type Sized = Leftover & { readonly bytes: number };

/**
 * Shows what can go and how much it takes, and takes it away with `--yes` or when the user agrees. What a stack that is
 * up needs, or its next `up`, is never among it. Go's own caches of the user only with `--go`.
 *
 * @throws Error while `npm run up` makes something.
 */
export async function clean(args: readonly string[]): Promise<number> {
  const { yes, go } = cleanOptions(args);
  const cache = cacheDirectory();
  const release = existsSync(cache) ? await aloneIn(cache) : () => undefined;
  try {
    const found = await sized([...leftoversIn(cache), ...(await imagesLeft(cache)), ...(go ? await userGo() : [])]);
    const some = found.filter(({ bytes }) => bytes > 0);
    if (some.length === 0) {
      process.stdout.write(`Nothing can go: ${formatBytes(await diskUse([cache]))} in ${cache} are in use.\n`);
      return 0;
    }
    process.stdout.write(`${formatLeftovers(some, formatBytes)}\n`);
    if (!yes && !(await agreed())) {
      process.stdout.write("Nothing was taken: npm run clean -- --yes takes it.\n");
      return 0;
    }
    const failed = await takeAway(some, cache);
    for (const words of failed) process.stderr.write(`${words}\n`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    release();
  }
}

/** @throws Error when another process makes something in the cache. */
async function aloneIn(cache: string): Promise<() => void> {
  const stop = new AbortController();
  return await takeLock(join(cache, "lock"), {
    signal: stop.signal,
    onWait: (pid) => stop.abort(new Error(`process ${pid} is making something in ${cache}: clean when it has ended.`)),
  });
}

/** Parts that a benchmark has made for itself. */
const ofBenches = (name: string) => /^(bench-|go-compose\b)/.test(name);

/** Every part that `npm run up` and `npm test` of this version can make. */
function knownParts(cache: string): readonly string[] {
  const images = Object.keys(imageRecipes) as OfflineNeeds["images"];
  const needs = { cli: true, plugins: true, docker: true, images, tools: toolNames };
  const { steps } = planSteps(needs, { cache, ownGo: true, dockerRuns: true }, () => ["one"]);
  return [...steps.map(({ id }) => id), TEST_PACKAGES];
}

function leftoversIn(cache: string): Leftover[] {
  const names = (...path: string[]) => {
    const directory = join(cache, ...path);
    return { directory, present: existsSync(directory) ? readdirSync(directory) : [] };
  };
  const parts = names("parts");
  const compiled = [
    "node-compile",
    "pulumi-home/node-compile-cache",
    `pulumi-home/versions/${pulumiVersion()}/node-compile-cache`,
  ];
  const plugins = pluginPins().map(({ name, version }) => `resource-${name}-v${version}`);
  const node = [...nodeInUse(), process.versions.node];
  return [
    ...oldVersions({
      what: "Parts that this version doesn't make any more",
      ...parts,
      present: parts.present.filter((name) => !ofBenches(name)),
      used: knownParts(cache),
    }),
    ...oldVersions({
      what: "Parts of benchmarks, which make them again",
      ...parts,
      present: parts.present.filter(ofBenches),
      used: [],
    }),
    ...oldVersions({ what: "Older versions of Node", ...names("node"), used: node }),
    ...oldVersions({ what: "Older versions of Pulumi", ...names("pulumi-home", "versions"), used: [pulumiVersion()] }),
    ...oldVersions({ what: "Older plugins", ...names("pulumi-home", "plugins"), used: plugins }),
    ...oldVersions({ what: "Parts that were left half made", ...names("building"), used: [] }),
    { what: "What Node has compiled; it does so again", paths: compiled.map((path) => join(cache, path)) },
    { what: "Go's modules, and what it compiled", paths: [goCachesOf(cache)] },
  ];
}

/** The Node that the bootstrap fetches: it is JavaScript without types, and may run on a Node that reads no TypeScript. */
function nodeInUse(): readonly string[] {
  const text = readFileSync(join(root, "cli", "bootstrap.mjs"), "utf8");
  return [...text.matchAll(/^export const nodeVersion = "(.+)";$/gm)].map(([, version = ""]) => version);
}

/** Images of `offline/` that nothing uses; none where Docker doesn't answer. */
async function imagesLeft(cache: string): Promise<Leftover[]> {
  const present = await localEngine(process.env).within(20).images.present();
  if (present === undefined) return [];
  const file = join(cache, "images.json");
  const named = existsSync(file) ? Object.values(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : [];
  return oldImages(present, named);
}

/** The caches of the user's own Go, where there is one. */
async function userGo(): Promise<Leftover[]> {
  const go = programPath("go");
  if (go === undefined) return [];
  const { stdout } = await capture([go, "env", "GOCACHE", "GOMODCACHE"], { timeoutSeconds: 20 });
  const paths = stdout.split("\n").filter((line) => line !== "");
  return [
    { what: `The user's own caches of Go: ${paths.join(", ")}`, paths, command: [go, "clean", "-cache", "-modcache"] },
  ];
}

async function sized(leftovers: readonly Leftover[]): Promise<Sized[]> {
  return await Promise.all(
    leftovers.map(async (leftover) => {
      const { paths = [], images = [] } = leftover;
      return { ...leftover, bytes: (await diskUse(paths)) + (await localEngine(process.env).images.bytes(images)) };
    }),
  );
}

/** Takes it away, and says what could not be. */
async function takeAway(leftovers: readonly Leftover[], cache: string): Promise<string[]> {
  const failed: string[] = [];
  for (const { what, paths = [], images = [], command } of leftovers) {
    if (images.length > 0) {
      const why = await localEngine(process.env).images.remove(images);
      if (why !== undefined) failed.push(`${what}: ${why}`);
      continue;
    }
    if (command !== undefined) {
      const { code, stderr } = await capture(command);
      if (code !== 0) failed.push(`${what}: ${stderr.trim()}`);
      continue;
    }
    for (const path of paths) {
      try {
        if (path === goCachesOf(cache)) removeGoCaches(cache);
        else await rm(path, { recursive: true, force: true });
      } catch (error) {
        failed.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return failed;
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question("Take all of it away? Type yes: ");
  terminal.close();
  return answer.trim().toLowerCase() === "yes";
}
