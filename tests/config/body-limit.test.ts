import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { numbersAbove, refusedBodies } from "../../config/body-limit.ts";
import { renderTraefikBase, renderTraefikRoute } from "../../config/traefik.ts";
import { type BehindTraefik, type RunningTraefik, startBehind, startTraefik } from "./running-traefik.ts";

describe("numbersAbove", () => {
  it.each([1024, 1000, 999, 9, 1_048_576, 8_999_999, 34_603_008])(
    "holds all numbers above %i, and no other",
    (limit) => {
      const above = new RegExp(`^0*(${numbersAbove(limit)})$`);
      const near = [-11, -10, -9, -1, 0, 1, 2, 9, 10, 11, 99, 100, 101, 1000].map((step) => limit + step);
      const tried = [0, 1, ...near, limit * 2, limit * 9, limit * 10, limit * 1000].filter((number) => number >= 0);
      expect(tried.filter((number) => above.test(String(number)))).toEqual(tried.filter((number) => number > limit));
      expect(above.test(`00${limit + 1}`)).toBe(true);
      expect(above.test(`00${limit}`)).toBe(false);
    },
  );
});

describe("refusedBodies", () => {
  it("are none where a route takes all", () => {
    expect(refusedBodies(false)).toEqual([]);
    expect(refusedBodies()).toEqual(refusedBodies("1MiB"));
    expect(refusedBodies("2MiB")).not.toEqual(refusedBodies("1MiB"));
  });
});

describe("a body that a route takes, asked of a real Traefik", () => {
  const servers: BehindTraefik[] = [];
  let traefik: RunningTraefik;
  let got: string[];
  beforeAll(async () => {
    const behind = (name: string) =>
      startBehind(name, (asked, answer) => {
        let length = 0;
        asked.on("data", (part: Buffer) => {
          length += part.length;
        });
        asked.on("end", () => {
          got.push(`${name} ${length}`);
          answer.end();
        });
      });
    servers.push(await behind("small"), await behind("upload"), await behind("stream"));
    const [small, upload, stream] = servers.map(({ route }) => route);
    if (small === undefined || upload === undefined || stream === undefined) throw new Error("no servers");
    traefik = await startTraefik([
      ...renderTraefikBase(),
      ...renderTraefikRoute({ ...small, bodyLimit: "1KiB" }),
      ...renderTraefikRoute({ ...upload, pathPrefix: "/upload", bodyLimit: "2KiB" }),
      ...renderTraefikRoute({ ...stream, pathPrefix: "/stream", bodyLimit: false }),
    ]);
    while ((await send("GET", "/", undefined).catch(() => 0)) !== 200)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });
  afterAll(() => {
    traefik.stop();
    for (const { stop } of servers) stop();
  });

  /** Sends a body of so many bytes; `chunked`: without its length. */
  const send = (method: string, path: string, bytes: number | undefined, chunked = false, headers = {}) =>
    new Promise<number>((resolve, reject) => {
      got = [];
      const said = bytes === undefined ? {} : { "content-length": String(bytes) };
      const length = chunked ? { "transfer-encoding": "chunked" } : said;
      const asked = request(
        { host: "127.0.0.1", port: traefik.portOf("web"), method, path, headers: { ...length, ...headers } },
        (answer) => {
          answer.resume();
          answer.once("end", () => resolve(answer.statusCode ?? 0));
        },
      );
      // Who is refused may hear it before all is sent.
      asked.once("error", reject);
      asked.end(bytes === undefined ? undefined : Buffer.alloc(bytes));
    });

  it.each<[string, string, number, number]>([
    ["POST", "/", 1023, 200],
    ["POST", "/", 1024, 200],
    ["POST", "/", 1025, 413],
    ["PUT", "/", 9000, 413],
    ["DELETE", "/", 1025, 413],
    ["GET", "/", 1025, 413],
    ["POST", "/upload", 1025, 200],
    ["POST", "/upload/x", 2048, 200],
    ["POST", "/upload", 2049, 413],
    ["POST", "/stream", 3000, 200],
  ])("%s %s of %i bytes is answered %i", async (method, path, bytes, status) => {
    expect(await send(method, path, bytes)).toBe(status);
    const name = path.split("/")[1] || "small";
    expect(got).toEqual(status === 200 ? [`${name} ${bytes}`] : []);
  });

  it("is none that does not say its length, but where a route takes all", async () => {
    expect(await send("POST", "/", 10, true)).toBe(411);
    expect(await send("PATCH", "/upload", 10, true)).toBe(411);
    expect(got).toEqual([]);
    expect(await send("POST", "/stream", 5000, true)).toBe(200);
    expect(got).toEqual(["stream 5000"]);
    expect(await send("POST", "/", 0)).toBe(200);
  });

  it("is the same with a trace that a visitor brings", async () => {
    const headers = { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
    expect(await send("POST", "/", 1024, false, headers)).toBe(200);
    expect(await send("POST", "/", 1025, false, headers)).toBe(413);
    expect(await send("POST", "/", 10, true, headers)).toBe(411);
  });
});
