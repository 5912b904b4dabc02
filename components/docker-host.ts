import path from "node:path";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type ImageSettings, imageReference } from "../config/image-references.ts";
import type { ImageName } from "../config/images.ts";
import {
  type Landing,
  quote,
  renderLandingInput,
  renderLandingRemoval,
  renderLandingScript,
} from "../config/landing.ts";
import type { Problem } from "../services/problems.ts";
import { type BuildHost, builtImage } from "./built-image.ts";
import { DEFAULT_SOCKET, type DockerSocket } from "./docker-socket.ts";
import type { BuildArgs, Host, HotFilesArgs, NetworkRole, PortClaim, StepArgs } from "./host.ts";
import { COMPONENT_LABEL, STACK_LABEL } from "./labels.ts";
import type { Listener } from "./machine.ts";
import { createNetworks } from "./networks.ts";
import { portProblems } from "./port-claims.ts";
import { refuse, refusing } from "./refuse.ts";

/** What every host with a Docker engine is told, wherever it is. */
export interface DockerHostArgs {
  /** Address that published ports are bound to. @default "127.0.0.1" */
  readonly bindAddress?: string;
  /** Where the engine keeps its data. @default - what it says, else "/var/lib/docker" */
  readonly dataRoot?: string;
  /**
   * Id of the group that may use Docker's socket, for the socket proxy alone.
   *
   * @default - as it is found on this machine, else 0
   */
  readonly socketGroup?: number;
  /** Where the images come from. @default - the official ones */
  readonly images?: ImageSettings;
  /** File of CA certificates that image builds must trust. Nothing of it gets into what runs. @default - none */
  readonly caBundle?: string;
  /** Largest packet in the networks, in bytes. @default - Docker's own, 1500 */
  readonly mtu?: number;
  /**
   * Look at the host before anything is declared: does Docker answer, are the ports free. Set to false where the
   * program can't reach it.
   *
   * @default true
   */
  readonly checkMachine?: boolean;
}

/** What differs between a host that is this machine and one that is reached from it. */
export interface Place {
  /** How Docker's provider reaches the engine. */
  readonly provider: docker.ProviderArgs;
  /** Where the engine keeps its data. */
  readonly dataRoot: string;
  /** Where the engine listens. @default - Docker's usual socket, of group 0 */
  readonly dockerSocket?: DockerSocket;
  /** Address in the URLs of the published ports. */
  readonly pageAddress: string;
  /** Directory of the host for hot files. */
  readonly hotDirectory: string;
  /** Directory of this machine for generated build contexts. */
  readonly stateDirectory: string;
  /** What runs a POSIX shell script on the host; the script is its last argument. */
  readonly interpreter: readonly string[];
  /** Variables of that. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** What makes the host ready. @default - it is */
  readonly dependsOn?: readonly pulumi.Resource[];
  /** Whether the directory for hot files is made and taken away with the stack. @default false */
  readonly ownsHotDirectory?: boolean;
  /** What listens on these ports of the host; none where nobody looked. */
  readonly listenersOn: (ports: readonly number[]) => readonly Listener[];
}

/** A host with a Docker engine: all that is the same wherever it is. */
export abstract class DockerHost extends pulumi.ComponentResource implements Host {
  readonly name: string;
  readonly provider: docker.Provider;
  readonly bindAddress: string;
  readonly pageAddress: string;
  readonly dataRoot: string;
  readonly dockerSocket: DockerSocket;
  readonly #place: Place;
  readonly #references: ImageSettings | undefined;
  readonly #networks: Readonly<Record<NetworkRole, docker.Network>>;
  readonly #images = new Map<string, docker.RemoteImage>();
  readonly #names = new Map<string, string>();
  readonly #ports: PortClaim[] = [];
  readonly #build: BuildHost;
  #ready: readonly pulumi.Resource[];

