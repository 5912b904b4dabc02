import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FastifyInstance } from "fastify";
import { SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { callTokens } from "../../src/between/call-token.ts";
import { newCalledServer } from "../../src/between/called.ts";

/** A caller's key of a generation: both halves as JWKs. */
interface Key {
  readonly kid: string;
  readonly key: KeyObject;
  readonly own: object;
  readonly shown: object;
}

const newKey = (kid: string): Key => {
  const { privateKey: key, publicKey } = generateKeyPairSync("ed25519");
  const more = { kid, alg: "EdDSA", use: "sig" };
  return {
    ...{ kid, key },
    own: { ...key.export({ format: "jwk" }), ...more },
    shown: { ...publicKey.export({ format: "jwk" }), ...more },
  };
};

const [one, two, three, four] = [1, 2, 3, 4].map((n) => newKey(`gateway.${n}`)) as [Key, Key, Key, Key];
const other = newKey("worker.1");
const ada = { userId: "ada", roles: ["person"] };

let directory: string;
let app: FastifyInstance;
let metrics: () => Promise<string>;

const file = (name: string) => path.join(directory, name);
const publish = (...keys: readonly Key[]) =>
  writeFileSync(file("jwks"), JSON.stringify({ keys: keys.map(({ shown }) => shown) }));
const signWith = (key: Key) => writeFileSync(file("jwk"), JSON.stringify(key.own));

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "surveys-tokens-"));
  publish(one, two, other);
  signWith(one);
  const server = newCalledServer(
    { service: "survey", version: "test" },
    { auth: "jwt", keysFile: file("jwks"), callers: ["gateway"] },
  );
  app = server.app;
  metrics = () => server.metrics.registry.metrics();
  await app.register(async (scope) => {
    server.requireCaller(scope);
    scope.get("/things", () => ({ data: [] }));
    scope.post("/things", () => ({ data: [] }));
    scope.post("/verify", { config: { anyUser: true } }, () => ({ data: [] }));
  });
});
afterEach(() => app.close());

async function status(token: string | undefined, url = "/things"): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await app.inject({ url, headers })).statusCode;
}

