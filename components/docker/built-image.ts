import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { type ImageName, imageNames, images } from "../../config/images.ts";
import type { Problem } from "../../services/problems.ts";
import type { BuildArgs } from "../platform/image.ts";
import { refuse } from "../platform/refuse.ts";
import { sourceHash } from "../platform/source-hash.ts";

/** What a build needs of its host. */
export interface BuildHost {
  /** An image of the catalogue. */
  readonly image: (name: ImageName) => docker.RemoteImage;
  /** The reference of an image of the catalogue. */
  readonly reference: (name: ImageName) => string;
  /** A file of CA certificates that build stages must trust. @default - none */
  readonly caBundle?: string;
  /** Directory for generated build contexts. */
  readonly stateDirectory: string;
}

/**
 * Builds an image on a host and names it after all that it is made from, so a change replaces exactly its containers.
 *
 * The build uses the host's network: a default bridge may be missing, or have another packet size than the uplink.
 *
 * @throws pulumi.InputPropertiesError when a base is not in the catalogue or a source is missing
 */
export function builtImage(host: BuildHost, args: BuildArgs, opts: pulumi.CustomResourceOptions): docker.RemoteImage {
  const bases = checkedBases(args);
  const buildArgs: Record<string, pulumi.Input<string>> = {};
  const dependsOn: pulumi.Resource[] = [];
  const fixed: string[] = [`dockerfile ${args.dockerfile}`];
  for (const [argument, base] of bases) {
    const plain = host.image(base.image);
    const image = base.build && host.caBundle !== undefined ? buildBase(host, host.caBundle, base.image, opts) : plain;
    buildArgs[argument] = image.name;
    dependsOn.push(image);
    fixed.push(`${argument} ${host.reference(base.image)}`);
  }
  const hash = sourceHash(args.context, [args.dockerfile, ...args.sources], fixed);
  return new docker.RemoteImage(
    `${args.name.replaceAll("/", "-")}-image`,
    {
      name: `${args.name}:${hash}`,
      build: { context: relativeToProgram(args.context), dockerfile: args.dockerfile, buildArgs, networkMode: "host" },
      triggers: { source: hash },
      // Another stack on this host may run the same image: its name says that it is the same.
      keepLocally: true,
    },
    { ...opts, dependsOn },
  );
}

// The state must not hold a path of one person's machine.
function relativeToProgram(directory: string): string {
  const relative = path.relative(process.cwd(), directory);
  return relative.startsWith("..") ? directory : relative || ".";
}

interface CheckedBase {
  readonly image: ImageName;
  readonly build: boolean;
}

function checkedBases(args: BuildArgs): [string, CheckedBase][] {
  const problems: Problem[] = [];
  const bases: [string, CheckedBase][] = [];
  for (const [argument, base] of Object.entries(args.bases)) {
    if (Object.hasOwn(images, base.image)) {
      bases.push([argument, { image: base.image as ImageName, build: base.build ?? false }]);
    } else {
      problems.push({
        property: `image.bases.${argument}.image`,
        given: base.image,
        allowed: `one of ${imageNames.join(", ")}`,
      });
    }
  }
  refuse(`image ${JSON.stringify(args.name)}`, problems);
  return bases;
}

const ENVIRONMENT = [
  "SSL_CERT_FILE",
  "PIP_CERT",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "NODE_EXTRA_CA_CERTS",
  "GIT_SSL_CAINFO",
];

/** A base for build stages that trusts the company's certificates. It is never the base of what runs. */
function buildBase(
  host: BuildHost,
  caBundle: string,
  name: ImageName,
  opts: pulumi.CustomResourceOptions,
): docker.RemoteImage {
  const cached = buildBases.get(host)?.get(name);
  if (cached !== undefined) return cached;
  const bundle = readFileSync(caBundle);
  const target = "/usr/local/share/vigie-build-ca.pem";
  const dockerfile = [
    "ARG BASE",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Docker's own syntax.
    "FROM ${BASE}",
    `COPY ca.pem ${target}`,
    `ENV ${ENVIRONMENT.map((variable) => `${variable}=${target}`).join(" ")}`,
    "",
  ].join("\n");
  const hash = createHash("sha256")
    .update(bundle)
    .update(dockerfile)
    .update(host.reference(name))
    .digest("hex")
    .slice(0, 12);
  const context = path.join(host.stateDirectory, "build-base", hash);
  mkdirSync(context, { recursive: true });
  writeFileSync(path.join(context, "ca.pem"), bundle);
  writeFileSync(path.join(context, "Dockerfile"), dockerfile);
  const base = host.image(name);
  const image = new docker.RemoteImage(
    `vigie-build-${name}-image`,
    {
      name: `vigie/build-${name.toLowerCase()}:${hash}`,
      build: { context, dockerfile: "Dockerfile", buildArgs: { BASE: base.name }, networkMode: "host" },
      triggers: { source: hash },
      keepLocally: true,
    },
    { ...opts, dependsOn: [base] },
  );
  buildBases.set(host, (buildBases.get(host) ?? new Map()).set(name, image));
  return image;
}

const buildBases = new WeakMap<BuildHost, Map<ImageName, docker.RemoteImage>>();
