import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { newServer } from "../../../telemetry/node/index.ts";
// @ts-expect-error: the page's own scripts have no types
import { inUnit } from "../site/format.js";
// @ts-expect-error: the page's own scripts have no types
import { columnsOf } from "../site/graph.js";
// @ts-expect-error: the page's own scripts have no types
import { messageOf } from "../site/parts.js";
// @ts-expect-error: the page's own scripts have no types
import { treeOf } from "../site/requests.js";
import { askForPassword } from "../src/password.ts";
import { serveSite } from "../src/site.ts";

const SITE = path.join(import.meta.dirname, "..", "site");
let server: ReturnType<typeof newServer>;
afterEach(() => server?.app.close());

describe("the site", () => {
  it("is one page at every address of it, and its files", async () => {
    server = newServer({ service: "portal", version: "0" });
    serveSite(server.app, [SITE]);
    for (const url of ["/", "/services/orders", "/alerts", "/requests/1234"]) {
      const { statusCode, headers, body } = await server.app.inject({ url });
      expect([statusCode, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      expect(body).toContain("<title>Vigie</title>");
    }
    const { headers } = await server.app.inject({ url: "/assets/app.js" });
    expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
    const again = await server.app.inject({
      url: "/assets/app.js",
      headers: { "if-none-match": String(headers.etag) },
    });
    expect(again.statusCode).toBe(304);
    for (const url of ["/assets/../package.json", "/assets/%2e%2e/src/main.ts", "/assets/none.js", "/index.html"]) {
      expect((await server.app.inject({ url })).statusCode, url).toBe(404);
    }
  });

  it("has no more than 100 kB of script, that of its package included", () => {
    const own = readdirSync(SITE).filter((file) => file.endsWith(".js"));
    const bytes = own.reduce((sum, file) => sum + readFileSync(path.join(SITE, file)).length, 0);
    const library = createRequire(import.meta.url).resolve("uplot/dist/uPlot.iife.min.js");
    expect(bytes + readFileSync(library).length).toBeLessThanOrEqual(100_000);
  });
});

describe("a password", () => {
  it("is asked of everybody but the platform, and holds as soon as it is another one", async () => {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-portal-")), "password");
    writeFileSync(file, "s3cret:with\n");
    server = newServer({ service: "portal", version: "0" });
    askForPassword(server.app, file);
    serveSite(server.app, [SITE]);
    const ask = async (url: string, authorization?: string) =>
      (await server.app.inject({ url, headers: authorization === undefined ? {} : { authorization } })).statusCode;
    const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
    expect(await ask("/")).toBe(401);
    expect(await ask("/assets/app.js")).toBe(401);
    expect(await ask("/nothing")).toBe(401);
    expect(await ask("/ready")).toBe(200);
    expect(await ask("/metrics")).toBe(200);
    expect(await ask("/", basic("anyone:s3cret:with"))).toBe(200);
    for (const wrong of ["anyone:s3cret", "s3cret:with", "anyone:", "", ":S3cret:with"]) {
      expect(await ask("/", basic(wrong)), wrong).toBe(401);
    }
    writeFileSync(file, "another");
    expect(await ask("/", basic("x:s3cret:with"))).toBe(401);
    expect(await ask("/", basic("x:another"))).toBe(200);
  });
});

describe("what the page works out", () => {
  it("are columns of a graph: who calls is before who is called, and a circle ends", () => {
    const services = ["db", "edge", "web", "api"].map((name) => ({ name }));
    const calls = [
      { from: "edge", to: "web" },
      { from: "web", to: "api" },
      { from: "api", to: "db" },
      { from: "edge", to: "api" },
    ];
    expect(columnsOf(services, calls)).toEqual([["edge"], ["web"], ["api"], ["db"]]);
    const circle = [
      { from: "web", to: "api" },
      { from: "api", to: "web" },
    ];
    expect(columnsOf(services.slice(2), circle).flat().sort()).toEqual(["api", "web"]);
  });

  it("is the tree of a trace: parents first, what has lost its parent as a root, no circle for ever", () => {
    const span = (id: string, parent: string) => ({ id, parent });
    const treed = (spans: object[]) =>
      treeOf(spans).map(({ id, depth }: { id: string; depth: number }) => `${id}${depth}`);
    expect(treed([span("a", ""), span("c", "b"), span("b", "a"), span("d", "lost"), span("e", "e")])).toEqual([
      "a0",
      "b1",
      "c2",
      "d0",
      "e0",
    ]);
    expect(treed([span("x", "y"), span("y", "x")])).toEqual(["x0", "y1"]);
  });

  it("is the tree of a trace in which ids come twice, each span once", () => {
    const twice = Array.from({ length: 900 }, (_, index) => ({ id: `${index >> 1}`, parent: `${(index >> 1) - 1}` }));
    const depths = treeOf(twice).map(({ depth }: { depth: number }) => depth);
    expect(depths).toHaveLength(900);
    expect(Math.max(...depths)).toBe(449);
  });

  it.each([
    ["plain words", "plain words"],
    ['{"message":"sold","level":"info"}', "sold"],
    ['{"message":"request","method":"GET","path":"/a","status":200}', "request: GET /a 200"],
    ['{"RequestMethod":"GET","RequestPath":"/b","DownstreamStatus":404,"msg":""}', "GET /b answered 404"],
    ['{"half', '{"half'],
    ['{"n":1}', '{"n":1}'],
  ])("is what a line says: %s", (text, words) => {
    expect(messageOf(text)).toBe(words);
  });

  it.each([
    [0.0123, "percentunit", "1.23%"],
    [0.25, "s", "250 ms"],
    [1.5, "s", "1.5 s"],
    [7200, "s", "2 h"],
    [1536, "bytes", "1.5 KiB"],
    [12_345, "reqps", "12.3k/s"],
    [0, "short", "0"],
    [Number.NaN, "s", "–"],
    [undefined, "s", "–"],
  ])("is %s in the unit %s as %s", (value, unit, text) => {
    expect(inUnit(value, unit)).toBe(text);
  });
});
