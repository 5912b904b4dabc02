import { describe, expect, it } from "vitest";
import { type CallSpec, callEnvironment, callProblems } from "../../services/call.ts";
import { CALL_FIELDS } from "../../services/call-fields.ts";

const survey = { name: "survey", reaches: ["survey-1:3001", "survey-2:3001"] };

describe("the settings of a call", () => {
  it("say where each replica is, and nothing that was left out", () => {
    expect(callEnvironment(survey, {})).toEqual({ SURVEY_URLS: "http://survey-1:3001,http://survey-2:3001" });
  });

  it("say all that was given, in the units of the client", () => {
    const call: CallSpec = {
      ...{ timeout: "20s", connect: "250ms", balancing: "in-turn" },
      retries: { methods: ["GET", "PUT"], tries: 3, tryTimeout: "1s500ms", percent: 10, least: "0.5/s" },
      breaker: { percent: 60, least: 5, window: "1m", open: "2s" },
      outliers: { failures: 3, ejection: "5s", longest: "1m", percent: 34 },
      concurrency: { most: 8, waiting: 0 },
    };
    expect(callEnvironment({ name: "the-survey", reaches: [] }, call)).toEqual({
      THE_SURVEY_URLS: "",
      THE_SURVEY_TIMEOUT_MS: "20000",
      THE_SURVEY_CONNECT_TIMEOUT_MS: "250",
      THE_SURVEY_RETRY_METHODS: "GET,PUT",
      THE_SURVEY_TRIES: "3",
      THE_SURVEY_TRY_TIMEOUT_MS: "1500",
      THE_SURVEY_RETRY_PERCENT: "10",
      THE_SURVEY_RETRIES_PER_MINUTE: "30",
      THE_SURVEY_BREAKER_PERCENT: "60",
      THE_SURVEY_BREAKER_LEAST: "5",
      THE_SURVEY_BREAKER_WINDOW_MS: "60000",
      THE_SURVEY_BREAKER_OPEN_MS: "2000",
      THE_SURVEY_OUTLIER_FAILURES: "3",
      THE_SURVEY_OUTLIER_EJECTION_MS: "5000",
      THE_SURVEY_OUTLIER_LONGEST_MS: "60000",
      THE_SURVEY_OUTLIER_PERCENT: "34",
      THE_SURVEY_BALANCING: "in-turn",
      THE_SURVEY_CALLS_MOST: "8",
      THE_SURVEY_CALLS_WAITING: "0",
    });
    expect(callProblems(call)).toEqual([]);
  });

  it("turn parts off", () => {
    const none = { retries: false, breaker: false, outliers: false, concurrency: false } as const;
    expect(callEnvironment(survey, none)).toMatchObject({
      SURVEY_TRIES: "1",
      SURVEY_BREAKER_PERCENT: "0",
      SURVEY_OUTLIER_FAILURES: "0",
      SURVEY_CALLS_MOST: "0",
    });
    expect(callProblems(none)).toEqual([]);
  });

  it("have a name each", () => {
    expect(new Set(CALL_FIELDS.map(({ suffix }) => suffix)).size).toBe(CALL_FIELDS.length);
  });
});

