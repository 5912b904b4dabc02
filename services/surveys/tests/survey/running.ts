import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { InstrumentedServer } from "../../../telemetry/node/index.ts";
import type { RedisSettings } from "../../src/between/redis.ts";
import type { Faults } from "../../src/redcap-stand-in/faults.ts";
import type { StoredRecord } from "../../src/redcap-stand-in/records.ts";
import { newRedcapStandIn } from "../../src/redcap-stand-in/service.ts";
import { newSurveyService } from "../../src/survey/service.ts";
import type { Settings } from "../../src/survey/settings.ts";

/** A key that the service takes. */
export const KEY = "key-one";

/** Another one that it takes as well. */
export const SECOND_KEY = "key-two";

/** What was answered, with its body as JSON or else as text. */
export interface Answer {
  /** HTTP's. */
  readonly status: number;
  /** As they arrived. */
  readonly headers: Headers;
  /** The body as it came. */
  readonly text: string;
  /** The same as JSON, where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test compares what it gets
  readonly body: any;
  /** Milliseconds until it was whole. */
  readonly took: number;
}

/** The stand-in for REDCap, listening. */
export interface StandIn {
  /** Address of its API. */
  readonly url: string;
  /** Path of the file with its token. */
  readonly tokenFile: string;
  /** Sets its faults; `{}` for none. */
  fail(faults: Faults): Promise<void>;
  /** All its records. */
  records(): Promise<StoredRecord[]>;
  /** Ends it. */
  close(): Promise<void>;
}

/** The service `survey`, listening. */
export interface Survey {
  /** Its address, without a slash at its end. */
  readonly url: string;
  /** Asks a path below `/api/v1/surveys`, with a key. */
  ask(path: string, init?: RequestInit): Promise<Answer>;
  /** Makes a request of a user. */
  make(userId: string): Promise<Answer>;
  /** The value of a line of its metrics. */
  metric(line: string): Promise<number>;
  /** Ends it. */
  close(): Promise<void>;
}

/** Starts the stand-in. */
export async function startStandIn(): Promise<StandIn> {
  const tokenFile = newFile("t0ken\n");
  const server = await newRedcapStandIn("redcap-stand-in", "test", {
    tokenFile,
    instrument: "request",
    publicUrl: "http://localhost:8090",
  });
  const url = await listen(server);
  return {
    url: `${url}/api/`,
    tokenFile,
    fail: async (faults) => {
      const headers = { "content-type": "application/json" };
      const answer = await ask(`${url}/faults`, { method: "PUT", body: JSON.stringify(faults), headers });
      if (answer.status !== 200) throw new Error(answer.text);
    },
    records: async () => (await ask(`${url}/records`)).body,
    close: () => server.app.close(),
  };
}

/** Starts the service over a stand-in and a Redis, and waits until it has its connection to Redis. */
export async function startSurvey(
  standIn: Pick<StandIn, "url" | "tokenFile">,
  redis: RedisSettings,
  changed: Partial<Settings> & { readonly timeoutMs?: number; readonly breakerResetMs?: number } = {},
): Promise<Survey> {
  const { timeoutMs = 3000, breakerResetMs = 5000, ...others } = changed;
  const server = await newSurveyService("survey", "test", {
    redcap: { url: standIn.url, tokenFile: standIn.tokenFile, instrument: "request", timeoutMs, breakerResetMs },
    redis,
    incompleteMax: 3,
    cacheSeconds: 5,
    lockWaitMs: 5000,
    called: { auth: "api-key", keysFile: newFile(`${KEY}\n${SECOND_KEY}\n`) },
    server: { port: 0, logLevel: "info", shutdownDelaySeconds: 0, shutdownTimeoutSeconds: 1, tracing: undefined },
    ...others,
  });
  const url = await listen(server);
  const survey: Survey = {
    url,
    ask: (address, init = {}) =>
      ask(`${url}/api/v1/surveys${address}`, { ...init, headers: { "x-api-key": KEY, ...init.headers } }),
    make: (userId) => {
      const headers = { "x-api-key": KEY, "content-type": "application/json" };
      const body = JSON.stringify({ userId, email: `${userId}@example.org` });
      return ask(`${url}/api/v1/surveys/requests`, { method: "POST", body, headers });
    },
    metric: async (line) => {
      const found = (await ask(`${url}/metrics`)).text.split("\n").find((one) => one.startsWith(`${line} `));
      return Number(found?.slice(line.length + 1));
    },
    close: () => server.app.close(),
  };
  // Without one a list is "unavailable" in the cache; no user is asked for otherwise.
  while (others.cacheSeconds !== 0 && (await survey.metric('request_list_lookups_total{result="miss"}')) === 0) {
    await survey.ask(`/requests?userId=nobody-${randomUUID().slice(0, 8)}`);
  }
  return survey;
}

/** Asks an address. */
export async function ask(url: string, init?: RequestInit): Promise<Answer> {
  const began = performance.now();
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const took = performance.now() - began;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : text, took };
}

/** The path of a new file with a text in it. */
export function newFile(text: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "survey-")), "file");
  writeFileSync(file, text);
  return file;
}

async function listen({ app }: InstrumentedServer): Promise<string> {
  return app.listen({ host: "127.0.0.1", port: 0 });
}
