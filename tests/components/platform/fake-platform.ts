import * as pulumi from "@pulumi/pulumi";
import type { FilesArgs } from "../../../components/platform/files.ts";
import type { Image, WantedImage } from "../../../components/platform/image.ts";
import type { Data, SecretFiles } from "../../../components/platform/mounts.ts";
import type { InsideArgs, OnceArgs } from "../../../components/platform/once.ts";
import { Paths } from "../../../components/platform/paths.ts";
import type { Platform, PortClaim, ScrapePassword, ScratchArgs } from "../../../components/platform/platform.ts";
import type { Running, Workload } from "../../../components/platform/workload.ts";
import type { ImageName } from "../../../config/images.ts";
import type { Problem } from "../../../services/problems.ts";

/** Something of the platform that resources can wait for. */
class Thing extends pulumi.CustomResource {
  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super("fake:index:Thing", name, {}, opts);
  }
}

/**
 * A platform without Docker, which runs nothing and remembers what it was told. What runs, where it is reached and where
 * its data is are three names: `shop-postgres-0`, `shop-postgres` and `data-shop-postgres-0`.
 */
export class FakePlatform implements Platform {
  readonly name: string;
  readonly prefix = "shop-";
  readonly bindAddress = "0.0.0.0";
  readonly pageAddress = "shop.example";
  readonly tracing = undefined;
  readonly paths = new Paths(this.prefix);
  /** All that runs on it, by its name in the program. */
  readonly workloads = new Map<string, Workload>();
  /** The files that landed, by the name of their resource. */
  readonly landed = new Map<string, FilesArgs>();
  /** What ran once, by the name of its resource. */
  readonly done = new Map<string, OnceArgs | InsideArgs>();
  /** The secrets' files, by the name of whose they are. */
  readonly secrets = new Map<string, readonly string[]>();
  /** The ports that were taken. */
  readonly ports: PortClaim[] = [];
  /** The images that were asked for. */
  readonly images: WantedImage[] = [];
  readonly #names = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  instance(name: string): string {
    return `${this.prefix}${name}-0`;
  }

  hostname(name: string): string {
    return `${this.prefix}${name}`;
  }

  address(name: string, port: number): string {
    return `${this.hostname(name)}:${port}`;
  }

  claim(name: string): string {
    return `data-${this.instance(name)}`;
  }

  nameProblems(name: string): readonly Problem[] {
    return this.#names.has(name) ? [{ property: "name", given: name, allowed: "a name that nothing else has" }] : [];
  }

  claimName(name: string, kind: string): void {
    if (this.nameProblems(name).length > 0) throw new Error(`${kind} ${name} is there already`);
    this.#names.add(name);
  }

  image(wanted: WantedImage): Image {
    this.images.push(wanted);
    const reference = typeof wanted === "string" ? wanted : "name" in wanted ? wanted.name : wanted.reference;
    return {
      reference: pulumi.output(`registry.example/${reference}`),
      ready: this.#thing(`image-${this.images.length}`),
    };
  }

  imageReference(name: ImageName): string {
    return `registry.example/${name}`;
  }

  canHave(): boolean {
    return true;
  }

  files(resource: string, args: FilesArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    this.landed.set(resource, args);
    return this.#thing(`files-${resource}`, opts);
  }

  whereFiles(directory: string): string {
    return `configmap/${directory}`;
  }

  secret(name: string, files: Readonly<Record<string, pulumi.Input<string>>>): SecretFiles {
    this.secrets.set(name, Object.keys(files));
    const ready = this.#thing(`secret-${name}`);
    return { name, claim: pulumi.output(`secret-${name}`), version: ready.id, ready };
  }

  data(name: string): Data {
    const ready = this.#thing(`data-${name}`);
    return { claim: pulumi.output(this.claim(name)), version: ready.id, ready };
  }

  scratch(name: string, { part }: ScratchArgs): Data {
    const ready = this.#thing(`scratch-${name}-${part}`);
    return { claim: pulumi.output(`scratch-${name}-${part}`), version: ready.id, ready };
  }

  keptData(): boolean {
    return false;
  }

  published(port: number): string {
    return `http://forwarded.example:${port}/`;
  }

  claimPorts(claims: readonly PortClaim[]): void {
    this.ports.push(...claims);
  }

  portProblems(): [] {
    return [];
  }

  awaitDoor(): void {}

  // People reach its pages without a door.
  takePages(): [] {
    return [];
  }

  scrapePassword(): ScrapePassword {
    return { password: pulumi.secret("password"), hash: pulumi.secret("hash") };
  }

  // It is watched by somebody else.
  sources(): [] {
    return [];
  }

  run(resource: string, workload: Workload, opts: pulumi.CustomResourceOptions): Running {
    this.workloads.set(workload.name, workload);
    this.paths.join(workload.name, workload.networks);
    for (const dial of workload.dials ?? []) this.paths.dial(workload.name, dial);
    const { name } = workload;
    const ready = this.#thing(resource, opts);
    return {
      name,
      ready,
      version: ready.id,
      instances: [this.instance(name)],
      address: (port) => this.address(name, port),
    };
  }

  once(resource: string, args: OnceArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    this.done.set(resource, args);
    return this.#thing(resource, opts);
  }

  inside(resource: string, args: InsideArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    this.done.set(resource, args);
    return this.#thing(resource, opts);
  }

  #thing(name: string, opts?: pulumi.CustomResourceOptions): Thing {
    return new Thing(name, opts);
  }
}
