import { once } from "node:events";
import { createServer, request, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { whenAnswered } from "../answered.ts";

interface Told {
  readonly status: number;
  readonly seconds: number;
}

const told: Told[] = [];
let answer: (response: ServerResponse) => void;
const server = createServer((_request, response) => {
  whenAnswered(response, (status, seconds) => told.push({ status, seconds }));
  answer(response);
});

afterEach(async () => {
  told.length = 0;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function ask(): Promise<ReturnType<typeof request>> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return request({ host: "127.0.0.1", port }).end();
}

test("an answer is told once, with its status and the time that it took", async () => {
  answer = (response) => setTimeout(() => response.writeHead(503).end("no"), 20);
  const [response] = await once(await ask(), "response");
  response.resume();
  await once(response, "end");
  await expect.poll(() => told).toMatchObject([{ status: 503 }]);
  // A timer may be a millisecond early.
  expect(told[0]?.seconds).toBeGreaterThan(0.018);
  server.closeAllConnections();
  await sleep(20);
  expect(told).toHaveLength(1);
});

test("a caller that leaves before the answer is a 499", async () => {
  const began = new Promise<void>((resolve) => {
    answer = () => resolve();
  });
  const asked = await ask();
  asked.on("error", () => {});
  await began;
  asked.destroy();
  await expect.poll(() => told).toMatchObject([{ status: 499 }]);
});

test("a caller that leaves within the answer has its status", async () => {
  answer = (response) => response.writeHead(200).write("the first part");
  const asked = await ask();
  asked.on("error", () => {});
  await once(asked, "response");
  asked.destroy();
  await expect.poll(() => told).toMatchObject([{ status: 200 }]);
});
