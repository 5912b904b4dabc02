/** Looks at the machine: the facts that `checks.ts` judges. Changes nothing and asks no network. */

import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname } from "node:path";
import { dockerEngine, listenersOn } from "../components/docker/machine.ts";
import { unpinnedImages } from "../config/image-references.ts";
import { deployedImages } from "../config/images.ts";
import { freeBytesAt } from "../offline/disk.ts";
import { hasApt, isRoot } from "../offline/machine.ts";
import { neededFor, tryAbilities } from "../offline/preflight.ts";
import { given } from "../services/given.ts";
import { DeclarationError, type Problem } from "../services/problems.ts";
import type { DockerFacts, MachineFacts, PassphraseFacts } from "./checks.ts";
import { aboutEngine } from "./containers/docker/info.ts";
import type { StackEngines } from "./containers/engine.ts";
import { backendDirectory, type PulumiEnvironment, userPulumiHome } from "./environment.ts";
import type { Decision } from "./machine.ts";
import { cliPath, hasPlugin, pluginPins, pulumiVersion } from "./official.ts";
import { type Environment, root } from "./places.ts";
import { checkpointFile } from "./pulumi.ts";
import { capture } from "./run.ts";
import { checkedSettings, type StackSettings } from "./settings.ts";

/** Where to look. */
export interface ProbeOptions {
  /** The environment with the variables of this machine on top. */
  readonly env: Environment;
  /** The same variables, as they were found. */
  readonly pulumi: PulumiEnvironment;
  /** The cache directory. */
  readonly cache: string;
  /** The state directory. */
  readonly state: string;
  /** The engine that the stack runs on. */
  readonly engines: Pick<StackEngines, "services">;
  /** The stack. */
  readonly settings: StackSettings;
  /** What was decided before. @default - nothing */
  readonly decision?: Decision | undefined;
}

const stateRoom = 200e6;
const imageRoom = 2e9;

/** Everything that can be found out without changing anything. */
export async function probeMachine(options: ProbeOptions): Promise<MachineFacts> {
  const { env, cache, state, settings, pulumi } = options;
  const home = pulumi.variables.PULUMI_HOME ?? userPulumiHome(env, cache);
  const cli = cliPath(home);
  const docker = await probeDocker(env);
  // Where another one's engine is asked for, or apt can't bring one, no daemon is started here.
  const starts = "problem" in docker.facts && options.engines.services.host === undefined && !env.DOCKER_HOST;
  const abilities = starts && isRoot() && hasApt() ? await tryAbilities(neededFor("containers")) : undefined;
  const ports = settings.ports.map(({ port }) => port);
  const passphrase = probePassphrase(options);
  const stateProblem = problemOfDirectory(state);
  return {
    node: process.versions.node,
    root: isRoot(),
    apt: hasApt(),
    ...(env.DOCKER_HOST ? { dockerHost: env.DOCKER_HOST } : {}),
    ...given({ remote: options.engines.services.host }),
    docker: docker.facts,
    ...given({ abilities }),
    ...(env.DOCKER_HOST || options.engines.services.host !== undefined ? {} : await probeForwarding()),
    memory: { total: totalmem(), available: availableMemory() },
    disk: await Promise.all(
      [
        { path: state, purpose: "the state", needed: stateRoom },
        ...(docker.root === undefined ? [] : [{ path: docker.root, purpose: "Docker", needed: imageRoom }]),
      ].map(async (place) => ({ ...place, free: await freeBytesAt(place.path) })),
    ),
    ports: settings.ports,
    listeners: listenersOn(ports, env.DOCKER_HOST),
    label: settings.label,
    notBefore: await dateOfThisVersion(),
    now: Date.now(),
    ...(existsSync(cli) ? { cli: { path: cli, version: pulumiVersion() } } : {}),
    missingPlugins: pluginPins()
      .filter((plugin) => !hasPlugin(home, plugin))
      .map(({ name, version }) => `${name} ${version}`),
    ...given({ passphrase }),
    ...given({ stateProblem }),
    configuration: configurationProblems(settings),
    unpinned: unpinnedHere(options),
  };
}

