import path from "node:path";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { canHaveImage } from "../../config/choices.ts";
import { type ImageSettings, imageReference } from "../../config/image-references.ts";
import type { ImageName } from "../../config/images.ts";
import { quote } from "../../config/landing.ts";
import type { DataDisk } from "../../config/retention.ts";
import { CONTAINER_NAME } from "../../services/grammar.ts";
import type { Problem } from "../../services/problems.ts";
import { ContainerMetrics } from "../monitoring/container-metrics.ts";
import { HostMetrics } from "../monitoring/host-metrics.ts";
import type { FilesArgs } from "../platform/files.ts";
import type { Image, WantedImage } from "../platform/image.ts";
import type { Data, SecretFiles } from "../platform/mounts.ts";
import type { NetworkRole } from "../platform/network-roles.ts";
import type { InsideArgs, OnceArgs } from "../platform/once.ts";
import { Paths } from "../platform/paths.ts";
import type { Finder, LocalPage, PortClaim, ScrapePassword, ScratchArgs, SourcesArgs } from "../platform/platform.ts";
import { refuse } from "../platform/refuse.ts";
import { stackDirectory, stackLabel } from "../platform/stack.ts";
import type { Tracing } from "../platform/tracing.ts";
import type { Running, Workload } from "../platform/workload.ts";
import { type BuildHost, builtImage } from "./built-image.ts";
import { runContainer } from "./container.ts";
import { dataVolume, scratchVolume } from "./data-volume.ts";
import { DEFAULT_SOCKET, type DockerSocket } from "./docker-socket.ts";
import type { EngineHost, StepArgs } from "./engine-host.ts";
import { COMPONENT_LABEL, STACK_LABEL } from "./labels.ts";
import { landingStep } from "./landing-step.ts";
import { createNetworks } from "./networks.ts";
import { onceStep } from "./once-step.ts";
import type { DockerHostArgs, Place } from "./place.ts";
import { portProblems } from "./port-claims.ts";
import { restoreLimits } from "./process-limit.ts";
import { runScript } from "./run-script.ts";
import { secretFiles, secretsVolumeName } from "./secret-files.ts";
import { SocketProxy } from "./socket-proxy.ts";

/** A host with a Docker engine: all that is the same wherever it is. */
export abstract class DockerHost extends pulumi.ComponentResource implements EngineHost {
  readonly name: string;
  readonly provider: docker.Provider;
  readonly bindAddress: string;
  readonly pageAddress: string;
  readonly dataRoot: string;
  readonly dataDisk: DataDisk | undefined;
  readonly dockerSocket: DockerSocket;
  readonly tracing: Tracing | undefined;
  readonly paths: Paths;
  readonly #place: Place;
  readonly #references: ImageSettings | undefined;
  readonly #networks: (role: NetworkRole) => docker.Network;
  readonly #images = new Map<string, docker.RemoteImage>();
  readonly #names = new Map<string, string>();
  readonly #ports: PortClaim[] = [];
  #pages: LocalPage[] = [];
  #door: string | undefined;
  readonly #awaited = new Set<string>();
  #scrapePassword: ScrapePassword | undefined;
  readonly #build: BuildHost;
  #ready: readonly pulumi.Resource[];

