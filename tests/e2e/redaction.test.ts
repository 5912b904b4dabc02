import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MARK, PLAIN_LINES, PLAIN_TEXTS, SECRET_LINES } from "../config/redaction-corpus.ts";
import { type OtlpSpan, type OtlpValue, type RunningCollector, startCollector } from "./running-collector.ts";

let collector: RunningCollector;

beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector?.stop());

/** Texts, what nobody may see of each, and what must still be there. */
const HIDDEN: readonly (readonly [what: string, text: string, secret: string, shown: string])[] = [
  ["a mail address", "order of ada.l+x@example.org failed", "ada.l", "order of"],
  ["a mail address in a query string", "GET /find?who=ada%40example.org", "ada%40", "GET /find"],
  ["a token of three parts", "got eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl from", "eyJzdWIi", "got"],
  ["a bearer's token", "sent Bearer abcdef0123456789 to it", "abcdef0123456789", "to it"],
  ["an authorization header", "authorization: Basic YWRhOnNlY3JldA== was refused", "YWRhOnNlY3", "was refused"],
  ["a password", "login with password=hunter22 failed", "hunter22", "failed"],
  ["a password in JSON", '{"user":"x","db_password":"hunter22","n":1}', "hunter22", '"n":1}'],
  ["an API key", "x-api-key: 0123abcd4567 is unknown", "0123abcd", "is unknown"],
  ["a token that says what it is", "pushed with ghp_0123456789abcdefABCDEF0123456789abcd now", "ghp_0123", "now"],
  ["a password in an address", "connect postgres://shop:s3cr3t@db:5432/shop", "s3cr3t", "db:5432/shop"],
  ["a card's number", "paid with 4111 1111 1111 1111 today", "4111", "today"],
  ["a card's number with dashes", "paid with 3782-822463-10005 today", "822463", "today"],
  ["a card's number without spaces", "paid with 5555555555554444 today", "55555555", "today"],
  ["a phone's number", "call +33 6 12 34 56 78 back", "12 34", "back"],
  ["a phone's number as in France", "call 06 12 34 56 78 back", "12 34", "back"],
  ["a phone's number as in America", "call (555) 123-4567 back", "123-4567", "back"],
  ["a visitor's address", '{"ClientAddr":"203.0.113.9:4711","n":1}', "203.0.113.9", '"n":1}'],
  ["a visitor's address of version 6", "x-forwarded-for: 2001:db8::1 came", "2001:db8", "came"],
  ...SECRET_LINES.map(([line, shown = ""]) => [line, line, MARK, shown] as const),
];

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

async function kept(span: OtlpSpan): Promise<string> {
  const before = collector.spans().length;
  await collector.send([span]);
  await expect.poll(() => collector.spans().length, { interval: 100 }).toBeGreaterThan(before);
  return said(collector.spans().slice(before));
}

// Identifiers and times are drawn: by chance they hold any four digits.
const DRAWN: readonly string[] = ["traceId", "spanId", "startTimeUnixNano", "endTimeUnixNano"];

function said(spans: readonly OtlpSpan[]): string {
  return JSON.stringify(spans, (key, value) => (DRAWN.includes(key) ? undefined : value));
}