async function probeDocker(env: Environment): Promise<{ facts: MachineFacts["docker"]; root?: string }> {
  const engine = dockerEngine(env.DOCKER_HOST);
  if ("problem" in engine) return { facts: { problem: engine.problem } };
  const { time, directory } = await aboutEngine(env);
  const ahead = (Date.parse(time) - Date.now()) / 1000;
  const facts: DockerFacts = { version: engine.version, clockAhead: Number.isFinite(ahead) ? ahead : 0 };
  // The engine's directory may be one of another machine.
  return directory !== "" && existsSync(directory) ? { facts, root: directory } : { facts };
}

/**
 * Where out of this machine a neighbour's packets come in that are passed on. As root, rules that forbid it are found: the
 * firewall of a host that Vigie has set up, or a line among Docker's own for its user.
 */
async function probeForwarding(): Promise<Pick<MachineFacts, "forwards">> {
  const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");
  if (read("/proc/sys/net/ipv4/ip_forward").trim() !== "1") return {};
  const uplink = uplinkOf(read("/proc/net/route"));
  if (uplink === undefined) return {};
  const listed = await Promise.all(
    [
      ["nft", "list", "chain", "inet", "vigie", "to_containers"],
      ["iptables", "-S", "DOCKER-USER"],
    ].map((words) => capture(words, { timeoutSeconds: 5 }).then(({ stdout }) => stdout)),
  );
  return listed.some((rules) => /\bdrop\b/i.test(rules)) ? {} : { forwards: uplink };
}

/** The interface of the default route, in the kernel's table. */
export function uplinkOf(routes: string): string | undefined {
  const words = routes.split("\n").map((line) => line.split(/\s+/));
  return words.find(([, destination, , , , , , mask]) => destination === "00000000" && mask === "00000000")?.[0];
}

function probePassphrase({ env, pulumi, state, settings }: ProbeOptions): PassphraseFacts | undefined {
  const own = pulumi.ownPassphrase !== undefined;
  const path = pulumi.ownPassphrase ?? env.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (path === undefined || path === "" || env.PULUMI_CONFIG_PASSPHRASE !== undefined) return undefined;
  const exists = existsSync(path);
  return {
    path,
    exists,
    open: exists && (statSync(path).mode & 0o077) !== 0,
    own,
    needed: pulumi.ownBackend && existsSync(checkpointFile(backendDirectory(state), settings)),
  };
}

/** Words for a directory that can't be made or written; undefined when all is well. */
function problemOfDirectory(path: string): string | undefined {
  let place = path;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    accessSync(place, constants.W_OK);
    return statSync(place).isDirectory() ? undefined : `${place} is a file, so ${path} can't be made`;
  } catch {
    return `${place} can't be written`;
  }
}

function availableMemory(): number {
  return process.availableMemory();
}

/** When this version of the project was committed, in milliseconds; 0 where that is not known. */
async function dateOfThisVersion(): Promise<number> {
  const result = await capture(["git", "-C", root, "log", "-1", "--format=%ct"], { timeoutSeconds: 5 });
  return result.code === 0 ? Number(result.stdout.trim()) * 1000 : 0;
}

/** The images that are pulled here by a tag alone; those made on this machine are not pulled. */
export function unpinnedHere({ settings, decision }: Pick<ProbeOptions, "settings" | "decision">): readonly string[] {
  if (configurationProblems(settings).length > 0) return [];
  const checked = checkedSettings(settings);
  // On a new machine nobody knows yet whether any is pulled.
  if (decision?.images !== "official" && checked.images.registryMirror === undefined) return [];
  return unpinnedImages(deployedImages(checked), checked.images);
}

/** What is wrong with the stack's configuration, by the same rules as the program itself. */
function configurationProblems(settings: StackSettings): readonly Problem[] {
  try {
    checkedSettings(settings);
    return [];
  } catch (error) {
    if (error instanceof DeclarationError) return error.problems;
    throw error;
  }
}