  constructor(kind: string, name: string, args: DockerHostArgs, place: Place, opts?: pulumi.ComponentResourceOptions) {
    super(`vigie:index:${kind}`, name, args, opts);
    this.name = name;
    this.dataRoot = place.dataRoot;
    this.dataDisk = place.dataDisk;
    const socket = place.dockerSocket ?? DEFAULT_SOCKET;
    this.dockerSocket = { ...socket, group: args.socketGroup ?? socket.group };
    this.bindAddress = args.bindAddress ?? "127.0.0.1";
    this.pageAddress = place.pageAddress;
    this.#place = place;
    this.paths = new Paths(this.prefix);
    const { traceRatio = 0, traceCollector = "collector" } = args;
    this.tracing = traceRatio === 0 ? undefined : { collector: this.hostname(traceCollector), ratio: traceRatio };
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
        physicalName: (network) => this.instance(network),
        labels: (component) => this.labels(component),
        ...(args.mtu === undefined ? {} : { mtu: args.mtu }),
      },
      { parent: this, provider: this.provider },
    );
    this.#build = {
      image: (image) => this.#image(image, this),
      reference: (image) => this.imageReference(image),
      stateDirectory: place.stateDirectory,
      ...(args.caBundle === undefined ? {} : { caBundle: args.caBundle }),
    };
    if (args.checkMachine !== false && place.reached !== false) restoreLimits(this, stackLabel());
  }

  get prefix(): string {
    return `${stackDirectory()}-`;
  }

  instance(name: string): string {
    return `${this.prefix}${name}`;
  }

  // Docker's name server knows a container by its name.
  hostname(name: string): string {
    return this.instance(name);
  }

  address(name: string, port: number): string {
    return `${this.hostname(name)}:${port}`;
  }

  claim(name: string): string {
    return this.instance(`${name}-data`);
  }

  labels(component: string): Record<string, string> {
    return { [STACK_LABEL]: stackLabel(), [COMPONENT_LABEL]: component };
  }

  network(role: NetworkRole): docker.Network {
    return this.#networks(role);
  }

  image(wanted: WantedImage, parent?: pulumi.Resource): Image {
    const image = this.#image(wanted, parent ?? this);
    return { reference: image.name, ready: image };
  }

  imageReference(name: ImageName): string {
    return imageReference(name, this.#references);
  }

  canHave(name: ImageName): boolean {
    return canHaveImage(name, this.#references);
  }

  run(resource: string, workload: Workload, opts: pulumi.CustomResourceOptions): Running {
    return runContainer(resource, this, workload, opts);
  }

  once(resource: string, args: OnceArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return onceStep(resource, this, args, opts);
  }

  inside(resource: string, args: InsideArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { workload, command: words, triggers } = args;
    const script = `docker exec ${quote(this.instance(workload))} ${words.map(quote).join(" ")}\n`;
    return this.step(resource, { script, triggers }, opts);
  }

  secret(name: string, files: Readonly<Record<string, pulumi.Input<string>>>, parent: pulumi.Resource): SecretFiles {
    return secretFiles(name, this, files, parent);
  }

  data(name: string, protect: boolean, parent: pulumi.Resource): Data {
    return dataVolume(name, this, protect, parent);
  }

  scratch(name: string, args: ScratchArgs): Data {
    return scratchVolume(name, this, args);
  }

  keptData(name: string): boolean {
    return this.#place.hasVolume?.(this.claim(name)) ?? false;
  }

  whereFiles(directory: string): string {
    return path.posix.join(this.#place.hotDirectory, "config", directory);
  }

  files(name: string, args: FilesArgs, opts: pulumi.CustomResourceOptions): command.local.Command {
    const step = landingStep(args, {
      directory: this.whereFiles(args.directory),
      reference: (image) => this.imageReference(image),
      label: `${STACK_LABEL}=${stackLabel()}`,
      instance: (workload) => this.instance(workload),
      secretsVolume: (secrets) => secretsVolumeName(this, secrets),
    });
    const dependsOn = args.check === undefined ? [] : [this.image(args.check.image).ready];
    return this.step(name, step, pulumi.mergeOptions(opts, { dependsOn }));
  }

  published(port: number): string {
    return `http://localhost:${port}/`;
  }

  sources(args: SourcesArgs, parent: pulumi.Resource): (HostMetrics | ContainerMetrics)[] {
    const { machine, workloads, pace, thresholds } = args;
    return [
      new HostMetrics(machine, { host: this, pace, thresholds }, { parent }),
      new ContainerMetrics(workloads, { host: this }, { parent }),
    ];
  }

  /** Makes a read-only proxy of the engine's socket: this stack's edge finds its containers by it, and nothing more. */
  finder(name: string, parent: pulumi.Resource): Finder {
    const proxy = new SocketProxy(name, { host: this }, { parent });
    return { address: proxy.address, network: this.instance("routes"), ready: proxy.container.ready };
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

  async runNow(script: string): Promise<void> {
    await runScript(this.#place, script);
  }

  claimName(name: string, kind: string): void {
    refuse(`${kind} ${JSON.stringify(name)}`, this.nameProblems(name));
    this.#names.set(name, kind);
  }

  nameProblems(name: string): Problem[] {
    const property = "name";
    if (!CONTAINER_NAME.fits(name)) return [{ property, given: name, allowed: CONTAINER_NAME.allowed }];
    const owner = this.#names.get(name);
    if (owner === undefined) return [];
    const allowed = `a name that nothing else on host ${JSON.stringify(this.name)} has`;
    return [{ property, given: name, allowed, fix: `A ${owner} has it already: rename one of the two.` }];
  }

  claimPorts(claims: readonly PortClaim[]): void {
    refuse(`host ${JSON.stringify(this.name)}`, this.portProblems(claims));
    this.#ports.push(...claims);
  }

  portProblems(claims: readonly PortClaim[]): Problem[] {
    const listeners = this.#place.listenersOn(claims.map(({ port }) => port));
    return portProblems(claims, this.#ports, listeners, stackLabel());
  }

  scrapePassword(): ScrapePassword {
    if (this.#scrapePassword === undefined) {
      const made = new random.RandomPassword(
        `${this.name}-scrape-password`,
        { length: 32, special: false },
        { parent: this },
      );
      this.#scrapePassword = { password: made.result, hash: made.bcryptHash };
    }
    return this.#scrapePassword;
  }

  addPage(page: LocalPage): void {
    if (this.#door !== undefined && this.#awaited.size === 0) {
      refuse(`host ${JSON.stringify(this.name)}`, [
        {
          property: "port",
          given: page.port,
          allowed: "a port that is declared before the host's door, which publishes it",
          fix: `Declare ${page.server} before ${JSON.stringify(this.#door)}: the monitoring, or its door, comes last.`,
        },
      ]);
    }
    this.#pages.push(page);
  }

  awaitDoor(door: string): void {
    this.#awaited.add(door);
  }

  takePages(door: string): readonly LocalPage[] {
    if (this.#door !== undefined && !this.#awaited.has(door)) {
      refuse(`door ${JSON.stringify(door)}`, [
        {
          property: "host",
          given: this.name,
          allowed: "a host without a door",
          fix: `${JSON.stringify(this.#door)} is its door: one leads to all of its pages.`,
        },
      ]);
    }
    this.#door = door;
    this.#awaited.delete(door);
    const pages = this.#pages;
    this.#pages = [];
    return pages;
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

  #image(wanted: WantedImage, parent: pulumi.Resource): docker.RemoteImage {
    if (typeof wanted === "string") return this.#imageOnce(wanted, this.imageReference(wanted));
    if ("reference" in wanted) return this.#imageOnce(wanted.reference, wanted.reference);
    return builtImage(this.#build, wanted, { parent, provider: this.provider });
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
