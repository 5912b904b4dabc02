import { writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import path from "node:path";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CalledServer, newCalledServer } from "../../src/between/called.ts";
import { callCredentials } from "../../src/between/calling.ts";
import { type Authority, type Certificate, newAuthority } from "../health/certificates.ts";
import { directory } from "./directory.ts";
import { freePort } from "./redis-server.ts";

let stack: Authority;
let home: string;
let server: CalledServer;
let port: number;
let operations: string;

const named = (name: string, more: object = {}) => stack.issue({ names: `DNS:${name}`, ...more });

/** Writes an identity's files, and says where they are. */
function filesOf(who: string, { cert, key }: Certificate, authorities: string) {
  const files = { certificate: cert, privateKey: key, authorities };
  const paths = Object.entries(files).map(([name, text]) => {
    const file = path.join(home, `${who}-${name}`);
    writeFileSync(file, text);
    return [name, file];
  });
  return Object.fromEntries(paths) as Record<keyof typeof files, string>;
}

const authorityOf = (...all: Authority[]) => all.map(({ certificate }) => certificate).join("");

beforeEach(async () => {
  stack = newAuthority("The stack");
  home = directory();
  const operationsPort = await freePort();
  operations = `http://127.0.0.1:${operationsPort}`;
  server = newCalledServer(
    { service: "survey", version: "test" },
    {
      auth: "mutual-tls",
      files: filesOf("survey", named("survey"), authorityOf(stack)),
      callers: ["gateway"],
      operationsPort,
    },
  );
  await server.app.register(async (scope) => {
    server.requireCaller(scope);
    scope.get("/things", () => ({ data: [] }));
  });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  port = (server.app.server.address() as { port: number }).port;
});
afterEach(() => server.app.close());

/** The status, or what became of the connection. */
function ask(agent: Agent, url = "/things"): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request({ host: "127.0.0.1", port, path: url, agent }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code === "EPROTO" ? error.message : (error.code ?? "")),
    );
    sent.end();
  });
}

const agentOf = (shown: Partial<Certificate>, ca = stack.certificate, more: object = {}) =>
  new Agent({ ...shown, ca, servername: "survey", ...more });

