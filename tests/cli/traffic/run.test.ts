import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { Visit } from "../../../cli/traffic/mix.ts";
import { MOST_UNDER_WAY, quantile, sendTraffic } from "../../../cli/traffic/run.ts";
import { endOnSignals, isOwn, trafficText, wantedTraffic } from "../../../cli/traffic.ts";
import { createAsk } from "../../../cli/verify/ask.ts";

const NEVER = new AbortController().signal;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that answers each path with the status in it, and counts. */
async function server(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const listening = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    if (request.url === "/hangs") return;
    response.writeHead(Number(request.url?.slice(1))).end();
  });
  closing.push(() => {
    listening.closeAllConnections();
    listening.close();
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, asked };
}

const visit = (url: string, path: string, weight = 1, json?: unknown): Visit => ({
  name: path,
  weight,
  request: () => ({ url: `${url}${path}`, headers: {}, ...(json === undefined ? {} : { json }) }),
});

describe("traffic", () => {
  it("is sent at its rate for its time, and counted by what came back", async () => {
    const { url, asked } = await server();
    const visits = [visit(url, "/200", 2), visit(url, "/404"), visit(url, "/429"), visit(url, "/503", 1, { a: 1 })];
    const { visited, seconds, skipped } = await sendTraffic({
      visits,
      rate: 50,
      seconds: 1,
      ask: createAsk(),
      signal: NEVER,
    });
    expect(asked).toHaveLength(50);
    expect(asked.filter((one) => one === "POST /503")).toHaveLength(10);
    expect(seconds).toBeGreaterThan(0.9);
    expect(skipped).toBe(0);
    const counts = [...visited].map(([name, { count, errors, refused }]) => [name, count, errors, refused]);
    expect(counts).toEqual([
      ["/200", 20, 0, 0],
      ["/404", 10, 0, 0],
      ["/429", 10, 0, 10],
      ["/503", 10, 10, 0],
    ]);
    expect([...visited.values()].every(({ milliseconds, count }) => milliseconds.length === count)).toBe(true);
  });

  it("ends at once when it is told to, and counts what nobody answers as errors without a time", async () => {
    const { url, asked } = await server();
    const end = new AbortController();
    const told: number[] = [];
    setTimeout(() => end.abort(), 1300);
    const visits = [visit("http://127.0.0.1:9", "/x"), visit(url, "/204")];
    const running = sendTraffic({
      visits,
      rate: 10,
      seconds: 600,
      ask: createAsk(),
      signal: end.signal,
      told: (seconds) => told.push(seconds),
    });
    const { visited, seconds } = await running;
    expect(seconds).toBeLessThan(5);
    expect(told).toHaveLength(1);
    const lost = visited.get("/x");
    expect(lost?.errors).toBe(lost?.count);
    expect(lost?.milliseconds).toEqual([]);
    expect(visited.get("/204")?.count).toBe(asked.length);
  });

  it("asks no more where as many are without an answer as may be", async () => {
    const hanging: (() => void)[] = [];
    const ask = () =>
      new Promise<never>((_, refuse) => {
        hanging.push(() => refuse(new Error("late")));
        if (hanging.length !== MOST_UNDER_WAY) return;
        setTimeout(() => {
          for (const end of hanging) end();
        }, 500);
      });
    const { skipped, visited } = await sendTraffic({
      visits: [visit("", "/hangs")],
      rate: 1000,
      seconds: 0.25,
      ask,
      signal: NEVER,
    });
    expect(skipped).toBe(250 - MOST_UNDER_WAY);
    expect(visited.get("/hangs")?.errors).toBe(MOST_UNDER_WAY);
  });
});

it.each(["SIGINT", "SIGTERM"] as const)("ends by %s, also where it comes twice, and hears none afterwards", (name) => {
  const before = process.listenerCount(name);
  const { signal, release } = endOnSignals();
  expect(signal.aborted).toBe(false);
  process.emit(name);
  expect([signal.aborted, process.listenerCount(name)]).toEqual([true, before + 1]);
  process.emit(name);
  release();
  expect(process.listenerCount(name)).toBe(before);
});

describe("how much is sent", () => {
  it.each([
    [{}, { seconds: 60, rate: 20 }],
    [
      { seconds: ["1"], rate: ["1"] },
      { seconds: 1, rate: 1 },
    ],
    [
      { seconds: ["600"], rate: ["100"] },
      { seconds: 600, rate: 100 },
    ],
  ])("is what was asked for: %j", (texts, wanted) => {
    expect(wantedTraffic({ texts })).toEqual(wanted);
  });

  it("fails for all that is wrong at once", () => {
    expect(() => wantedTraffic({ texts: { seconds: ["601"], rate: ["0"] } })).toThrow(
      '--seconds: got "601"; allowed: a whole number from 1 to 600.\n--rate: got "0"; allowed: a whole number from 1 to 100.',
    );
    for (const rate of ["101", "1.5", "-1", "1e2", "", " 5", "many"]) {
      expect(() => wantedTraffic({ texts: { rate: [rate] } }), rate).toThrow("allowed: a whole number from 1 to 100");
    }
    expect(() => wantedTraffic({ texts: { rate: ["1", "2"] } })).toThrow("--rate is given 2 times");
  });
});

describe("a route of this machine's people alone", () => {
  it.each([
    ["http://localhost/", true],
    ["http://127.0.0.1:8080/", true],
    ["http://127.1.2.3/", true],
    ["https://shop.example/", false],
    ["http://10.0.0.1/", false],
    ["http://localhost.example/", false],
    ["http://127.0.0.1.example/", false],
  ])("is one on the loopback: %s %s", (url, own) => {
    expect(isOwn({ name: "x", service: "x", edge: "edge", url })).toBe(own);
  });
});

describe("the summary", () => {
  it("has a line a route and the sum, and says what was not sent", () => {
    const visited = new Map([
      ["GET /", { count: 3, errors: 0, refused: 0, milliseconds: [4, 1, 2] }],
      ["GET /slow", { count: 2, errors: 2, refused: 1, milliseconds: [] }],
    ]);
    const lines = stripVTControlCharacters(trafficText({ visited, seconds: 2, skipped: 7 }))
      .trim()
      .split("\n");
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ["route", "requests", "errors", "refused (429)", "p50", "p95"],
      ["GET /", "3", "0", "0", "2.0 ms", "4.0 ms"],
      ["GET /slow", "2", "2", "1", "–", "–"],
      ["together", "5", "2", "1", "2.0 ms", "4.0 ms"],
      [""],
      ["2.5 requests a second for 2 s. 7 were not sent: too many were still without an answer."],
    ]);
  });

  it.each([
    [[5], 0.95, 5],
    [[1, 2], 0.5, 1],
    [[3, 1, 2], 0.5, 2],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
    [[], 0.5, undefined],
  ])("has the quantile of %j at %d: %s", (values, share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });
});
