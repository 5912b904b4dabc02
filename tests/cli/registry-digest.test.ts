import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { partsOf, tagDigest } from "../../cli/registry-digest.ts";
import { freePort } from "../free-ports.ts";
import { digestOf, TestRegistry } from "./oci-registry.ts";

describe("a tag at a real registry", () => {
  let open: TestRegistry;
  let closed: TestRegistry;

  beforeAll(async () => {
    open = await TestRegistry.start(false);
    closed = await TestRegistry.start(true);
  });

  afterAll(async () => {
    await open.stop();
    await closed.stop();
  });

  it("has the digest of its index, not of a platform", async () => {
    const digest = await open.push("library/nginx", "1.30.6", "one");
    expect(await tagDigest(`${open.host}/library/nginx:1.30.6`)).toEqual({
      digest,
      platforms: ["linux/amd64", "linux/arm64"],
    });
  });

  it("has the digest of its manifest where there is one platform", async () => {
    const digest = await open.push("library/small", "1.0", "one", []);
    expect(await tagDigest(`${open.host}/library/small:1.0`)).toEqual({ digest, platforms: [] });
  });

  it("has another digest when it was moved", async () => {
    const before = await open.push("library/moves", "1.0", "one");
    const after = await open.push("library/moves", "1.0", "two");
    expect(after).not.toBe(before);
    expect((await tagDigest(`${open.host}/library/moves:1.0`)).digest).toBe(after);
  });

  it("is told to one without an account, by a token for that repository", async () => {
    const digest = await closed.push("prom/prometheus", "v3.5.3", "one");
    const before = closed.tokens;
    expect((await tagDigest(`${closed.host}/prom/prometheus:v3.5.3`)).digest).toBe(digest);
    expect(closed.tokens).toBe(before + 1);
  });

  it("fails with the registry's words where it has no such tag", async () => {
    await expect(tagDigest(`${open.host}/library/nginx:1.30.7`)).rejects.toThrow(/answers 404: manifest unknown/);
    await expect(tagDigest(`${closed.host}/library/none:1.0`)).rejects.toThrow(/answers 404/);
  });
});

describe("a registry that is none, or does what it should not", () => {
  let handle: (request: IncomingMessage, response: ServerResponse) => void;
  const server = createServer((request, response) => handle(request, response));
  let host: string;

  beforeAll(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.close();
  });

  const type = "application/vnd.oci.image.index.v1+json";
  const answers = (status: number, headers: Record<string, string>, body = "{}") => {
    handle = (_, response) => void response.writeHead(status, headers).end(body);
  };

  it("fails where nothing listens", async () => {
    const port = await freePort();
    await expect(tagDigest(`127.0.0.1:${port}/a:1`)).rejects.toThrow(
      `127.0.0.1:${port} can't be reached (ECONNREFUSED)`,
    );
  });

  it("fails where it sends something else than it says", async () => {
    const said = digestOf("another");
    answers(200, { "Content-Type": type, "Docker-Content-Digest": said });
    await expect(tagDigest(`${host}/a:1`)).rejects.toThrow(`${host} says ${said} and sends what is ${digestOf("{}")}`);
  });

  it.each([
    ["a page", { "Content-Type": "text/html" }, "text/html"],
    [
      "the oldest form",
      { "Content-Type": "application/vnd.docker.distribution.manifest.v1+prettyjws" },
      "v1+prettyjws",
    ],
  ])("fails where it sends %s", async (_, headers, words) => {
    answers(200, headers);
    await expect(tagDigest(`${host}/a:1`)).rejects.toThrow(words);
  });

  it.each([
    ["a password", "Basic realm=x", "a name and a password"],
    ["a token from elsewhere in clear", 'Bearer realm="http://tokens.example/x",service="s"', "no https address"],
    ["a token from nowhere", "Bearer service=x", "no https address"],
  ])("fails where it asks for %s", async (_, challenge, words) => {
    answers(401, { "WWW-Authenticate": challenge });
    await expect(tagDigest(`${host}/a:1`)).rejects.toThrow(words);
  });

  it("fails where the place of tokens gives none", async () => {
    handle = (request, response) => {
      if (request.url?.startsWith("/token"))
        response.writeHead(429).end('{"errors":[{"message":"too many requests"}]}');
      else response.writeHead(401, { "WWW-Authenticate": `Bearer realm="http://${host}/token"` }).end();
    };
    await expect(tagDigest(`${host}/a:1`)).rejects.toThrow(`${host} gives no token: 429: too many requests`);
  });
});

describe("a reference", () => {
  it.each([
    ["docker.io/library/nginx:1.30.6", "registry-1.docker.io", "library/nginx", "1.30.6"],
    ["quay.io/prometheus/node-exporter:v1.11.1", "quay.io", "prometheus/node-exporter", "v1.11.1"],
    ["mirror.example:5000/cache/prom/prometheus:v3", "mirror.example:5000", "cache/prom/prometheus", "v3"],
  ])("%s is taken apart", (reference, registry, repository, tag) => {
    expect(partsOf(reference)).toEqual({ registry, repository, tag });
  });

  it.each(["nginx", "nginx:1.30", "docker.io/library/nginx", "docker.io/a:1@sha256:00"])(
    "fails where it is %s",
    (reference) => {
      expect(() => partsOf(reference)).toThrow("no reference with a registry, a repository and a tag");
    },
  );
});
