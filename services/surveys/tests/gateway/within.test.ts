import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type OtlpReceiver, startReceiver } from "../../../telemetry/node/tests/otlp-receiver.ts";
import { linkOf } from "../auth/client.ts";
import { type MailServer, newMailServer } from "../auth/mail-server.ts";
import { freePort, newRedisServer, type RedisServer } from "../between/redis-server.ts";
import {
  type Answer,
  ask,
  KEY,
  newFile,
  type StandIn,
  type Survey,
  startStandIn,
  startSurvey,
} from "../survey/running.ts";

const EMAIL = "ada@example.org";
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

let redis: RedisServer;
let standIn: StandIn;
let mailServer: MailServer;
let receiver: OtlpReceiver;
let survey: Survey;
let gateways: Gateway[] = [];

beforeAll(async () => {
  [redis, standIn, mailServer, receiver] = await Promise.all([
    newRedisServer(["gateway", "survey", "auth"]),
    startStandIn(),
    newMailServer(),
    startReceiver(),
  ]);
  survey = await startSurvey(standIn, redis.settings("survey"));
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
});
afterAll(async () => {
  await survey.close();
  await Promise.all([standIn.close(), mailServer.close(), receiver.close()]);
  await redis.remove();
});

/** A gateway as its container runs it. */
interface Gateway {
  readonly url: string;
  /** Everything that it has written so far. */
  written(): string;
  /** Asks a path below its address, as a browser with these cookies. */
  ask(path: string, init?: RequestInit, cookie?: string): Promise<Answer>;
  /** Stops it; the answer is its exit code. */
  stop(): Promise<number | null>;
}

function redisOf(name: string, prefix = ""): Record<string, string> {
  const { host, port, user, passwordFile, keyPrefix } = redis.settings(name);
  const values = { HOST: host, PORT: String(port), USER: user, PASSWORD_FILE: passwordFile, KEY_PREFIX: keyPrefix };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}REDIS_${key}`, value]));
}

/** Settings of all that can be within; the key of people's ids is the same in all stages. */
const idKey = newFile("the key of the ids\n");
const own = () => ({
  survey: { ...redisOf("survey", "SURVEY_"), REDCAP_URL: standIn.url, REDCAP_TOKEN_FILE: standIn.tokenFile },
  auth: {
    ...redisOf("auth", "AUTH_"),
    SMTP_URL: `smtp://127.0.0.1:${mailServer.port}`,
    MAIL_FROM: "surveys@example.org",
    USER_ID_KEY_FILE: idKey,
  },
  health: { CHECK_HOSTS: `127.0.0.1:${mailServer.port}` },
});

async function start(within: readonly ("survey" | "auth" | "health")[], changed: Record<string, string> = {}) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    SURVEYS_SERVICE: "gateway",
    SURVEYS_WITHIN: within.join(","),
    PORT: String(port),
    PUBLIC_URL: url,
    ...redisOf("gateway"),
    ...Object.assign({}, ...within.map((name) => own()[name])),
    SHUTDOWN_DELAY_SECONDS: "0",
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_TRACES_SAMPLER: "parentbased_always_on",
    ...changed,
  };
  const child: ChildProcess = spawn(process.execPath, ["src/main.ts"], { env, stdio: ["ignore", "pipe", "pipe"] });
  let written = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => (written += String(part)));
  const ended = once(child, "close");
  const gateway: Gateway = {
    url,
    written: () => written,
    ask: (path, init = {}, cookie) =>
      ask(`${url}${path}`, {
        redirect: "manual",
        ...init,
        headers: { origin: url, ...init.headers, ...(cookie === undefined ? {} : { cookie }) },
      }),
    stop: async () => {
      child.kill("SIGTERM");
      return (await ended)[0] as number | null;
    },
  };
  gateways.push(gateway);
  const state = () =>
    fetch(`${url}/ready`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(state, { message: written }).toBe(200);
  // Redis' connections may come a moment later than the port.
  const wellWithin = async () => (await gateway.ask("/api/v1/health")).body.data?.services;
  if (within.includes("auth")) await expect.poll(wellWithin).toMatchObject({ auth: "ok" });
  return gateway;
}

const json = (body: object): RequestInit => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});

