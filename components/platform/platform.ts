import type * as pulumi from "@pulumi/pulumi";
import type { DoorPage } from "../../config/door.ts";
import type { ImageName } from "../../config/images.ts";
import type { DataDisk } from "../../config/retention.ts";
import type { Problem } from "../../services/problems.ts";
import type { Pace } from "../../signals/rule-group.ts";
import type { Observable } from "../../signals/signals.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import type { FilesArgs } from "./files.ts";
import type { Image, WantedImage } from "./image.ts";
import type { Data, SecretFiles } from "./mounts.ts";
import type { NetworkRole } from "./network-roles.ts";
import type { InsideArgs, OnceArgs } from "./once.ts";
import type { Paths } from "./paths.ts";
import type { Tracing } from "./tracing.ts";
import type { Running, Workload } from "./workload.ts";

/**
 * What things are called on a platform. An instance is a program that runs, an address is where it is reached, a claim
 * is where data is: three things, of which no two need be the same word.
 */
export interface PlatformNames {
  /** What the names of this stack's instances and addresses begin with. */
  readonly prefix: string;
  /** What runs of a workload is called: in metrics, in logs, and by the platform's own tools. */
  instance(name: string): string;
  /** The host name by which a workload is reached in its networks. */
  hostname(name: string): string;
  /** Where a port of a workload is reached in its networks, `host:port`. It need not be there yet. */
  address(name: string, port: number): string;
  /** What the data of this name is called: for backups. */
  claim(name: string): string;
  /**
   * Takes a name on this platform. Two workloads of one name would be one.
   *
   * @throws pulumi.InputPropertiesError when it is taken, or no name of a workload.
   */
  claimName(name: string, kind: string): void;
  /** What {@link claimName} would refuse: for who says all that is wrong before it makes anything. */
  nameProblems(name: string): readonly Problem[];
}

/** Where a platform has its images from. */
export interface PlatformImages {
  /**
   * An image that the platform has when `ready` is done. The same image is one resource, whoever asks.
   *
   * @param parent what an image belongs to that is built; the platform by default
   */
  image(wanted: WantedImage, parent?: pulumi.Resource): Image;
  /** The reference of an image of the catalogue on this platform: the official one, that of a mirror, or an override. */
  imageReference(name: ImageName): string;
  /** Whether the platform can have an image of the catalogue: where images are made on the machine, some never are. */
  canHave(name: ImageName): boolean;
}

