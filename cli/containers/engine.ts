/**
 * What containers run on, in plain words. Commands speak this and no engine's own language; Docker's is in `docker/`,
 * and a unit test finds it anywhere else. Not to be taken for Pulumi's engine, whose output `cli/engine.ts` reads.
 */

import type { Environment } from "../places.ts";
import type { Captured } from "../run.ts";
import type { ContainerState, Inspected, Listed, StackObject, Wanted } from "./found.ts";
import type { ImageStore } from "./images.ts";
import type { Job, NewContainer } from "./job.ts";
import type { Opened } from "./opened.ts";

/** What an engine may not be able to do. */
export type Ability =
  /** Hold a container's processes, and let them go on. */
  | "pause"
  /** Take a running container out of a network, and put it back. */
  | "cut"
  /** Limit what the processes of a container may do, from beside it. */
  | "limit-processes"
  /** Put the same program in the place of one that is stopped. */
  | "take-place"
  /** Read and write a directory of the host that a container has among its files. */
  | "host-files";

/** An engine that containers run on: Docker's on this machine, or on a host that is reached by SSH. */
export interface ContainerEngine {
  /** What people call it: `Docker`. */
  readonly name: string;
  /** The host, where it is not this machine: `ssh://user@address`. */
  readonly host?: string;
  /** What it can't do, each with a sentence for a person that says so. */
  readonly lacks: Readonly<Partial<Record<Ability, string>>>;
  /** The images that it has. */
  readonly images: ImageStore;
  /** The volumes that it has. */
  readonly volumes: VolumeStore;
  /** The same engine, each of whose answers has to be there in so many seconds. */
  within(seconds: number): ContainerEngine;
  /** The same engine, asked with more variables. */
  withVariables(env: Environment): ContainerEngine;

  /** The containers that are meant. @throws EngineError when it does not answer */
  list(wanted: Wanted): Promise<readonly Listed[]>;
  /** A container, looked at closely. @throws EngineError when there is none */
  inspect(container: string): Promise<Inspected>;
  /** How a container is; undefined where there is none, or the engine does not answer. */
  stateOf(container: string): Promise<ContainerState | undefined>;
  /** What the healthchecks of containers say, by name; one that is not there, or has none, is left out. */
  healthOf(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The last lines that a container wrote, standard output first; nothing where there is none. */
  logs(container: string, lines: number): Promise<string>;

  /** Runs something to its end; that it fails is an exit code. */
  run(job: Job): Promise<Captured>;
  /** Runs something to its end, and gives what it printed. @throws EngineError with its words when it fails */
  output(job: Job): Promise<string>;
  /** Runs something beside this process. */
  open(job: Job, ways: Ways): Opened;
  /** Starts a container that goes on, and goes only when it is removed. @throws EngineError when it does not start */
  launch(container: NewContainer): Promise<void>;

  /** Stops containers as by hand. @param seconds that each may take to end. @throws EngineError */
  stop(containers: readonly string[], seconds?: number): Promise<void>;
  /** Starts what was stopped; what runs goes on. @throws EngineError */
  start(containers: readonly string[]): Promise<void>;
  /** Removes containers, running or not, and the volumes that are theirs alone. @throws EngineError */
  remove(containers: readonly string[]): Promise<void>;

  /** Holds all processes of a container. Ability `pause`. @throws EngineError */
  pause(container: string): Promise<void>;
  /** Lets them go on. Ability `pause`. @throws EngineError, `idle` where they do */
  resume(container: string): Promise<void>;
  /** Takes a container out of a network. Ability `cut`. @throws EngineError */
  detach(container: string, network: string): Promise<void>;
  /** Puts a container into a network, under more names. @throws EngineError, `there` where it is in it */
  attach(container: string, network: string, aliases: readonly string[]): Promise<void>;
  /**
   * Stops a program and takes its place: the same one, from the same image, with the same files, names and rights, but
   * for its data. Ability `take-place`.
   *
   * @returns its user, by number
   * @throws EngineError when it can't
   */
  takePlace(place: Place): Promise<string>;

  /** Everything of a stack: containers first, then networks, then volumes. @throws Error when it does not answer */
  objectsOf(stack: string): Promise<readonly StackObject[]>;
  /** Removes one of them; what is gone is no fault. @returns why it stays, in the engine's words */
  removeObject(object: StackObject): Promise<string | undefined>;

  /**
   * What leads ports of this machine to those of the same number, or another, on the engine's loopback.
   *
   * @throws Error where the engine is this machine's, to whose loopback nothing has to lead
   */
  forwarding(forwards: readonly Forward[]): Forwarding;
}

/** Where a program stands in another's place. */
export interface Place {
  /** Id or name of the container whose place it is. */
  readonly of: string;
  /** Name of the container in its place, and of the volume. */
  readonly name: string;
  /** Labels of both. */
  readonly labels: Readonly<Record<string, string>>;
  /** More labels of the container. */
  readonly containerLabels: Readonly<Record<string, string>>;
  /** What the container is called in its networks, besides its aliases. */
  readonly known: string;
  /** Where the program keeps its data, as it sees it. */
  readonly directory: string;
  /** Size of the volume that is there instead, in MiB of memory. */
  readonly megabytes: number;
  /** More words for the program. */
  readonly words: readonly string[];
  /** Seconds that the one which is stopped may take to end. */
  readonly seconds: number;
}

/** Which ways lead to a program that runs beside this process. */
export interface Ways {
  /** Whether it can be written to. */
  readonly input: boolean;
  /** Whether what it prints is read; otherwise it is lost. */
  readonly output: boolean;
}

/** The volumes of an engine. */
export interface VolumeStore {
  /** Whether there is one of this name. @throws EngineError, `gone` where there is none */
  find(name: string): Promise<void>;
  /** The names that have some words in them. @throws EngineError when it does not answer */
  named(words: string): Promise<readonly string[]>;
  /** Makes one. @throws EngineError when it can't */
  create(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Removes some. @throws EngineError when one stays, `gone` where there is none */
  remove(names: readonly string[]): Promise<void>;
}

/** A port of this machine, and where it leads. */
export interface Forward {
  /** The port of this machine's loopback. */
  readonly from: number;
  /** The port of the engine's. */
  readonly to: number;
}

/** A program that leads ports of this machine elsewhere for as long as it runs. */
export interface Forwarding {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The same as a person would type it. */
  readonly shown: string;
}

/** Whether an engine can do something. */
export function can({ lacks }: Pick<ContainerEngine, "lacks">, ability: Ability): boolean {
  return lacks[ability] === undefined;
}

/** The engines of a stack. */
export interface StackEngines {
  /** The one that the services run on, and the stores, and the edge. */
  readonly services: ContainerEngine;
  /** The one that the monitoring runs on: the same, where it has no host of its own. */
  readonly monitoring: ContainerEngine;
  /** Each once. */
  readonly all: readonly ContainerEngine[];
}

/** The engines of a stack, by what they run. @param monitoring its own. @default - the same */
export function enginesOf(services: ContainerEngine, monitoring?: ContainerEngine): StackEngines {
  if (monitoring === undefined) return { services, monitoring: services, all: [services] };
  return { services, monitoring, all: [services, monitoring] };
}
