import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OtlpReceiver, startReceiver } from "../../../telemetry/node/tests/otlp-receiver.ts";
import { freePort, newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { type Behind, link, startBehind } from "./client.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

let redis: RedisServer;
let behind: Behind;
let receiver: OtlpReceiver;

beforeAll(async () => {
  [redis, behind, receiver] = await Promise.all([newRedisServer(["gateway"]), startBehind(), startReceiver()]);
});
afterAll(async () => {
  await Promise.all([...Object.values(behind).map((server) => server.close()), receiver.close()]);
  await redis.remove();
});

test("as a process: it signs in and asks as a part of its caller's trace, logs nobody's secrets, and stops", async () => {
  behind.survey.answer(() => ({ status: 200, body: { data: [] } }));
  const home = mkdtempSync(path.join(tmpdir(), "gateway-"));
  const keysFile = (name: string): string => {
    writeFileSync(path.join(home, name), `the-key-of-${name}\n`);
    return path.join(home, name);
  };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = redis.settings("gateway");
  const child = spawn(process.execPath, ["src/main.ts"], {
    env: {
      ...process.env,
      SURVEYS_SERVICE: "gateway",
      PORT: String(port),
      PUBLIC_URL: url,
      SURVEY_URL: behind.survey.url,
      AUTH_URL: behind.auth.url,
      HEALTH_URL: behind.health.url,
      SURVEY_KEYS_FILE: keysFile("survey"),
      AUTH_KEYS_FILE: keysFile("auth"),
      HEALTH_KEYS_FILE: keysFile("health"),
      REDIS_HOST: settings.host,
      REDIS_PORT: String(settings.port),
      REDIS_USER: settings.user,
      REDIS_PASSWORD_FILE: settings.passwordFile,
      REDIS_KEY_PREFIX: settings.keyPrefix,
      SHUTDOWN_DELAY_SECONDS: "0",
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_TRACES_SAMPLER: "parentbased_always_on",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let logs = "";
  child.stdout.on("data", (part: Buffer) => {
    logs += part.toString();
  });
  try {
    const up = () =>
      fetch(`${url}/ready`).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(up).toBe(200);

    const visited = await fetch(`${url}/metrics`, { headers: { "x-forwarded-host": "surveys.example" } });
    expect(visited.status).toBe(404);

    const page = await fetch(`${url}/api/v1/auth/verify?${new URLSearchParams(link)}`);
    expect(page.status).toBe(200);
    await page.text();
    const signIn = async (): Promise<Response> =>
      fetch(`${url}/api/v1/auth/verify`, {
        method: "POST",
        headers: { origin: url },
        body: new URLSearchParams(link),
        redirect: "manual",
      });
    // Redis' connection may come a moment later than the port.
    await expect.poll(async () => (await signIn()).status).toBe(303);
    const cookie = ((await signIn()).headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
    const answer = await fetch(`${url}/api/v1/surveys/links`, {
      headers: { cookie, traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, "x-request-id": "r-7" },
    });
    expect(await answer.json()).toEqual({ data: [] });

    const received = behind.survey.received.at(-1);
    expect(received?.headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    expect(received?.headers["x-request-id"]).toBe("r-7");
    expect(received?.headers["x-api-key"]).toBe("the-key-of-survey");
    expect(behind.auth.received.at(-1)?.headers["x-api-key"]).toBe("the-key-of-auth");

    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect((await ended)[0]).toBe(0);
    const spans = receiver.spans.filter(({ traceId }) => traceId === TRACE);
    const server = spans.find(({ kind }) => kind === 2);
    const client = spans.find(({ name }) => name === "GET survey");
    expect(server?.name).toBe("GET /api/v1/surveys/links");
    expect(client).toMatchObject({ kind: 3, parentSpanId: server?.spanId });
    expect(received?.headers.traceparent).toContain(client?.spanId);
    const secrets = [link.secret, cookie.split("=")[1] ?? "", "ada@example.org", "the-key", "127.0.0.1"];
    for (const secret of secrets) expect(logs).not.toContain(secret);
    expect(JSON.stringify(receiver.spans)).not.toContain(link.secret);
  } finally {
    child.kill("SIGKILL");
  }
});