describe("a call that makes no sense", () => {
  const refusals: readonly (readonly [call: object, property: string, says: RegExp])[] = [
    [{ timeout: "0s" }, "timeout", /at least 0.05 seconds/],
    [{ timeout: "11m" }, "timeout", /at most 600 seconds/],
    [{ timeout: "1.5s" }, "timeout", /Write "1500ms"/],
    [{ timeout: 5 }, "timeout", /Write "5s"/],
    [{ timeout: "-5s" }, "timeout", /a duration/],
    [{ timeout: Number.NaN }, "timeout", /a duration/],
    [{ timeout: null }, "timeout", /a duration/],
    [{ connect: "1ms" }, "connect", /at least 0.01/],
    [{ connect: "9s" }, "connect", /at most `timeout`, which is "8s"/],
    [{ timeuot: "5s" }, "timeuot", /Did you mean timeout\?/],
    [{ retries: true }, "retries", /or false for none/],
    [{ retries: 3 }, "retries", /or false for none/],
    [{ retries: null }, "retries", /or false for none/],
    [{ retries: [] }, "retries", /or false for none/],
    [{ retries: { tries: 1 } }, "retries.tries", /Say `retries: false`/],
    [{ retries: { tries: 0 } }, "retries.tries", /Say `retries: false`/],
    [{ retries: { tries: 6 } }, "retries.tries", /from 2 to 5/],
    [{ retries: { tries: 2.5 } }, "retries.tries", /from 2 to 5/],
    [{ retries: { tries: Number.NaN } }, "retries.tries", /from 2 to 5/],
    [{ retries: { tries: Number.POSITIVE_INFINITY } }, "retries.tries", /from 2 to 5/],
    [{ retries: { tris: 2 } }, "retries.tris", /Did you mean retries.tries\?/],
    [{ retries: { methods: [] } }, "retries.methods", /Say `retries: false`/],
    [{ retries: { methods: ["POST"] } }, "retries.methods", /Leave "POST" out/],
    [{ retries: { methods: ["get"] } }, "retries.methods", /in capitals/],
    [{ retries: { methods: "GET" } }, "retries.methods", /a list/],
    [{ retries: { methods: ["GET", "GET"] } }, "retries.methods", /each method once/],
    [{ retries: { tryTimeout: "9s" } }, "retries.tryTimeout", /at most `timeout`, which is "8s"/],
    [{ retries: { percent: 0 } }, "retries.percent", /Say `retries: false`/],
    [{ retries: { percent: 0.2 } }, "retries.percent", /It is in percent: 20/],
    [{ retries: { percent: 101 } }, "retries.percent", /from 1 to 100/],
    [{ retries: { least: 1 } }, "retries.least", /such as "1\/s"/],
    [{ retries: { least: "-1/s" } }, "retries.least", /such as "1\/s"/],
    [{ retries: { least: "1/h" } }, "retries.least", /whole numbers a minute/],
    [{ retries: { least: "1001/s" } }, "retries.least", /to "1000\/s"/],
    [{ breaker: { percent: 0 } }, "breaker.percent", /Say `breaker: false`/],
    [{ breaker: { least: 0 } }, "breaker.least", /from 1/],
    [{ breaker: { window: "500ms" } }, "breaker.window", /at least a second/],
    [{ breaker: { open: "0s" } }, "breaker.open", /at least 0.1 seconds/],
    [{ outliers: { failures: 0 } }, "outliers.failures", /Say `outliers: false`/],
    [{ outliers: { ejection: "6m" } }, "outliers.ejection", /at most `outliers.longest`, which is "5m"/],
    [{ outliers: { longest: "1s" } }, "outliers.ejection", /at most `outliers.longest`, which is "1s"/],
    [{ outliers: { percent: -1 } }, "outliers.percent", /from 1 to 100/],
    [{ balancing: "round-robin" }, "balancing", /one of least-requests, in-turn/],
    [{ balancing: "least-request" }, "balancing", /Did you mean least-requests\?/],
    [{ concurrency: { most: 0 } }, "concurrency.most", /Say `concurrency: false`/],
    [{ concurrency: { waiting: -1 } }, "concurrency.waiting", /from 0/],
    [{ concurrency: { queue: 3 } }, "concurrency.queue", /one of most, waiting/],
  ];

  it.each(refusals)("fails: %j", (call, property, says) => {
    const problems = callProblems(call as CallSpec);
    expect(problems.map((problem) => problem.property)).toEqual([property]);
    expect(`${problems[0]?.allowed}. ${problems[0]?.fix}`).toMatch(says);
  });

  it.each([null, undefined, "5s", ["5s"], 5])("fails with %j, which is no call", (call) => {
    expect(callProblems(call as unknown as CallSpec)).toMatchObject([{ property: "call", given: call }]);
  });

  it("fails with all problems at once", () => {
    const call = { timeout: "0s", retrys: {}, retries: { tries: 9, methods: ["PATCH"] }, breaker: { least: -1 } };
    const properties = callProblems(call as unknown as CallSpec).map(({ property }) => property);
    expect(properties).toEqual(["retrys", "timeout", "retries.methods", "retries.tries", "breaker.least"]);
  });

  it("is none at the ends of what is allowed", () => {
    for (const call of [
      { timeout: "600s" },
      { timeout: "50ms" },
      { timeout: "50ms", connect: "50ms" },
      { retries: { least: "0/s" } },
    ]) {
      expect(callProblems(call as CallSpec)).toEqual([]);
    }
  });
});