/** What a platform keeps. */
export interface PlatformStorage {
  /** Lands files that running programs read: written beside, checked, put in place, reloaded. */
  files(resource: string, args: FilesArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
  /** Where a person finds a directory of such files: a path of the host, or what the platform calls them. */
  whereFiles(directory: string): string;
  /**
   * Puts secrets where only those workloads see them that mount them: in no environment, label or argument.
   *
   * @param files file name to content
   */
  secret(name: string, files: Readonly<Record<string, pulumi.Input<string>>>, parent: pulumi.Resource): SecretFiles;
  /**
   * A directory for what no deployment can make again. A change of the program never replaces it.
   *
   * @param protect whether to refuse to delete it
   */
  data(name: string, protect: boolean, parent: pulumi.Resource): Data;
  /** A directory on disk for what any deployment can make again; several workloads may share it. */
  scratch(name: string, args: ScratchArgs): Data;
  /** Whether data of this name was there before this deployment; false where nobody has looked. */
  keptData(name: string): boolean;
}

/** What a platform's `scratch` is told. */
export interface ScratchArgs {
  /** What it is for, the last part of its name: `code`, `sockets`. */
  readonly part: string;
  /** Another version is another directory: who has the old one goes on with it. @default - there is one only */
  readonly version?: pulumi.Input<string>;
  /** What it belongs to. */
  readonly parent: pulumi.Resource;
}

/** A TCP port of the host that a workload takes. */
export interface PortClaim {
  /** Port of the host. */
  readonly port: number;
  /** The property that set it, as the caller wrote it. */
  readonly property: string;
  /** Who takes it: the component's name. */
  readonly by: string;
}

/** A page or an API that people reach on the machine alone, which the platform's door leads to. */
export interface LocalPage extends Omit<DoorPage, "api"> {
  /** Whether it is an API without pages. */
  readonly api: boolean;
  /** A network that the server is in. */
  readonly network: NetworkRole;
  /** The server: in a stack from before it has let go of the port when this is done. */
  readonly ready: pulumi.Resource;
}

/** How a platform is reached from outside. */
export interface PlatformPorts {
  /** Address that ports for visitors are bound to. All others are reached on the machine alone. */
  readonly bindAddress: string;
  /** Address in the URLs for visitors: the one that people reach this platform by. */
  readonly pageAddress: string;
  /** URL of a port that is published, but not for visitors: as people on the machine reach it, without a path. */
  published(port: number): string;
  /**
   * Takes ports.
   *
   * @throws pulumi.InputPropertiesError with every port that is out of range, taken twice, or in use on the machine.
   */
  claimPorts(claims: readonly PortClaim[]): void;
  /** What {@link claimPorts} would refuse: for who takes several, and says all that is wrong before it makes anything. */
  portProblems(claims: readonly PortClaim[]): readonly Problem[];
  /** Says that a door of this name will be made for the pages that are declared from now on. */
  awaitDoor(door: string): void;
  /**
   * The pages that were declared and have no door yet.
   *
   * @param door name of the door
   * @throws pulumi.InputPropertiesError when there is a door already, and no other of this name is awaited.
   */
  takePages(door: string): readonly LocalPage[];
}

/** What Prometheus signs in with at the exporters of a platform that ask for it. Both are secrets. */
export interface ScrapePassword {
  /** The password, for Prometheus. */
  readonly password: pulumi.Output<string>;
  /** Its hash by bcrypt, for the exporters. */
  readonly hash: pulumi.Output<string>;
}

/** What a platform's `sources` are told. */
export interface SourcesArgs {
  /** Name of what tells of the machine. */
  readonly machine: string;
  /** Name of what tells what each workload uses of it. */
  readonly workloads: string;
  /** How soon alerts see a change. */
  readonly pace: Pace;
  /** Other numbers for the alerts. */
  readonly thresholds: StackThresholds;
}

/** What finds workloads by their labels, for an edge. */
export interface Finder {
  /** Where the edge asks it, `host:port`. */
  readonly address: string;
  /** The network in which the edge reaches what it finds, as the platform calls it. */
  readonly network: string;
  /** Done when it answers. */
  readonly ready: pulumi.Resource;
}

/** How a platform is watched. */
export interface PlatformWatch {
  /** Where programs send their spans, and how many traces are kept; undefined where they make none. */
  readonly tracing: Tracing | undefined;
  /** What may talk to what, as all that is declared so far says. */
  readonly paths: Paths;
  /** The disk that data is on; undefined where nobody has looked. */
  readonly dataDisk?: DataDisk | undefined;
  /** What Prometheus signs in with at exporters of this platform. It is generated when it is first asked for. */
  scrapePassword(): ScrapePassword;
  /** The platform's own sources: its machines, and what each workload uses of them. */
  sources(args: SourcesArgs, parent: pulumi.Resource): readonly (Observable & pulumi.Resource)[];
  /** Makes what finds workloads by their labels. @default - the platform has no labels to be found by */
  finder?(name: string, parent: pulumi.Resource): Finder;
}

/** How a platform runs programs. */
export interface PlatformRuns {
  /**
   * Runs a workload with the defaults that each one has: no root, no right that only root has, a read-only root file
   * system, limits of memory and processes, a probe that must pass before what depends on it goes on.
   *
   * @param resource name of its resource
   */
  run(resource: string, workload: Workload, opts: pulumi.CustomResourceOptions): Running;
  /** Runs programs to their end, in throw-away workloads: to fill, to look, to ask. */
  once(resource: string, args: OnceArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
  /** Runs a command in a workload that runs. */
  inside(resource: string, args: InsideArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}

/**
 * Where programs run: one machine with Docker, or whatever else there is. A component tells it what it wants in plain
 * data and never asks which one it is on.
 */
export interface Platform
  extends PlatformNames,
    PlatformImages,
    PlatformStorage,
    PlatformPorts,
    PlatformWatch,
    PlatformRuns {
  /** Its name in the program. */
  readonly name: string;
}
