import { expect, test } from "vitest";
import { SettingsError } from "../../../telemetry/node/index.ts";
import { readSettings } from "../../src/survey/settings.ts";
import { newFile } from "./running.ts";

const secret = newFile("s3cret\n");

const least = {
  REDCAP_URL: "https://redcap.example.org/api/",
  REDCAP_TOKEN_FILE: secret,
  REDIS_HOST: "redis",
  REDIS_USER: "survey",
  REDIS_PASSWORD_FILE: secret,
  REDIS_KEY_PREFIX: "survey:",
  API_KEYS_FILE: secret,
};

function namesRefused(values: Record<string, string>): string[] {
  try {
    readSettings(values);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map((problem) => problem.name).sort();
    throw error;
  }
  return [];
}

test("defaults", () => {
  expect(readSettings(least)).toMatchObject({
    redcap: {
      url: "https://redcap.example.org/api/",
      tokenFile: secret,
      instrument: "request",
      timeoutMs: 3000,
      breakerResetMs: 5000,
    },
    incompleteMax: 3,
    cacheSeconds: 5,
    lockWaitMs: 5000,
    called: { auth: "api-key", keysFile: secret },
    server: { port: 3001 },
  });
});

test("fails naming everything that is missing", () => {
  expect(namesRefused({})).toEqual(Object.keys(least).sort());
});

test.each(["ftp://redcap/", "redcap", "http://user:pw@redcap/api/", "http://redcap/api/?x=1", "http://redcap/#x"])(
  "fails on the address %s",
  (url) => {
    expect(namesRefused({ ...least, REDCAP_URL: url })).toEqual(["REDCAP_URL"]);
  },
);

test("fails naming everything that is wrong", () => {
  const wrong = {
    REDCAP_INSTRUMENT: "Request'",
    REDCAP_TIMEOUT_MS: "10001",
    REDCAP_BREAKER_RESET_MS: "0",
    INCOMPLETE_REQUESTS_MAX: "0",
    CACHE_SECONDS: "61",
    LOCK_WAIT_MS: "-1",
  };
  expect(namesRefused({ ...least, ...wrong })).toEqual(Object.keys(wrong).sort());
});
