/** Asks a registry for the digest of a tag, by the OCI distribution API, as one who has no account there. */

import { createHash } from "node:crypto";
import { isLoopback } from "../services/loopback.ts";

/** What a tag points to. */
export interface TagDigest {
  /** `sha256:…` of the index, or of the manifest where the image has one platform only. */
  readonly digest: string;
  /** The platforms of the index: `linux/amd64`; `[]` where there is no index. */
  readonly platforms: readonly string[];
}

const INDEXES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const MANIFESTS = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const TIMEOUT = 20_000;

/**
 * The digest that a tag has at its registry now. It is computed from what the registry sends, and compared with what it
 * says.
 *
 * @param reference registry, repository and tag: `docker.io/library/nginx:1.30.6`
 * @throws Error with the registry's words where it can't be had.
 */
export async function tagDigest(reference: string): Promise<TagDigest> {
  const { registry, repository, tag } = partsOf(reference);
  const url = `${schemeOf(registry)}//${registry}/v2/${repository}/manifests/${encodeURIComponent(tag)}`;
  const headers = { Accept: [...INDEXES, ...MANIFESTS].join(", ") };
  let answer = await get(url, headers);
  if (answer.status === 401) {
    const token = await anonymousToken(answer.headers.get("www-authenticate") ?? "", registry);
    answer = await get(url, { ...headers, Authorization: `Bearer ${token}` });
  }
  const body = Buffer.from(await answer.arrayBuffer());
  if (!answer.ok) throw new Error(`${registry} answers ${answer.status}${wordsOf(body)}`);
  return digestOf(body, answer.headers, registry);
}

/** The parts of a whole reference. @throws Error where it names no registry or no tag. */
export function partsOf(reference: string): {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
} {
  const [, host, repository, tag] = /^([^/@]+)\/([^@:]+):([^/@:]+)$/.exec(reference) ?? [];
  if (host === undefined || repository === undefined || tag === undefined) {
    throw new Error(`${JSON.stringify(reference)} is no reference with a registry, a repository and a tag`);
  }
  // Docker Hub's API has another name than its images.
  return { registry: host === "docker.io" ? "registry-1.docker.io" : host, repository, tag };
}

/** A registry on this very machine may do without TLS, as it may for Docker. */
function schemeOf(registry: string): "http:" | "https:" {
  return isLoopback(registry.replace(/:\d+$/, "")) ? "http:" : "https:";
}

async function get(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  try {
    return await fetch(url, { headers: { ...headers }, signal: AbortSignal.timeout(TIMEOUT) });
  } catch (error) {
    const { cause, message } = error as Error & { readonly cause?: { readonly code?: string; message?: string } };
    const { host } = new URL(url);
    throw new Error(`${host} can't be reached (${cause?.code ?? cause?.message ?? message})`);
  }
}

/** A token for whoever asks. @throws Error where the registry gives none, or sends us to where it could be read. */
async function anonymousToken(challenge: string, registry: string): Promise<string> {
  if (!/^bearer /i.test(challenge)) {
    throw new Error(
      `${registry} asks for a name and a password, which is not given here: name a mirror that asks for none`,
    );
  }
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const realm = URL.canParse(fields.realm ?? "") ? new URL(fields.realm ?? "") : undefined;
  if (realm === undefined || realm.protocol !== schemeOf(realm.host)) {
    throw new Error(
      `${registry} names ${JSON.stringify(fields.realm)} as the place to get a token, which is no https address`,
    );
  }
  for (const name of ["service", "scope"]) if (fields[name] !== undefined) realm.searchParams.set(name, fields[name]);
  const answer = await get(realm.href, {});
  const body = Buffer.from(await answer.arrayBuffer());
  const { token, access_token: other } = answer.ok ? (parsed(body) as { token?: unknown; access_token?: unknown }) : {};
  const found = token ?? other;
  if (typeof found !== "string") throw new Error(`${realm.host} gives no token: ${answer.status}${wordsOf(body)}`);
  return found;
}

function digestOf(body: Buffer, headers: Headers, registry: string): TagDigest {
  const type = headers.get("content-type")?.split(";")[0] ?? "";
  if (![...INDEXES, ...MANIFESTS].includes(type)) {
    throw new Error(`${registry} has the image in a form that is not known (${type || "none named"})`);
  }
  const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
  const said = headers.get("docker-content-digest");
  if (said !== null && said !== digest) throw new Error(`${registry} says ${said} and sends what is ${digest}`);
  if (!INDEXES.includes(type)) return { digest, platforms: [] };
  const { manifests = [] } = parsed(body) as {
    readonly manifests?: readonly { readonly platform?: { readonly os?: string; readonly architecture?: string } }[];
  };
  const platforms = manifests.map(({ platform }) => `${platform?.os}/${platform?.architecture}`);
  // Attestations stand beside the platforms.
  return { digest, platforms: [...new Set(platforms)].filter((name) => !name.includes("unknown")).sort() };
}

function parsed(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** The first error of an answer, in the registry's words. */
function wordsOf(body: Buffer): string {
  const { errors } = parsed(body) as {
    readonly errors?: readonly { readonly code?: string; readonly message?: string }[];
  };
  const words = errors?.[0]?.message ?? errors?.[0]?.code;
  return words === undefined ? "" : `: ${words}`;
}
