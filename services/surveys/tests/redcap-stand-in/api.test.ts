import type { LightMyRequestResponse } from "fastify";
import { beforeEach, expect, test } from "vitest";
import { newRedcapStandIn } from "../../src/redcap-stand-in/service.ts";
import { readSettings } from "../../src/redcap-stand-in/settings.ts";
import { newFile } from "../survey/running.ts";

const tokenFile = newFile("t0ken\n");
let standIn: Awaited<ReturnType<typeof newRedcapStandIn>>;

beforeEach(async () => {
  const settings = { tokenFile, instrument: "request", publicUrl: "http://localhost:8090" };
  standIn = await newRedcapStandIn("redcap-stand-in", "test", settings);
});

function send(parameters: Record<string, string>): Promise<LightMyRequestResponse> {
  const payload = new URLSearchParams({ token: "t0ken", ...parameters }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return standIn.app.inject({ method: "POST", url: "/api/", payload, headers });
}

const exportAll = { content: "record", format: "json", type: "flat" };

function add(record: Record<string, string>, changed: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  const data = JSON.stringify([{ record_id: "new", ...record }]);
  const asked = { action: "import", forceAutoNumber: "true", returnContent: "auto_ids", data };
  return send({ ...exportAll, ...asked, ...changed });
}

test("records get numbers of their own, and are exported by a filter", async () => {
  expect((await add({ user_id: "ada", email: "a@example.org" })).json()).toEqual(["1,new"]);
  expect((await add({ user_id: "bob" }, { returnContent: "count" })).json()).toEqual({ count: 1 });
  expect((await add({ user_id: "bob" }, { returnContent: "ids" })).json()).toEqual(["3"]);
  const fields = { "fields[0]": "record_id", "fields[1]": "email" };
  const found = await send({ ...exportAll, filterLogic: "[user_id] = 'ada'", ...fields });
  expect(found.json()).toEqual([{ record_id: "1", email: "a@example.org" }]);
  expect((await standIn.app.inject("/records")).json()).toHaveLength(3);
});

test("CSV has names and quotes, and the records that are asked for", async () => {
  await add({ user_id: "ada", comment: 'a, "b"\nc' });
  await add({ user_id: "bob" });
  const fields = { "fields[0]": "record_id", "fields[1]": "comment" };
  const csv = await send({ ...exportAll, format: "csv", "records[0]": "1", ...fields });
  expect(csv.body).toBe('record_id,comment\n1,"a, ""b""\nc"\n');
});

test.each([
  "[user_id] = 'x' or '1'='1'",
  "[user_id]='ada'",
  '[user_id] = "ada"',
  "[nothing] = 'a'",
  "1",
  "[user_id] = ''ada'",
])("fails on the logic %s", async (filterLogic) => {
  const refused = await send({ ...exportAll, filterLogic });
  expect([refused.statusCode, Object.keys(refused.json())]).toEqual([400, ["error"]]);
});

test("fails in REDCap's form on a wrong token, and on what it doesn't speak", async () => {
  const forbidden = await send({ ...exportAll, token: "other" });
  expect([forbidden.statusCode, forbidden.json()]).toEqual([
    403,
    { error: "You do not have permissions to use the API" },
  ]);
  for (const wrong of [
    { content: "metadata" },
    { type: "eav" },
    { format: "xml" },
    { "fields[0]": "x" },
    { "forms[0]": "x" },
  ]) {
    expect((await send({ ...exportAll, ...wrong })).statusCode).toBe(400);
  }
  expect((await add({ nothing: "x" })).statusCode).toBe(400);
  expect((await add({}, { data: "[" })).statusCode).toBe(400);
  expect((await add({}, { forceAutoNumber: "false" })).statusCode).toBe(400);
});

test("a survey link leads to a form that completes the request", async () => {
  await add({ user_id: "ada", request_complete: "0" });
  const asked = { content: "surveyLink", record: "1", instrument: "request" };
  const link = (await send(asked)).body;
  expect(link).toMatch(/^http:\/\/localhost:8090\/surveys\/\?s=[\w-]{16}$/);
  expect((await send(asked)).body).toBe(link);
  const url = link.replace("http://localhost:8090", "");
  expect((await standIn.app.inject(url)).body).toContain('<form method="post">');
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const sent = await standIn.app.inject({ method: "POST", url, payload: "comment=fine", headers });
  expect([sent.statusCode, sent.body.includes("this survey is complete")]).toEqual([200, true]);
  expect((await standIn.app.inject(url)).body).not.toContain("<form");
  expect((await standIn.app.inject("/records")).json()[0]).toMatchObject({ comment: "fine", request_complete: "2" });
});

test("fails on a link for no record or no such form, and on an unknown page", async () => {
  expect((await send({ content: "surveyLink", record: "1", instrument: "request" })).statusCode).toBe(400);
  await add({ user_id: "ada" });
  expect((await send({ content: "surveyLink", record: "1", instrument: "other" })).statusCode).toBe(400);
  expect((await standIn.app.inject("/surveys/?s=nothing")).statusCode).toBe(404);
});

test("faults come and go", async () => {
  const put = (payload: object) => standIn.app.inject({ method: "PUT", url: "/faults", payload });
  expect((await put({ status: 502 })).statusCode).toBe(200);
  expect((await send(exportAll)).statusCode).toBe(502);
  expect((await put({ token: "wrong", only: "import" })).statusCode).toBe(200);
  expect([(await send(exportAll)).statusCode, (await add({})).statusCode]).toEqual([200, 403]);
  expect((await put({ slowMs: 200 })).statusCode).toBe(200);
  const began = performance.now();
  expect((await send(exportAll)).statusCode).toBe(200);
  expect(performance.now() - began).toBeGreaterThan(190);
  expect((await standIn.app.inject({ method: "DELETE", url: "/faults" })).statusCode).toBe(204);
  expect((await add({})).statusCode).toBe(200);
});

test.each([{ status: 200 }, { slowMs: -1 }, { slowMs: "1" }, { token: "right" }, { more: 1 }])(
  "fails on the faults %j",
  async (payload) => {
    expect((await standIn.app.inject({ method: "PUT", url: "/faults", payload })).statusCode).toBe(400);
  },
);

test("settings have defaults, and an address with a path is refused", () => {
  const settings = readSettings({ REDCAP_TOKEN_FILE: tokenFile });
  expect(settings).toMatchObject({ instrument: "request", publicUrl: "http://localhost:8090", server: { port: 8090 } });
  expect(() => readSettings({ REDCAP_TOKEN_FILE: tokenFile, PUBLIC_URL: "http://x/y" })).toThrow(/PUBLIC_URL/);
  expect(() => readSettings({})).toThrow(/REDCAP_TOKEN_FILE/);
});