describe("what the Collector keeps of spans", () => {
  const everywhere = (text: string): OtlpSpan => ({
    name: text,
    attributes: [attribute("note", text)],
    events: [{ name: "exception", attributes: [attribute("exception.message", text)] }],
    status: { code: 2, message: text },
  });

  it("shows no secret and no person in a name, an attribute, an event or a status", async () => {
    const before = collector.spans().length;
    await collector.send(HIDDEN.map(([, text]) => everywhere(text)));
    const got = () => collector.spans().slice(before);
    await expect.poll(() => got().length, { interval: 100 }).toBe(HIDDEN.length);
    const all = said(got());
    expect(HIDDEN.filter(([, , secret]) => all.includes(secret)).map(([what]) => what)).toEqual([]);
    const names = got().map(({ name }) => name);
    expect(HIDDEN.filter(([, , , shown]) => !names.some((name) => name.includes(shown)))).toEqual([]);
  });

  it("shows nothing of attributes that are secrets or people by their name", async () => {
    const named: readonly (readonly [key: string, value: OtlpValue, secret: string])[] = [
      ["http.request.header.authorization", { arrayValue: { values: [{ stringValue: "Digest qwerty" }] } }, "qwerty"],
      ["http.request.header.x_forwarded_for", { arrayValue: { values: [{ stringValue: "203.0.113.1" }] } }, "113.1"],
      ["http.request.header.cookie", { stringValue: "sid=asdfgh" }, "asdfgh"],
      ["client.address", { stringValue: "203.0.113.2" }, "113.2"],
      ["net.sock.peer.addr", { stringValue: "203.0.113.3" }, "113.3"],
      ["url.query", { stringValue: "name=ada" }, "ada"],
      ["url.full", { stringValue: "http://orders:3000/find?name=grace" }, "grace"],
      ["enduser.id", { stringValue: "edsger" }, "edsger"],
      ["customer.email", { stringValue: "at home" }, "at home"],
      ["order.card", { intValue: "4111111111111111" }, "41111"],
    ];
    const text = await kept({ name: "GET /find", attributes: named.map(([key, value]) => ({ key, value })) });
    expect(named.filter(([, , secret]) => text.includes(secret)).map(([key]) => key)).toEqual([]);
    expect(text).toContain("http://orders:3000/find?");
  });

  it("shows what says what happened", async () => {
    const addresses = [attribute("url.full", "http://orders:3000/find"), attribute("server.address", "172.18.0.5")];
    const text = await kept({ ...everywhere(PLAIN_TEXTS.join(" | ")), attributes: addresses });
    expect(text).not.toContain("***");
  });

  it("calls what is called by the name that the stack has for it", async () => {
    const call = (address: string, ...more: ReturnType<typeof attribute>[]): OtlpSpan => ({
      name: "call",
      kind: 3,
      attributes: [attribute("server.address", address), ...more],
    });
    const spans = [
      call("vigie-dev-frontend-1"),
      call("vigie-dev-cache-2", attribute("db.system.name", "redis")),
      call("api.example.org"),
    ];
    const before = collector.spans().length;
    await collector.send(spans);
    await expect.poll(() => collector.spans().length - before, { interval: 100 }).toBe(3);
    const peers = collector.spans().slice(before).map(peerOf);
    expect(peers.sort()).toEqual(["api.example.org", "cache-2", "frontend"]);
  });
});

function peerOf({ attributes = [] }: OtlpSpan): string | undefined {
  return attributes.find(({ key }) => key === "peer.service")?.value.stringValue;
}

describe("what the Collector brings of lines", () => {
  it("shows no secret and no person, and leaves JSON what it is", async () => {
    const nginx = '203.0.113.9 - - [21/Nov/2026:16:25:00 +0000] "GET / HTTP/1.1" 200 5';
    collector.write([...HIDDEN.map(([, text]) => text), nginx, ...PLAIN_LINES]);
    const count = HIDDEN.length + 1 + PLAIN_LINES.length;
    await expect.poll(() => collector.lines().length, { interval: 100 }).toBe(count);
    const lines = collector.lines();
    expect(HIDDEN.filter(([, , secret]) => lines.some((line) => line.includes(secret))).map(([what]) => what)).toEqual(
      [],
    );
    expect(lines).toContain('**** - - [21/Nov/2026:16:25:00 +0000] "GET / HTTP/1.1" 200 5');
    const changed = lines.filter((text) => text.startsWith('{"') && !PLAIN_LINES.includes(text));
    for (const line of changed) expect(JSON.parse(line)).toMatchObject({ n: 1 });
    expect(changed.length).toBeGreaterThan(30);
    expect(lines).toEqual(expect.arrayContaining([...PLAIN_LINES]));
  });
});
