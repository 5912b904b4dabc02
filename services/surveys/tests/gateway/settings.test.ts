import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { callDefaults } from "../../../calls/index.ts";
import { SettingsError } from "../../../telemetry/node/index.ts";
import { readSettings } from "../../src/gateway/settings.ts";
import { loadParts, type Parts } from "../../src/gateway/within.ts";

const secret = path.join(mkdtempSync(path.join(tmpdir(), "gateway-")), "secret");
writeFileSync(secret, "s3cret\n");

const given = {
  PUBLIC_URL: "https://surveys.example/",
  SURVEY_URL: "http://survey:3001",
  AUTH_URL: "http://auth:3002/",
  HEALTH_URL: "http://health:3003",
  SURVEY_KEYS_FILE: secret,
  AUTH_KEYS_FILE: secret,
  HEALTH_KEYS_FILE: secret,
  REDIS_HOST: "redis",
  REDIS_USER: "gateway",
  REDIS_PASSWORD_FILE: secret,
  REDIS_KEY_PREFIX: "gateway:",
};

function problemsOf(values: Record<string, string>, parts: Parts = {}): string[] {
  try {
    readSettings(values, parts);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ name }) => name);
    throw error;
  }
  return [];
}

test("defaults", () => {
  expect(readSettings(given)).toEqual({
    publicOrigin: "https://surveys.example",
    secureCookies: true,
    sessionMinutes: 480,
    rateLimitPerMinute: 120,
    redis: { host: "redis", port: 6379, user: "gateway", passwordFile: secret, keyPrefix: "gateway:" },
    upstreams: {
      survey: { call: callDefaults(["http://survey:3001"]), calling: { auth: "api-key", keysFile: secret } },
      auth: { call: callDefaults(["http://auth:3002"]), calling: { auth: "api-key", keysFile: secret } },
      health: { call: callDefaults(["http://health:3003"]), calling: { auth: "api-key", keysFile: secret } },
    },
    server: expect.objectContaining({ port: 3000 }),
  });
});

test("cookies are for TLS where people's browsers use it, unless it is said otherwise", () => {
  const plain = { ...given, PUBLIC_URL: "http://127.0.0.1:8080" };
  expect(readSettings(plain).secureCookies).toBe(false);
  expect(readSettings({ ...plain, SECURE_COOKIES: "true" }).secureCookies).toBe(true);
  expect(readSettings({ ...given, SECURE_COOKIES: "false" }).secureCookies).toBe(false);
});

test("fails naming everything that is missing", () => {
  expect(problemsOf({}).sort()).toEqual(Object.keys(given).sort());
});

test("fails naming everything that is wrong", () => {
  const wrong = {
    PUBLIC_URL: "surveys.example",
    SURVEY_URL: "ftp://survey",
    AUTH_URL: "http://user:word@auth",
    HEALTH_URL: "http://health/?x=1",
    SESSION_MINUTES: "1441",
    RATE_LIMIT_PER_MINUTE: "0",
    SECURE_COOKIES: "yes",
    SURVEY_TIMEOUT_MS: "x",
    AUTH_RETRY_METHODS: "POST",
  };
  expect(problemsOf({ ...given, ...wrong }).sort()).toEqual(Object.keys(wrong).sort());
});

test("a service within needs its own settings, and no address and no key", async () => {
  const { SURVEY_URL: _url, SURVEY_KEYS_FILE: _keys, ...others } = given;
  const within = {
    ...others,
    SURVEYS_WITHIN: " survey ",
    REDCAP_URL: "https://redcap.example/api/",
    REDCAP_TOKEN_FILE: secret,
    SURVEY_REDIS_HOST: "redis",
    SURVEY_REDIS_USER: "survey",
    SURVEY_REDIS_PASSWORD_FILE: secret,
    SURVEY_REDIS_KEY_PREFIX: "survey:",
  };
  const { upstreams } = readSettings(within, await loadParts(within));
  expect(upstreams).toEqual({
    survey: { open: expect.any(Function), timeoutMs: 8000 },
    auth: { call: callDefaults(["http://auth:3002"]), calling: { auth: "api-key", keysFile: secret } },
    health: { call: callDefaults(["http://health:3003"]), calling: { auth: "api-key", keysFile: secret } },
  });
});

test("fails naming everything that is wrong, also with the services within, each once", async () => {
  const within = {
    ...{ SURVEYS_WITHIN: "survey,auth,health", PUBLIC_URL: "surveys.example", RATE_LIMIT_PER_MINUTE: "0" },
    ...{ REDIS_HOST: "redis", REDIS_USER: "gateway", REDIS_PASSWORD_FILE: secret, REDIS_KEY_PREFIX: "gateway:" },
    ...{ REDCAP_TIMEOUT_MS: "1", CHECK_SECONDS: "x", LINKS_MOST: "0" },
  };
  const redisOf = (name: string) =>
    ["HOST", "KEY_PREFIX", "PASSWORD_FILE", "USER"].map((part) => `${name}_REDIS_${part}`);
  expect(problemsOf(within, await loadParts(within)).sort()).toEqual(
    [
      ...["PUBLIC_URL", "RATE_LIMIT_PER_MINUTE", "REDCAP_URL", "REDCAP_TOKEN_FILE", "REDCAP_TIMEOUT_MS"],
      ...["CHECK_SECONDS", "SMTP_URL", "MAIL_FROM", "USER_ID_KEY_FILE", "LINKS_MOST"],
      ...[...redisOf("SURVEY"), ...redisOf("AUTH")],
    ].sort(),
  );
});

test.each(["surveys", "survey,gateway", "survey,survey", "survey;auth", "survey,"])(
  "fails with %j within",
  async (words) => {
    const within = { ...given, SURVEYS_WITHIN: words };
    expect(problemsOf(within, await loadParts(within))).toContain("SURVEYS_WITHIN");
  },
);
