import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "prom-client";
import { afterEach, expect, test } from "vitest";
import { fieldIs } from "../../src/survey/filter-logic.ts";
import { type RedcapClient, redcapClient } from "../../src/survey/redcap.ts";
import { newBreaker } from "../../src/survey/redcap-breaker.ts";
import { newFile } from "./running.ts";

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A client of a server that answers each call with the next text, and the forms that it was sent. */
async function clientOf(...texts: string[]): Promise<{ client: RedcapClient; forms: Record<string, string>[] }> {
  const forms: Record<string, string>[] = [];
  const server = createServer(async (request, response) => {
    forms.push(Object.fromEntries(new URLSearchParams(await bodyOf(request))));
    response.end(texts.shift());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  const breaker = newBreaker({ timeoutMs: 1000, resetMs: 1000, registry: new Registry() });
  ends.push(() => {
    breaker.close();
    server.closeAllConnections();
    server.close();
  });
  const settings = { url, tokenFile: newFile("t0ken\n"), instrument: "request", timeoutMs: 1000, breakerResetMs: 1000 };
  return { client: redcapClient(settings, breaker), forms };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += part;
  return text;
}

const record = { record_id: "7", user_id: "1000", created_at: "2026-01-01T00:00:00.000Z", request_complete: "2" };

test.each([
  ["2026-01-02 10:00", /^2026-01-0[123]T\d\d:\d\d:00\.000Z$/],
  ["2026-01-02", /^2026-01-02T00:00:00\.000Z$/],
  ["when I was ill", /^1970-01-01T00:00:00\.000Z$/],
  ["", /^1970-01-01T00:00:00\.000Z$/],
])("a time that somebody typed in REDCap is one that other services read: %j", async (typed, told) => {
  const { client } = await clientOf(JSON.stringify([{ ...record, created_at: typed }]));
  expect((await client.requestsOf("1000"))[0]?.createdAt).toMatch(told);
});

test("a list is asked for as the documentation has it", async () => {
  const { client, forms } = await clientOf(JSON.stringify([record]));
  expect(await client.requestsOf("1000")).toEqual([{ id: "7", createdAt: record.created_at, complete: true }]);
  expect(forms).toEqual([
    {
      token: "t0ken",
      returnFormat: "json",
      content: "record",
      format: "json",
      type: "flat",
      filterLogic: "[user_id] = '1000'",
      "fields[0]": "record_id",
      "fields[1]": "user_id",
      "fields[2]": "request_key",
      "fields[3]": "created_at",
      "fields[4]": "request_complete",
    },
  ]);
});

test("an import is sent as the documentation has it", async () => {
  const { client, forms } = await clientOf('["12,new"]');
  const request = { userId: "ada", email: "a@example.org", key: "k-1", createdAt: record.created_at };
  expect(await client.add(request)).toBe("12");
  const { data = "", ...others } = forms[0] ?? {};
  expect(others).toEqual({
    token: "t0ken",
    returnFormat: "json",
    content: "record",
    action: "import",
    format: "json",
    type: "flat",
    overwriteBehavior: "normal",
    forceAutoNumber: "true",
    returnContent: "auto_ids",
  });
  expect(JSON.parse(data)).toEqual([
    {
      record_id: "new",
      user_id: "ada",
      email: "a@example.org",
      request_key: "k-1",
      created_at: record.created_at,
      request_complete: "0",
    },
  ]);
});

test("a survey link is asked for as the documentation has it", async () => {
  const { client, forms } = await clientOf("https://redcap.example.org/surveys/?s=abc\n");
  expect(await client.linkOf("7")).toBe("https://redcap.example.org/surveys/?s=abc");
  const token = { token: "t0ken", returnFormat: "json" };
  expect(forms).toEqual([{ ...token, content: "surveyLink", record: "7", instrument: "request" }]);
});

test("a user never sees records of another one, though REDCap may take both names for the same number", async () => {
  const { client, forms } = await clientOf(
    JSON.stringify([record]),
    JSON.stringify([record]),
    JSON.stringify([record]),
  );
  expect(await client.requestsOf("1e3")).toEqual([]);
  expect(await client.answersOf("1e3")).toEqual([]);
  expect(await client.answersAsCsv("1e3")).toBe("");
  expect(forms).toHaveLength(3);
});

test("CSV is asked for by the records that are the user's", async () => {
  const { client, forms } = await clientOf(JSON.stringify([record]), "record_id,user_id\n7,1000\n");
  expect(await client.answersAsCsv("1000")).toBe("record_id,user_id\n7,1000\n");
  const wanted = { format: "csv", "records[0]": "7", "forms[0]": "request", filterLogic: "[user_id] = '1000'" };
  expect(forms[1]).toMatchObject(wanted);
});

test.each(["<html>Sign in</html>", '{"error":"no"}', "[1]"])("fails on %j, which is no list", async (text) => {
  const { client } = await clientOf(text, text, text);
  await expect(client.requestsOf("ada")).rejects.toMatchObject({ kind: "unexpected" });
});

test.each(['{"count":1}', '["12"]', "[]", '[",new"]'])("fails on %j, which tells no new record", async (text) => {
  const { client, forms } = await clientOf(text, text, text);
  const request = { userId: "ada", email: "a@example.org", key: "k-1", createdAt: record.created_at };
  await expect(client.add(request)).rejects.toMatchObject({ kind: "unexpected", mayBeDone: true });
  expect(forms).toHaveLength(1);
});

test.each(["javascript:alert(1)", "", "no"])("fails on the link %j", async (text) => {
  const { client } = await clientOf(text, text, text);
  await expect(client.linkOf("7")).rejects.toMatchObject({ kind: "unexpected" });
});

test("a filter names a field and a value", () => {
  expect(fieldIs("user_id", "Ada.L-1_x")).toBe("[user_id] = 'Ada.L-1_x'");
});

test.each(["", "'", "x' or '1'='1", 'a"', "[user_id]", "a b", "a\\", "a\n", "x\u0000", "-a", "a".repeat(65)])(
  "fails on a filter for the value %j",
  async (value) => {
    expect(() => fieldIs("user_id", value)).toThrow(RangeError);
    const { client, forms } = await clientOf();
    await expect(client.requestsOf(value)).rejects.toThrow(RangeError);
    expect(forms).toEqual([]);
  },
);

test.each(["", "user id", "user_id] = '' or [x", "1", "User"])("fails on a filter for the field %j", (field) => {
  expect(() => fieldIs(field, "ada")).toThrow(RangeError);
});
