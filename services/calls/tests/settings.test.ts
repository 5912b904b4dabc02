import { expect, test } from "vitest";
import { readEnvironment, SettingsError } from "../../telemetry/node/index.ts";
import { callDefaults, readCallSettings } from "../index.ts";

function read(values: Record<string, string>) {
  const environment = readEnvironment(values);
  const settings = readCallSettings(environment, "the-survey");
  environment.finish();
  return settings;
}

function problemsOf(values: Record<string, string>): string[] {
  try {
    read(values);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ name }) => name);
    throw error;
  }
  return [];
}

test("defaults, with the address of the service", () => {
  expect(read({ THE_SURVEY_URL: "http://survey:3001/" })).toEqual({
    urls: ["http://survey:3001"],
    timeoutMs: 8000,
    connectMs: 1000,
    retries: {
      methods: new Set(["GET", "HEAD"]),
      tries: 2,
      tryTimeoutMs: 4000,
      budget: { percent: 20, perMinute: 60 },
    },
    breaker: { percent: 50, least: 20, windowMs: 10_000, openMs: 5000 },
    outliers: { failures: 5, ejectionMs: 10_000, longestMs: 300_000, percent: 50 },
    balancing: "least-requests",
    concurrency: { most: 128, waiting: 128 },
  });
  expect(callDefaults(["http://survey:3001"])).toEqual(read({ THE_SURVEY_URL: "http://survey:3001" }));
});

test("the addresses of replicas count before that of the service", () => {
  const urls = "http://survey-1:3001, https://survey-2:3001/";
  const { urls: found } = read({ THE_SURVEY_URL: "http://survey:3001", THE_SURVEY_URLS: urls });
  expect(found).toEqual(["http://survey-1:3001", "https://survey-2:3001"]);
});

test("half of another time limit is that of a try, unless it is said", () => {
  const url = { THE_SURVEY_URL: "http://survey:3001" };
  expect(read({ ...url, THE_SURVEY_TIMEOUT_MS: "3001" }).retries.tryTimeoutMs).toBe(1501);
  expect(read({ ...url, THE_SURVEY_TRY_TIMEOUT_MS: "700" }).retries.tryTimeoutMs).toBe(700);
});

test("fails without an address", () => {
  expect(problemsOf({})).toEqual(["THE_SURVEY_URL"]);
});

test("fails naming everything that is wrong", () => {
  const wrong = {
    THE_SURVEY_URLS: "http://survey-1:3001,survey-2:3001",
    THE_SURVEY_TIMEOUT_MS: "0",
    THE_SURVEY_CONNECT_TIMEOUT_MS: "-1",
    THE_SURVEY_RETRY_METHODS: "GET,POST",
    THE_SURVEY_TRIES: "6",
    THE_SURVEY_TRY_TIMEOUT_MS: "NaN",
    THE_SURVEY_RETRY_PERCENT: "0",
    THE_SURVEY_RETRIES_PER_MINUTE: "1.5",
    THE_SURVEY_BREAKER_PERCENT: "101",
    THE_SURVEY_BREAKER_LEAST: "0",
    THE_SURVEY_BREAKER_WINDOW_MS: "999",
    THE_SURVEY_BREAKER_OPEN_MS: "5s",
    THE_SURVEY_OUTLIER_FAILURES: "1001",
    THE_SURVEY_OUTLIER_EJECTION_MS: "99",
    THE_SURVEY_OUTLIER_LONGEST_MS: "3600001",
    THE_SURVEY_OUTLIER_PERCENT: "0",
    THE_SURVEY_BALANCING: "random",
    THE_SURVEY_CALLS_MOST: "10001",
    THE_SURVEY_CALLS_WAITING: "x",
  };
  const values = { ...wrong, THE_SURVEY_URL: "http://survey:3001" };
  expect(problemsOf(values).sort()).toEqual(Object.keys(wrong).sort());
});