/** Signs in by a mailed link; the answer is the header Cookie. */
async function signIn(gateway: Gateway, link: { userId: string; secret: string }): Promise<string> {
  const answer = await gateway.ask("/api/v1/auth/verify", json(link));
  expect(answer.status, answer.text).toBe(200);
  return (answer.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
}

test("one process with all four: the three flows, one trace, the metrics of all on its page, and it stops", async () => {
  const gateway = await start(["survey", "auth", "health"]);
  expect((await gateway.ask("/api/v1/auth/signup", json({ email: EMAIL }))).status).toBe(202);
  const link = linkOf(mailServer.mails.at(-1));
  const cookie = await signIn(gateway, link);
  expect((await gateway.ask("/api/v1/auth/verify", json(link))).status).toBe(401);

  const traced = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, "x-request-id": "r-7" };
  const made = await gateway.ask("/api/v1/surveys/new", { method: "POST", headers: traced }, cookie);
  expect(made, made.text).toMatchObject({ status: 201, body: { data: { complete: false } } });
  const list = await gateway.ask("/api/v1/surveys/list", {}, cookie);
  expect(list).toMatchObject({ status: 200, body: { data: [{ complete: false, url: expect.any(String) }] } });
  const health = await gateway.ask("/api/v1/health");
  expect(health.body.data).toMatchObject({
    services: { survey: "ok", auth: "ok", health: "ok" },
    hosts: { well: 1, failing: 0 },
  });
  // What is between them is for nobody else.
  expect((await gateway.ask("/api/v1/surveys/requests?userId=ada")).status).toBe(404);
  expect((await gateway.ask("/api/v1/checks")).status).toBe(404);

  const metrics = (await gateway.ask("/metrics")).text;
  for (const line of [
    'service_calls_total{callee="auth",outcome="ok"}',
    'auth_links_sent_total{outcome="sent"} 1',
    'auth_verified_total{outcome="ok"} 1',
    "survey_requests_made_total 1",
    "redcap_calls_total{",
    `host_check_up{host="127.0.0.1",port="${mailServer.port}",tls="false"} 1`,
    'http_request_duration_seconds_count{method="POST",route="/api/v1/surveys/new",status="201"} 1',
  ]) {
    expect(metrics).toContain(line);
  }
  // What is within is no request of a visitor, and nobody else could be refused.
  expect(metrics).not.toContain('route="/api/v1/surveys/requests"');
  expect(metrics).not.toContain("calls_refused_total");
  expect(gateway.written()).not.toContain("POST /api/v1/surveys/requests answered");
  const lines = gateway.written().split("\n");
  expect(lines.find((line) => line.includes("survey request made"))).toContain('"request_id":"r-7"');

  expect(await gateway.stop()).toBe(0);
  gateways = [];
  const spans = receiver.spans.filter(({ traceId }) => traceId === TRACE);
  const request = spans.find(({ kind }) => kind === 2);
  const step = spans.find(({ name }) => name === "POST /api/v1/surveys/requests");
  expect(request?.name).toBe("POST /api/v1/surveys/new");
  expect(step).toMatchObject({ kind: 1, parentSpanId: request?.spanId });
  expect(spans.find(({ name }) => name.endsWith(" redcap"))).toMatchObject({ kind: 3, parentSpanId: step?.spanId });
  const secrets = [link.secret, cookie.split("=")[1] ?? "", EMAIL, "the key of the ids"];
  for (const secret of secrets) expect(gateway.written()).not.toContain(secret);
});

test("a move between the stages keeps links, sessions, people and their requests", async () => {
  const monolith = await start(["survey", "auth", "health"], { PUBLIC_URL: "http://127.0.0.1" });
  const surveyKeys = { SURVEY_URL: survey.url, SURVEY_KEYS_FILE: newFile(`${KEY}\n`) };
  // As while replicas are replaced: both stages at the same time.
  const extracted = await start(["auth", "health"], { PUBLIC_URL: "http://127.0.0.1", ...surveyKeys });
  const at = (gateway: Gateway) => ({ headers: { origin: "http://127.0.0.1" }, gateway });
  const post = ({ gateway, headers }: ReturnType<typeof at>, path: string, body?: object, cookie?: string) => {
    const init = body === undefined ? { method: "POST" } : json(body);
    return gateway.ask(path, { ...init, headers: { ...(init.headers as object), ...headers } }, cookie);
  };
  const email = "grace@example.org";
  expect((await post(at(monolith), "/api/v1/auth/signup", { email })).status).toBe(202);
  const signedIn = await post(at(extracted), "/api/v1/auth/verify", linkOf(mailServer.mails.at(-1)));
  expect(signedIn.status, signedIn.text).toBe(200);
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";", 1)[0];
  // The rule over both: the lock and the cache are the same.
  const posts = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      post(at(index % 2 === 0 ? monolith : extracted), "/api/v1/surveys/new", undefined, cookie),
    ),
  );
  const statuses = posts.map(({ status }) => status).sort();
  expect(statuses).toEqual([201, 201, 201, ...new Array(17).fill(409)]);
  for (const gateway of [monolith, extracted]) {
    expect((await gateway.ask("/api/v1/surveys/list", {}, cookie)).body.data).toHaveLength(3);
  }
});

test("fails as over the network where REDCap is away: who asks is told that it is REDCap", async () => {
  const REDCAP_URL = `http://127.0.0.1:${await freePort()}/api/`;
  const gateway = await start(["survey", "auth", "health"], { REDCAP_URL });
  await gateway.ask("/api/v1/auth/signup", json({ email: "joan@example.org" }));
  const cookie = await signIn(gateway, linkOf(mailServer.mails.at(-1)));
  const { status, body } = await gateway.ask("/api/v1/surveys/links", {}, cookie);
  expect({ status, type: body.type }).toEqual({ status: 503, type: expect.stringMatching(/:redcap-/) });
});