async function refusedFor(reason: string): Promise<number> {
  const line = new RegExp(`calls_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(await metrics());
  return Number(line?.[1]);
}

/** A token as the gateway's, but for what a test changes of it. */
function forged(change: (token: SignJWT) => SignJWT, key = one, header: Record<string, string> = {}): Promise<string> {
  const token = new SignJWT({ ...ada })
    .setProtectedHeader({ alg: "EdDSA", typ: "call+jwt", kid: key.kid, ...header })
    .setIssuer("gateway")
    .setAudience("survey")
    .setIssuedAt()
    .setExpirationTime("30s");
  return change(token).sign(key.key);
}

const same = (token: SignJWT) => token;

test("a token of a caller is let in, for nobody and for somebody", async () => {
  const sign = callTokens(file("jwk"));
  expect(await status(await sign("survey"))).toBe(200);
  expect(await status(await sign("survey", ada), "/things?userId=ada")).toBe(200);
  expect(await status(await forged(same))).toBe(200);
});

test("what it says is who, of what role, for whom and until when, and nothing else", async () => {
  const [header = "", payload = ""] = (await callTokens(file("jwk"))("survey", ada)).split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, number>;
  expect(read(header)).toEqual({ alg: "EdDSA", typ: "call+jwt", kid: "gateway.1" });
  const { iat = 0, exp = 0, ...claims } = read(payload);
  expect(claims).toEqual({ iss: "gateway", aud: "survey", userId: "ada", roles: ["person"] });
  expect(exp - iat).toBe(30);
  expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(5);
});

test("fails without a token", async () => {
  expect(await status(undefined)).toBe(401);
  expect(await refusedFor("missing")).toBe(1);
});

test.each<[what: string, reason: string, token: () => Promise<string> | string]>([
  ["nothing that is a token", "wrong", () => "abc"],
  ["alg none", "wrong", () => `${unsecured()}`],
  ["alg none with a made-up signature", "wrong", () => `${unsecured()}AAAA`],
  ["a public key taken for a shared secret", "wrong", () => confused()],
  ["another type of token", "wrong", () => forged(same, one, { typ: "JWT" })],
  ["no end", "wrong", () => forged((token) => withoutEnd(token))],
  ["no audience", "wrong", () => withoutAudience()],
  ["an audience that is another service", "audience", () => forged((token) => token.setAudience("auth"))],
  ["an end long ago", "expired", () => forged((token) => token.setIssuedAt(ago(60)).setExpirationTime(ago(30)))],
  ["an end six seconds ago", "expired", () => forged((token) => token.setIssuedAt(ago(36)).setExpirationTime(ago(6)))],
  ["too long a life", "expired", () => forged((token) => token.setIssuedAt(ago(90)).setExpirationTime("1h"))],
  ["a begin that is still to come", "expired", () => forged((token) => token.setIssuedAt(ago(-30)))],
  ["a key that nobody has published", "signer", () => forged(same, three)],
  ["a key that says it is another one", "signer", () => forged(same, three, { kid: "gateway.1" })],
  ["a caller that may not call", "signer", () => forged((token) => token.setIssuer("worker"), other)],
  ["another caller's key", "signer", () => forged(same, other)],
  ["roles that are none", "wrong", () => forgedClaims({ userId: "ada", roles: "admin" })],
  ["roles of nobody", "wrong", () => forgedClaims({ roles: ["admin"] })],
])("fails with %s: %s", async (_, reason, token) => {
  const given = await token();
  const answer = await app.inject({ url: "/things", headers: { authorization: `Bearer ${given}` } });
  expect(answer.statusCode).toBe(401);
  expect(answer.json()).toMatchObject({ type: "urn:vigie:problem:call-refused", status: 401 });
  expect(answer.body).not.toContain(given);
  expect(await refusedFor(reason)).toBe(1);
});

test("an end three seconds ago is within what clocks may differ by", async () => {
  expect(await status(await forged((token) => token.setIssuedAt(ago(33)).setExpirationTime(ago(3))))).toBe(200);
});

test("fails for another person than the token's, in a query and in a body", async () => {
  const authorization = `Bearer ${await callTokens(file("jwk"))("survey", ada)}`;
  const nobody = `Bearer ${await callTokens(file("jwk"))("survey")}`;
  const asks = (headers: object, url: string, payload?: object) =>
    app.inject({
      method: payload === undefined ? "GET" : "POST",
      url,
      headers: { ...headers },
      ...(payload && { payload }),
    });
  expect((await asks({ authorization }, "/things?userId=bob")).statusCode).toBe(403);
  expect((await asks({ authorization }, "/things", { userId: "bob" })).statusCode).toBe(403);
  expect((await asks({ authorization }, "/things?userId=ada", { userId: "bob" })).statusCode).toBe(403);
  expect((await asks({ authorization: nobody }, "/things?userId=ada")).statusCode).toBe(403);
  expect(await refusedFor("user")).toBe(4);
  expect((await asks({ authorization }, "/things", { userId: "ada" })).statusCode).toBe(200);
  // Where nobody is signed in yet, the token is for nobody.
  expect((await asks({ authorization: nobody }, "/verify", { userId: "ada" })).statusCode).toBe(200);
});

test("keys are changed under load without a refused call, and the oldest are taken no more", async () => {
  const sign = callTokens(file("jwk"));
  const old = await sign("survey", ada);
  let changing = true;
  const statuses = new Map<number, number>();
  const load = async (): Promise<void> => {
    while (changing) {
      const got = await status(await sign("survey", ada), "/things?userId=ada");
      statuses.set(got, (statuses.get(got) ?? 0) + 1);
    }
  };
  const calling = Promise.all(Array.from({ length: 8 }, load));
  const pause = () => new Promise((resolve) => setTimeout(resolve, 150));
  await pause();
  // From generation 1 to 2: whoever is first.
  signWith(two);
  await pause();
  publish(two, three, one);
  await pause();
  // From 2 to 3; a file is empty for a moment while it is replaced.
  writeFileSync(file("jwks"), "");
  await pause();
  publish(three, four, two);
  await pause();
  signWith(three);
  await pause();
  changing = false;
  await calling;
  expect([...statuses.keys()]).toEqual([200]);
  expect(statuses.get(200)).toBeGreaterThan(50);
  expect(await status(old)).toBe(401);
  expect(await status(await forged(same, one))).toBe(401);
  expect(await status(await forged(same, two))).toBe(200);
});

test("the platform's own routes need none", async () => {
  for (const url of ["/health", "/ready", "/metrics"]) expect(await status(undefined, url)).toBe(200);
});

const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;

function unsecured(): string {
  return new UnsecuredJWT({ ...ada })
    .setIssuer("gateway")
    .setAudience("survey")
    .setIssuedAt()
    .setExpirationTime("30s")
    .encode();
}

function confused(): Promise<string> {
  const secret = Buffer.from(JSON.stringify(one.shown));
  return new SignJWT({ ...ada })
    .setProtectedHeader({ alg: "HS256", typ: "call+jwt", kid: one.kid })
    .setIssuer("gateway")
    .setAudience("survey")
    .setIssuedAt()
    .setExpirationTime("30s")
    .sign(secret);
}

function bare(claims: Record<string, unknown>): SignJWT {
  return new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", typ: "call+jwt", kid: one.kid });
}

function withoutEnd(_: SignJWT): SignJWT {
  return bare({ ...ada })
    .setIssuer("gateway")
    .setAudience("survey")
    .setIssuedAt();
}

function withoutAudience(): Promise<string> {
  return bare({ ...ada })
    .setIssuer("gateway")
    .setIssuedAt()
    .setExpirationTime("30s")
    .sign(one.key);
}

function forgedClaims(claims: Record<string, unknown>): Promise<string> {
  return bare(claims).setIssuer("gateway").setAudience("survey").setIssuedAt().setExpirationTime("30s").sign(one.key);
}
