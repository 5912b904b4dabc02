import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { ConfigFile } from "../../config/config-file.ts";
import type { DoorPage } from "../../config/door.ts";
import type { ImageName } from "../../config/images.ts";
import type { DataDisk } from "../../config/retention.ts";
import type { Problem } from "../../services/problems.ts";
import type { DockerSocket } from "../docker/docker-socket.ts";
import type { Paths } from "./paths.ts";
import type { Tracing } from "./tracing.ts";

/**
 * The networks of a host. A container joins those that it needs and no other: a data store is on one
 * of its own, with those that use it, and cannot be reached from the edge. What is watched is on `metrics`, where Prometheus asks it,
 * and on `telemetry`, where it sends its spans; the stores of the monitoring and what tells people are on `observability`,
 * where nothing is that visitors reach. `notify` has who is told within the stack. What leads out of the host: `edge`, where
 * Traefik is, and one network for each component that has something to ask there or publishes a port.
 */
export type NetworkRole = SharedNetwork | StoreNetwork | PagesNetwork | OutsideNetwork;

/** The network of one data store: it, its exporter, and the services that use it. It has no way out of the host. */
export type StoreNetwork = `store-${string}`;

/** The network of the data store of this name. */
export const storeNetwork = (store: string): StoreNetwork => `store-${store}`;

/** The network of one PHP application and its own web servers, of which it asks pages of itself. It has no way out. */
export type PagesNetwork = `pages-${string}`;

/** The network of the pages of the PHP application of this name. */
export const pagesNetwork = (application: string): PagesNetwork => `pages-${application}`;

/** The way out of one component that has something to ask outside of the host, or a port to publish. Nobody else is there. */
export type OutsideNetwork = `outside-${string}`;

/** The way out of the component of this name. */
export const outsideNetwork = (component: string): OutsideNetwork => `outside-${component}`;

/** The networks that are there for what a container does, not for whom it serves. */
export type SharedNetwork =
  | "edge"
  | "routes"
  | "services"
  | "metrics"
  | "telemetry"
  | "observability"
  | "notify"
  | "discovery";

/** A TCP port of the host that a container takes. */
export interface PortClaim {
  /** Port of the host. */
  readonly port: number;
  /** The property that set it, as the caller wrote it. */
  readonly property: string;
  /** Who takes it: the component's name. */
  readonly by: string;
}

/** A page or an API on the host's loopback, which the host's door leads to. */
export interface LocalPage extends Omit<DoorPage, "api"> {
  /** Whether it is an API without pages. */
  readonly api: boolean;
  /** A network that the server is in. */
  readonly network: NetworkRole;
  /** The container that answers. */
  readonly container: docker.Container;
}

/** What Prometheus signs in with at the exporters of a host that ask for it. Both are secrets. */
export interface ScrapePassword {
  /** The password, for Prometheus. */
  readonly password: pulumi.Output<string>;
  /** Its hash by bcrypt, for the exporters. */
  readonly hash: pulumi.Output<string>;
}

/** Files that a program on the host reads, with its own check before they land. */
export interface HotFilesArgs {
  /** Directory name on the host, such as `prometheus`: the same name is the same directory. */
  readonly directory: string;
  /** Who owns the files in that directory. @default - the directory's name */
  readonly owner?: string;
  /** The files. A change of them changes no container. */
  readonly files: readonly ConfigFile[];
  /** The check by the program's own tool, in a container of the image that will read the files. @default - none */
  readonly check?: HotFilesCheck;
  /** What makes the running program read them again. @default - nothing: it watches the directory */
  readonly reload?: { readonly container: string | readonly string[]; readonly command: readonly string[] };
}

/** How a program checks its own files. */
export interface HotFilesCheck {
  /** The image that has the checker: the one that will read the files. */
  readonly image: ImageName;
  /** `uid:gid` that the program runs as. */
  readonly user: string;
  /** The checker and its arguments. */
  readonly command: readonly string[];
  /** Where the program finds the files. */
  readonly mountPath: string;
  /**
   * Name on the host of a volume with secrets that the files name: it must be there before.
   *
   * @default - none
   */
  readonly secretsVolume?: string;
}

/** A POSIX shell script that runs on the host when its resource is made, changed or deleted. */
export interface StepArgs {
  /** The script, for a new resource and for a changed one. It may be cut off at any point and run again. */
  readonly script: pulumi.Input<string>;
  /** The script that takes it back. @default - nothing */
  readonly remove?: string;
  /** Standard input of the script. @default - none */
  readonly stdin?: string;
  /** The script runs again when one of these changes. @default [] */
  readonly triggers?: readonly pulumi.Input<string>[];
}