  constructor(kind: string, name: string, args: DockerHostArgs, place: Place, opts?: pulumi.ComponentResourceOptions) {
    super(`vigie:index:${kind}`, name, args, opts);
    this.name = name;
    this.dataRoot = place.dataRoot;
    const socket = place.dockerSocket ?? DEFAULT_SOCKET;
    this.dockerSocket = { ...socket, group: args.socketGroup ?? socket.group };
    this.bindAddress = args.bindAddress ?? "127.0.0.1";
    this.pageAddress = place.pageAddress;
    this.#place = place;
    this.#references = args.images;
    this.#ready = place.dependsOn ?? [];
    this.provider = new docker.Provider(`${name}-docker`, place.provider, {
      parent: this,
      dependsOn: [...this.#ready],
    });
    if (place.ownsHotDirectory) this.#ready = [this.#makeHotDirectory()];
    this.#networks = createNetworks(
      {
        host: name,
        physicalName: (network) => this.physicalName(network),
        labels: (component) => this.labels(component),
        ...(args.mtu === undefined ? {} : { mtu: args.mtu }),
      },
      { parent: this, provider: this.provider },
    );
    this.#build = {
      image: (image) => this.image(image),
      reference: (image) => this.#reference(image),
      stateDirectory: place.stateDirectory,
      ...(args.caBundle === undefined ? {} : { caBundle: args.caBundle }),
    };
  }

  physicalName(name: string): string {
    return `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
  }

  labels(component: string): Record<string, string> {
    return { [STACK_LABEL]: stackLabel(), [COMPONENT_LABEL]: component };
  }

  network(role: NetworkRole): docker.Network {
    return this.#networks[role];
  }

  image(name: ImageName): docker.RemoteImage {
    return this.#imageOnce(name, this.#reference(name));
  }

  pulledImage(reference: string): docker.RemoteImage {
    return this.#imageOnce(reference, reference);
  }

  builtImage(args: BuildArgs, parent: pulumi.Resource): docker.RemoteImage {
    return builtImage(this.#build, args, { parent, provider: this.provider });
  }

  hotDirectory(directory: string): string {
    return path.posix.join(this.#place.hotDirectory, "config", directory);
  }

  hotFiles(name: string, args: HotFilesArgs, opts: pulumi.CustomResourceOptions): command.local.Command {
    const { check } = args;
    const landing: Landing = {
      directory: this.hotDirectory(args.directory),
      owner: args.owner ?? args.directory,
      ...(args.reload === undefined ? {} : { reload: args.reload }),
      ...(check === undefined
        ? {}
        : { check: { ...check, image: this.#reference(check.image), label: `${STACK_LABEL}=${stackLabel()}` } }),
    };
    return this.step(
      name,
      {
        script: renderLandingScript(landing),
        remove: renderLandingRemoval(landing),
        stdin: refusing(() => renderLandingInput(args.files)),
      },
      pulumi.mergeOptions(opts, { dependsOn: check === undefined ? [] : [this.image(check.image)] }),
    );
  }

  step(name: string, args: StepArgs, opts: pulumi.CustomResourceOptions): command.local.Command {
    const { interpreter, environment } = this.#place;
    return new command.local.Command(
      name,
      {
        create: args.script,
        update: args.script,
        ...(args.remove === undefined ? {} : { delete: args.remove }),
        ...(args.stdin === undefined ? {} : { stdin: args.stdin }),
        ...(args.triggers === undefined ? {} : { triggers: [...args.triggers] }),
        interpreter: [...interpreter],
        ...(environment === undefined ? {} : { environment }),
      },
      pulumi.mergeOptions(opts, { dependsOn: [...this.#ready] }),
    );
  }

  claimName(name: string, kind: string): void {
    const owner = this.#names.get(name);
    if (owner !== undefined) {
      refuse(`${kind} ${JSON.stringify(name)}`, [
        {
          property: "name",
          given: name,
          allowed: `a name that nothing else on host ${JSON.stringify(this.name)} has`,
          fix: `A ${owner} has it already: rename one of the two.`,
        },
      ]);
    }
    this.#names.set(name, kind);
  }

  claimPorts(claims: readonly PortClaim[]): void {
    const listeners = this.#place.listenersOn(claims.map(({ port }) => port));
    refuse(`host ${JSON.stringify(this.name)}`, portProblems(claims, this.#ports, listeners, stackLabel()));
    this.#ports.push(...claims);
  }

  // Files land in it after it is made, and it goes when the last of them is gone: empty, or not at all.
  #makeHotDirectory(): pulumi.Resource {
    const directory = quote(this.#place.hotDirectory);
    return this.step(
      `${this.name}-directory`,
      {
        script: `mkdir -p ${directory}\n`,
        remove: `find ${directory} -depth -type d -empty -exec rmdir {} \\;\n`,
      },
      { parent: this },
    );
  }

  #reference(name: ImageName): string {
    return imageReference(name, this.#references);
  }

  #imageOnce(name: string, reference: string): docker.RemoteImage {
    const known = this.#images.get(reference);
    if (known !== undefined) return known;
    const image = new docker.RemoteImage(
      `${this.name}-${name}-image`,
      { name: reference, keepLocally: true },
      { parent: this, provider: this.provider },
    );
    this.#images.set(reference, image);
    return image;
  }
}

/** What is wrong with the arguments that every host has. */
export function dockerHostProblems({ mtu, socketGroup }: DockerHostArgs): Problem[] {
  const problems: Problem[] = [];
  if (mtu !== undefined && !(Number.isInteger(mtu) && mtu >= 576 && mtu <= 65_535)) {
    problems.push({ property: "mtu", given: mtu, allowed: "a whole number of bytes from 576 to 65535" });
  }
  if (socketGroup !== undefined && !(Number.isInteger(socketGroup) && socketGroup >= 0)) {
    problems.push({
      property: "socketGroup",
      given: socketGroup,
      allowed: "the id of a group: a whole number",
      fix: "On the host, `stat -c %g /var/run/docker.sock` says it.",
    });
  }
  return problems;
}

/** The name of this stack in URLs of pages: an address that is bound to everything is called by another name. */
export function pageAddress(bindAddress = "127.0.0.1", host = "localhost"): string {
  if (bindAddress === "0.0.0.0") return host;
  return bindAddress.startsWith("127.") ? "localhost" : bindAddress;
}

/** `<project>-<stack>`: the directory of this stack among those of others. */
export function stackDirectory(): string {
  return `${pulumi.getProject()}-${pulumi.getStack()}`;
}

function stackLabel(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}
