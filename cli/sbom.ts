/** `npm run sbom`: what is built, shipped and run, as a bill of materials in CycloneDX's JSON. */

import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import { imageReference } from "../config/image-references.ts";
import { type ImageName, imageNames } from "../config/images.ts";
import { cacheDirectory } from "../offline/cache.ts";
import { suite } from "../offline/images/recipes.ts";
import { type InventoryEntry, readInventory } from "../offline/licences/inventory.ts";
import { given } from "../services/given.ts";
import { localEngine } from "./containers/docker/engine.ts";
import { type DebianPackage, packagesInImage } from "./debian-packages.ts";
import { readDecision } from "./machine.ts";
import { root } from "./places.ts";

/** What a bill is made of. */
export interface SbomParts {
  /** Version of Vigie. */
  readonly version: string;
  /** Packages with their licences. */
  readonly packages: readonly InventoryEntry[];
  /** References of the images, by name. */
  readonly images: Readonly<Record<string, string>>;
  /** Debian's packages in images that were made on this machine, by the image's name. */
  readonly debian: Readonly<Record<string, readonly DebianPackage[]>>;
  /** When the bill is made. */
  readonly now: Date;
  /** What tells the bill from others: `urn:uuid:…`. */
  readonly serialNumber: string;
}

/** Prints the bill, or writes it with `--output`; Debian's packages are of the images that were made on this machine. */
export async function sbom(args: readonly string[]): Promise<number> {
  const { output } = sbomOptions(args);
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
  const text = renderSbom({
    version: manifest.version,
    packages: readInventory(root),
    images: Object.fromEntries(imageNames.map((name) => [name, imageReference(name)])),
    debian: await debianPackages(),
    now: new Date(),
    serialNumber: `urn:uuid:${randomUUID()}`,
  });
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
  return 0;
}

/** Reads the command line. @throws Error that names the options that there are. */
export function sbomOptions(args: readonly string[]): { readonly output?: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: { output: { type: "string" } }, allowPositionals: false });
    return values.output === undefined ? {} : { output: values.output };
  } catch (error) {
    const words = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new Error(`${words}. The options are --output <file>.`);
  }
}

/** The bill as text: the same for the same parts. */
export function renderSbom(parts: SbomParts): string {
  const bom = new Models.Bom({ serialNumber: parts.serialNumber });
  const vigie = new Models.Component(Enums.ComponentType.Application, "vigie", {
    version: parts.version,
    bomRef: "vigie",
    purl: new PackageURL("npm", null, "vigie", parts.version, null, null).toString(),
    licenses: licences("Apache-2.0"),
  });
  bom.metadata.component = vigie;
  bom.metadata.timestamp = parts.now;
  for (const entry of parts.packages) bom.components.add(packageComponent(entry));
  for (const [name, reference] of Object.entries(parts.images)) {
    bom.components.add(imageComponent(name, reference, parts.debian[name]));
  }
  for (const { bomRef } of bom.components) vigie.dependencies.add(bomRef);
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function packageComponent(entry: InventoryEntry): Models.Component {
  const purl = packageUrl(entry);
  return new Models.Component(Enums.ComponentType.Library, entry.name, {
    version: entry.version,
    purl,
    bomRef: purl,
    licenses: licences(entry.licence),
    properties: properties(entry.in.map((file) => ["vigie:named-in", file])),
  });
}

/** The address of a package in its registry, as purl-spec has it. */
export function packageUrl({ registry, name, version }: Pick<InventoryEntry, "registry" | "name" | "version">): string {
  if (registry === "pypi") return new PackageURL("pypi", null, name, version, null, null).toString();
  const at = name.lastIndexOf("/");
  const [namespace, own] = at < 0 ? [null, name] : [name.slice(0, at), name.slice(at + 1)];
  const type = registry === "go" ? "golang" : "npm";
  return new PackageURL(type, namespace, own, version, null, null).toString();
}

/** The address of an image: by its digest where it has one, else by its tag. */
export function imageUrl(reference: string): string {
  const { host, repository, tag, digest } = referenceParts(reference);
  const at = repository.lastIndexOf("/");
  const namespace = at < 0 ? null : repository.slice(0, at);
  const qualifiers = { repository_url: host, ...(digest === undefined ? {} : { tag }) };
  return new PackageURL("docker", namespace, repository.slice(at + 1), digest ?? tag, qualifiers, null).toString();
}

function referenceParts(reference: string) {
  const [, host = "", repository = "", tag = "", digest] =
    /^([^/]+)\/([^:@]+):([^:@]+)(?:@(.*))?$/.exec(reference) ?? [];
  return { host, repository, tag, digest };
}

function imageComponent(
  name: string,
  reference: string,
  debian: readonly DebianPackage[] | undefined,
): Models.Component {
  const { host, repository, tag } = referenceParts(reference);
  const purl = imageUrl(reference);
  const component = new Models.Component(Enums.ComponentType.Container, `${host}/${repository}`, {
    version: tag,
    purl,
    bomRef: purl,
    properties: properties([
      ["vigie:image", name],
      [
        "vigie:debian-packages",
        debian === undefined ? "not made on this machine" : `${debian.length}, made on this machine`,
      ],
    ]),
  });
  for (const one of debian ?? []) component.components.add(debianComponent(one, purl));
  return component;
}

function debianComponent({ name, version, architecture }: DebianPackage, image: string): Models.Component {
  const qualifiers = { distro: suite, ...given({ arch: architecture }) };
  const purl = new PackageURL("deb", "debian", name, version ?? null, qualifiers, null).toString();
  return new Models.Component(Enums.ComponentType.Library, name, {
    ...given({ version }),
    purl,
    // The same package is in several images.
    bomRef: `${image}#${purl}`,
  });
}

const licences = (expression: string) => new Models.LicenseRepository([new Models.LicenseExpression(expression)]);

const properties = (pairs: readonly (readonly [string, string])[]) =>
  new Models.PropertyRepository(pairs.map(([name, value]) => new Models.Property(name, value)));

/** Debian's packages in the images that this machine has made; none where it has made none. */
async function debianPackages(): Promise<Readonly<Record<string, readonly DebianPackage[]>>> {
  const made = readDecision(cacheDirectory())?.offline.VIGIE_IMAGES;
  if (made === undefined) return {};
  const references = JSON.parse(readFileSync(made, "utf8")) as Partial<Record<ImageName, string>>;
  const found: Record<string, readonly DebianPackage[]> = {};
  for (const [name, reference] of Object.entries(references)) {
    const packages = await packagesInImage(name, reference, localEngine(process.env));
    if (packages !== undefined) found[name] = packages;
  }
  return found;
}