/** An image to build on the host. */
export interface BuildArgs {
  /** Name of the result without tag, such as `vigie/catalog`. */
  readonly name: string;
  /** Context directory, absolute. */
  readonly context: string;
  /** Dockerfile relative to the context. */
  readonly dockerfile: string;
  /** Files and directories that the image is made from, relative to the context. */
  readonly sources: readonly string[];
  /** Base images by build argument. */
  readonly bases: Readonly<Record<string, { readonly image: string; readonly build?: boolean }>>;
}

/**
 * A machine with a Docker engine. `LocalDockerHost` is this machine; hosts that are reached by SSH have the same
 * interface, so that a component never asks which one it is on.
 */
export interface Host {
  /** Name of the host in the program. */
  readonly name: string;
  /** The provider that all Docker resources on this host use. */
  readonly provider: docker.Provider;
  /** Address that ports for visitors are bound to. All others are on the host's loopback. */
  readonly bindAddress: string;
  /** Address in the URLs for visitors: the one that people reach this host by. */
  readonly pageAddress: string;
  /** Where the engine keeps its data on the host: the containers' logs are in it. */
  readonly dataRoot: string;
  /** The disk that the engine's data is on; undefined where nobody has looked. */
  readonly dataDisk?: DataDisk | undefined;
  /** Where the engine listens; for the socket proxy alone. */
  readonly dockerSocket: DockerSocket;
  /** Where programs on this host send their spans, and how many traces are kept; undefined where they make none. */
  readonly tracing: Tracing | undefined;
  /** What may talk to what on this host, as all that is declared so far says. */
  readonly paths: Paths;
  /** The physical name of something on this host: `<project>-<stack>-<name>`. */
  physicalName(name: string): string;
  /** Labels of everything on this host. */
  labels(component: string): Record<string, string>;
  /** The network of a role. */
  network(role: NetworkRole): docker.Network;
  /** An image of the catalogue, present on the host. The same image is one resource, whoever asks. */
  image(name: ImageName): docker.RemoteImage;
  /** The reference of an image of the catalogue on this host: the official one, that of a mirror, or an override. */
  imageReference(name: ImageName): string;
  /** Whether the host can have an image of the catalogue: where images are made on the machine, some never are. */
  canHave(name: ImageName): boolean;
  /** Any image by its full reference, present on the host. */
  pulledImage(reference: string): docker.RemoteImage;
  /** An image built on the host, named after the hash of all that it is made from. */
  builtImage(args: BuildArgs, parent: pulumi.Resource): docker.RemoteImage;
  /** Whether data of this name was on the host before this deployment; false where nobody has looked. */
  keptData(name: string): boolean;
  /** The directory on the host that hot files land in. */
  hotDirectory(directory: string): string;
  /** Runs a script on the host. It finds the `docker` command, which speaks to the host's own engine. */
  step(name: string, args: StepArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
  /**
   * Runs a script on the host at once, while the program runs: for what belongs to the making of another resource.
   *
   * @throws Error with what it printed, where it fails or takes more than a minute.
   */
  run(script: string): Promise<void>;
  /** Lands files on the host: written beside, checked, put in place, reloaded. */
  hotFiles(name: string, args: HotFilesArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
  /**
   * Takes a name on this host. Two workloads of one name would be one container.
   *
   * @throws pulumi.InputPropertiesError when it is taken, or no name of a container.
   */
  claimName(name: string, kind: string): void;
  /**
   * Takes ports of the host.
   *
   * @throws pulumi.InputPropertiesError with every port that is out of range, taken twice, or in use on the machine.
   */
  claimPorts(claims: readonly PortClaim[]): void;
  /** What {@link claimPorts} would refuse: for who takes several, and says all that is wrong before it makes anything. */
  portProblems(claims: readonly PortClaim[]): readonly Problem[];
  /** What Prometheus signs in with at exporters of this host. It is generated when it is first asked for. */
  scrapePassword(): ScrapePassword;
  /**
   * Declares a page on the loopback: the host's door publishes it.
   *
   * @throws pulumi.InputPropertiesError when the door is made already, and no other is awaited.
   */
  addPage(page: LocalPage): void;
  /** Says that a door of this name will be made for the pages that are declared from now on. */
  awaitDoor(door: string): void;
  /**
   * The pages that were declared and have no door yet.
   *
   * @param door name of the door
   * @throws pulumi.InputPropertiesError when the host has a door already, and awaits no other of this name.
   */
  takePages(door: string): readonly LocalPage[];
}
