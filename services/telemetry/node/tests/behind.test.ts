import fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refuseWhileBehind } from "../index.ts";

let app: FastifyInstance;
let handler: () => Promise<void>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  app = fastify();
  handler = refuseWhileBehind(app, { retryAfterSeconds: 7 });
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

const refusal = { status: 503, kind: "overloaded", headers: { "Retry-After": "7" } };

test("what the start took is no lag: nobody is refused in its first seconds", async () => {
  await app.ready();
  for (const milliseconds of [0, 2990]) {
    vi.advanceTimersByTime(milliseconds);
    await expect(handler()).resolves.toBeUndefined();
  }
});

test("fails from then on, in words and with when to ask again", async () => {
  await app.ready();
  vi.advanceTimersByTime(3010);
  await expect(handler()).rejects.toMatchObject(refusal);
});

test("a start that takes long is the start until it has ended", async () => {
  vi.advanceTimersByTime(60_000);
  await expect(handler()).resolves.toBeUndefined();
  await app.ready();
  await expect(handler()).resolves.toBeUndefined();
  vi.advanceTimersByTime(3010);
  await expect(handler()).rejects.toMatchObject(refusal);
});
