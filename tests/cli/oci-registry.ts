/** Real registries for tests: Debian's docker-registry on the loopback, with tokens of a server that stands in for Docker Hub's. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash, createPrivateKey, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePorts } from "../free-ports.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

/** The digest of bytes, as registries write it. */
export const digestOf = (bytes: Buffer | string): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** A registry that runs. */
export class TestRegistry {
  /** Its host and port. */
  readonly host: string;
  /** How many tokens were asked for. */
  tokens = 0;
  readonly #directory: string;
  #process: ChildProcess | undefined;
  #server: Server | undefined;
  readonly #tokenHost: string;

  private constructor(host: string, tokenHost: string, directory: string) {
    this.host = host;
    this.#tokenHost = tokenHost;
    this.#directory = directory;
  }

  /** Starts one. @param withTokens whether it asks for a token, and gives one to everybody */
  static async start(withTokens: boolean): Promise<TestRegistry> {
    const [port, tokenPort] = await freePorts(2);
    const directory = mkdtempSync(path.join(tmpdir(), "vigie-registry-"));
    const registry = new TestRegistry(`127.0.0.1:${port}`, `127.0.0.1:${tokenPort}`, directory);
    if (withTokens) await registry.#startTokens();
    await registry.#startProcess(withTokens);
    return registry;
  }

  /** Ends it, and takes away what it kept. */
  async stop(): Promise<void> {
    this.#server?.close();
    if (this.#process?.exitCode === null) {
      this.#process.kill();
      await once(this.#process, "exit");
    }
    rmSync(this.#directory, { recursive: true });
  }

  /** Where it keeps a blob: a test changes it there behind its back. */
  blobFile(digest: string): string {
    const hash = digest.slice("sha256:".length);
    return path.join(this.#directory, "docker/registry/v2/blobs/sha256", hash.slice(0, 2), hash, "data");
  }

  /**
   * Pushes an image, and gives the digest of what its tag points to.
   *
   * @param text what tells it from others
   * @param platforms its architectures; none for an image without an index
   */
  async push(repository: string, tag: string, text: string, platforms: readonly string[] = ["amd64", "arm64"]) {
    const layer = execFileSync("tar", ["-czf", "-", "-C", this.#emptyRoot(text), "."]);
    const layerDigest = await this.#blob(repository, layer);
    const manifests = [];
    for (const architecture of platforms.length === 0 ? ["amd64"] : platforms) {
      const diff = digestOf(execFileSync("gzip", ["-dc"], { input: layer }));
      const config = {
        architecture,
        os: "linux",
        config: { Labels: { text } },
        rootfs: { type: "layers", diff_ids: [diff] },
      };
      const body = JSON.stringify({ ...config, history: [{ created_by: text }] });
      const manifest = {
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: { mediaType: CONFIG, digest: await this.#blob(repository, Buffer.from(body)), size: body.length },
        layers: [{ mediaType: LAYER, digest: layerDigest, size: layer.length }],
      };
      const bytes = JSON.stringify(manifest);
      await this.#manifest(repository, platforms.length === 0 ? tag : digestOf(bytes), MANIFEST, bytes);
      if (platforms.length === 0) return digestOf(bytes);
      manifests.push({
        mediaType: MANIFEST,
        digest: digestOf(bytes),
        size: bytes.length,
        platform: { architecture, os: "linux" },
      });
    }
    const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
    await this.#manifest(repository, tag, INDEX, index);
    return digestOf(index);
  }

  #emptyRoot(text: string): string {
    const directory = mkdtempSync(path.join(this.#directory, "root-"));
    writeFileSync(path.join(directory, "text"), text);
    return directory;
  }

  async #blob(repository: string, bytes: Buffer): Promise<string> {
    const begun = await this.#ask("POST", `/v2/${repository}/blobs/uploads/`, repository);
    const location = new URL(begun.headers.get("location") ?? "", `http://${this.host}`);
    location.searchParams.set("digest", digestOf(bytes));
    await this.#ask("PUT", `${location.pathname}${location.search}`, repository, bytes);
    return digestOf(bytes);
  }

  async #manifest(repository: string, tag: string, type: string, text: string): Promise<void> {
    await this.#ask("PUT", `/v2/${repository}/manifests/${tag}`, repository, Buffer.from(text), type);
  }

  async #ask(method: string, place: string, repository: string, body?: Buffer, type = "application/octet-stream") {
    const headers: Record<string, string> = body === undefined ? {} : { "Content-Type": type };
    if (this.#server !== undefined)
      headers.Authorization = `Bearer ${this.#token(`repository:${repository}:pull,push`)}`;
    const init = { method, headers, ...(body === undefined ? {} : { body: new Uint8Array(body) }) };
    const answer = await fetch(`http://${this.host}${place}`, init);
    if (!answer.ok) throw new Error(`${method} ${place}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** Stands in for a registry's own token server: gives one to everybody, and counts. */
  async #startTokens(): Promise<void> {
    const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    const files = ["-keyout", "token.key", "-out", "token.crt", "-subj", "/CN=tokens"];
    execFileSync("openssl", [...words, ...files], { cwd: this.#directory, stdio: "pipe" });
    this.#server = createServer((request, response) => {
      const scope = new URL(request.url ?? "", `http://${this.#tokenHost}`).searchParams.get("scope") ?? "";
      this.tokens += 1;
      response.setHeader("Content-Type", "application/json").end(JSON.stringify({ token: this.#token(scope) }));
    });
    const [address, port] = this.#tokenHost.split(":");
    await new Promise<void>((done) => this.#server?.listen(Number(port), address, done));
  }

  /** A token as the registry takes it: signed, with the certificate of the key. */
  #token(scope: string): string {
    const file = (name: string) => readFileSync(path.join(this.#directory, name), "utf8");
    const [type, name, actions = ""] = scope.split(":");
    const now = Math.floor(Date.now() / 1000);
    const header = { alg: "ES256", typ: "JWT", x5c: [file("token.crt").replaceAll(/-----[^-]+-----|\n/g, "")] };
    const access = name === undefined ? [] : [{ type, name, actions: actions.split(",") }];
    const times = { exp: now + 300, nbf: now - 10, iat: now };
    const claims = { iss: "tests", sub: "", aud: "registry", ...times, jti: randomUUID(), access };
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    const key = { key: createPrivateKey(file("token.key")), dsaEncoding: "ieee-p1363" as const };
    return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
  }

  async #startProcess(withTokens: boolean): Promise<void> {
    const file = path.join(this.#directory, "config.yml");
    const token = {
      realm: `http://${this.#tokenHost}/token`,
      service: "registry",
      issuer: "tests",
      rootcertbundle: "token.crt",
    };
    const config = {
      version: 0.1,
      log: { level: "warn" },
      storage: { filesystem: { rootdirectory: this.#directory } },
      http: { addr: this.host, secret: "tests" },
      ...(withTokens ? { auth: { token } } : {}),
    };
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(config));
    this.#process = spawn("docker-registry", ["serve", file], { cwd: this.#directory, stdio: "ignore" });
    let failed: Error | undefined;
    this.#process.once("error", (error) => {
      failed = error;
    });
    for (let tries = 0; tries < 600; tries++) {
      if (failed !== undefined) throw failed;
      if (
        await fetch(`http://${this.host}/v2/`).then(
          () => true,
          () => false,
        )
      )
        return;
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Error("docker-registry does not answer");
  }
}