async function refusedFor(reason: string): Promise<number> {
  const text = await (await fetch(`${operations}/metrics`)).text();
  return Number(new RegExp(`calls_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1]);
}

test("a caller with a certificate of the stack is let in, by TLS 1.3", async () => {
  expect(await ask(agentOf(named("gateway")))).toBe(200);
  expect(await ask(agentOf(named("gateway"), stack.certificate, { maxVersion: "TLSv1.2" }))).toMatch(
    /protocol version/i,
  );
});

test.each<[what: string, reason: string, shown: () => Partial<Certificate>]>([
  ["no certificate", "missing", () => ({})],
  ["one of another authority", "signer", () => newAuthority("Another").issue({ names: "DNS:gateway" })],
  ["one that has ended", "expired", () => named("gateway", { ends: "20260102030405Z" })],
  ["one that has not begun", "expired", () => named("gateway", { begins: "20440102030405Z" })],
])("fails in the handshake with %s", async (_, reason, shown) => {
  const answer = await ask(agentOf(shown()));
  expect(answer).toEqual(expect.any(String));
  await expect.poll(() => refusedFor(reason)).toBe(1);
});

test("fails with the certificate of a service that may not call, whatever is asked", async () => {
  for (const url of ["/things", "/nothing", "/metrics", "/ready"]) {
    expect(await ask(agentOf(named("worker")), url)).toBe(403);
  }
  expect(await ask(agentOf(named("*.gateway")))).toBe(403);
  expect(await ask(agentOf(named("survey")))).toBe(403);
  expect(await refusedFor("caller")).toBe(6);
});

test("fails without TLS, and counts it", async () => {
  await expect(fetch(`http://127.0.0.1:${port}/things`)).rejects.toThrow();
  await expect.poll(() => refusedFor("missing")).toBe(1);
});

test("what the platform asks is answered without TLS at a port of its own, and nothing else is", async () => {
  for (const url of ["/health", "/ready", "/metrics?x=1"]) expect((await fetch(operations + url)).status).toBe(200);
  for (const url of ["/things", "/metrics/", "//metrics", "/ready/../things", "/"]) {
    expect((await fetch(operations + url)).status, url).toBe(404);
  }
  expect((await server.app.inject("/things")).statusCode).toBe(401);
});

test("new certificates, and those of another authority, are taken without a start or a refused call", async () => {
  const next = newAuthority("The stack, later");
  const files = filesOf("gateway", named("gateway"), authorityOf(stack, next));
  const survey = callCredentials(new Registry())("survey", { auth: "mutual-tls", files });
  let changing = true;
  const answers = new Map<number | string, number>();
  const load = async (): Promise<void> => {
    while (changing) {
      const answer = await ask(survey.agent?.() as Agent);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  const calling = Promise.all(Array.from({ length: 4 }, load));
  const look = () => new Promise((resolve) => setTimeout(resolve, 2500));
  const nextOf = (name: string) => next.issue({ names: `DNS:${name}` });
  filesOf("survey", named("survey"), authorityOf(stack, next));
  await look();
  filesOf("gateway", nextOf("gateway"), authorityOf(stack, next));
  await look();
  filesOf("survey", nextOf("survey"), authorityOf(next));
  await look();
  changing = false;
  await calling;
  expect([...answers.keys()]).toEqual([200]);
  expect(answers.get(200)).toBeGreaterThan(100);
  // The authority of before is none any more, for no connection.
  expect(await ask(agentOf(named("gateway"), authorityOf(stack, next)))).toEqual(expect.any(String));
  await expect.poll(() => refusedFor("signer")).toBe(1);
}, 20_000);

test("a certificate that ends while its connection lasts is no certificate any more", async () => {
  const soon = new Date(Date.now() + 3000).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  const agent = agentOf(named("gateway", { ends: soon }), stack.certificate, { keepAlive: true, maxSockets: 1 });
  expect(await ask(agent)).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 3500));
  expect(await ask(agent)).toBe(401);
  expect(await refusedFor("expired")).toBe(1);
  agent.destroy();
}, 10_000);

test("both sides tell when their certificates end", async () => {
  const ends = Date.UTC(2045, 1, 3, 4, 5, 6) / 1000;
  const said = `call_certificate_expiry_timestamp_seconds ${ends}`;
  expect(await (await fetch(`${operations}/metrics`)).text()).toContain(said);
  const registry = new Registry();
  const files = filesOf("gateway", named("gateway"), authorityOf(stack));
  const sooner = filesOf("sooner", named("gateway", { ends: "20440203040506Z" }), authorityOf(stack));
  const credentialsFor = callCredentials(registry);
  credentialsFor("survey", { auth: "mutual-tls", files });
  expect(await registry.metrics()).toContain(said);
  // Of several, the first.
  credentialsFor("auth", { auth: "mutual-tls", files: sooner });
  expect(await registry.metrics()).toContain(` ${Date.UTC(2044, 1, 3, 4, 5, 6) / 1000}`);
});

test("a caller goes to nobody whose certificate is another service's, or of another authority", async () => {
  const files = filesOf("gateway", named("gateway"), authorityOf(stack));
  const strangers = filesOf("other", named("gateway"), authorityOf(newAuthority("Another")));
  const credentialsFor = callCredentials(new Registry());
  const auth = credentialsFor("auth", { auth: "mutual-tls", files });
  const survey = credentialsFor("survey", { auth: "mutual-tls", files: strangers });
  expect(await ask(auth.agent?.() as Agent)).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  expect(await ask(survey.agent?.() as Agent)).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED/);
});
