import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { LightMyRequestResponse } from "fastify";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Demo, newDemo } from "./demo.ts";
import { captureLines } from "./lines.ts";

let demo: Demo;
let lines: () => Record<string, unknown>[];

beforeEach(() => {
  lines = captureLines();
  demo = newDemo();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await demo.app.close();
});

function expectProblem(answer: LightMyRequestResponse, status: number): Record<string, unknown> {
  expect(answer.statusCode).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.headers["cache-control"]).toBe("no-store");
  const body = answer.json() as Record<string, unknown>;
  expect(body.status).toBe(status);
  expect(body.request_id).toBe(answer.headers["x-request-id"]);
  return body;
}

test("fails with a problem and no trace on a defect, and logs it", async () => {
  const answer = await demo.ask({ url: "/things/crash", headers: { "x-request-id": "r1" } });
  expect(expectProblem(answer, 500)).toEqual({
    type: "about:blank",
    title: "Internal Server Error",
    status: 500,
    detail: "Something failed inside the service. Give the request id to its team.",
    request_id: "r1",
  });
  const [defect, request] = lines();
  expect(defect).toMatchObject({ level: "error", request_id: "r1" });
  expect(defect?.exc_info).toContain("secret inner words");
  expect(request).toMatchObject({ level: "error", status: 500 });
});

test("fails with the kind and headers of an expected problem", async () => {
  const answer = await demo.ask("/things/refused");
  expect(expectProblem(answer, 409)).toMatchObject({ type: "urn:vigie:problem:taken", title: "Conflict" });
  expect(answer.headers["retry-after"]).toBe("3");
});

test("fails on unknown addresses and other methods", async () => {
  expectProblem(await demo.ask("/nope"), 404);
  expectProblem(await demo.ask("/things/"), 404);
  expectProblem(await demo.ask("/%zz"), 400);
  const method = await demo.ask({ method: "DELETE", url: "/things" });
  expectProblem(method, 405);
  expect(method.headers.allow).toBe("GET, HEAD, POST");
});

test.each(["TRACE", "QUERY", "PATCH", "OPTIONS"] as const)("fails with %s, whatever its body is", async (method) => {
  const headers = { "content-type": "application/json" };
  const answer = await demo.ask({ method, url: "/things", payload: "{", headers });
  expectProblem(answer, 405);
  expect(answer.headers.allow).toBe("GET, HEAD, POST");
});

test.each([
  ["{", "application/json", 400],
  ["", "application/json", 400],
  ['{"__proto__": {"a": 1}}', "application/json", 400],
  ["name=a", "application/x-www-form-urlencoded", 415],
  ["name", "text/plain", 415],
  [`{"name": "${"x".repeat(20_000)}"}`, "application/json", 413],
])("fails on a body that can't be read: %#", async (payload, type, status) => {
  expectProblem(await demo.ask({ method: "POST", url: "/things", payload, headers: { "content-type": type } }), status);
});

test("fails with every wrong part of a body", async () => {
  const payload = { size: 10, parts: [{ weight: 1 }, { weight: "x" }, {}], nme: "a", constructor: 1 };
  const body = expectProblem(await demo.ask({ method: "POST", url: "/things", payload }), 400);
  expect(body.type).toBe("urn:vigie:problem:invalid-parameters");
  const errors = body.errors as { parameter: string }[];
  const allowed = ["name", "size", "parts"];
  expect(Object.fromEntries(errors.map(({ parameter, ...rest }) => [parameter, rest]))).toEqual({
    name: { got: null, allowed: "1 to 5 letters" },
    size: { got: "10", allowed: "a whole number from 1 to 9" },
    "parts.1.weight": { got: "x", allowed: "a number" },
    "parts.2.weight": { got: null, allowed: "a number" },
    nme: { got: "a", allowed },
    constructor: { got: "1", allowed },
  });
});

test.each(["1", "[]", "null", '"x"'])("fails on the body %s, which is no object", async (payload) => {
  const headers = { "content-type": "application/json" };
  const body = expectProblem(await demo.ask({ method: "POST", url: "/things", payload, headers }), 400);
  const [error] = body.errors as object[];
  expect(error).toMatchObject({ parameter: "body", allowed: "a JSON object with name, size, parts" });
});

test("fails with a bounded answer on a body of many wrong members", async () => {
  const payload = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`k${index}`, 1]));
  const body = expectProblem(await demo.ask({ method: "POST", url: "/things", payload }), 400);
  expect(body.errors).toHaveLength(20);
  expect(JSON.stringify(body).length).toBeLessThan(4000);
});

test.each(["abc", "1.0", "1e3", "0x1", "%201", "true", "9".repeat(30), "1&size=2"])(
  "fails on the number %s of a query",
  async (size) => {
    const body = expectProblem(await demo.ask(`/things?size=${size}`), 400);
    expect((body.errors as object[])[0]).toMatchObject({ parameter: "size" });
  },
);

test("a number of a query is a number, and an empty one is left out", async () => {
  expect((await demo.ask("/things?size=7")).json()).toEqual({ size: 7 });
  expect((await demo.ask("/things?size=")).json()).toEqual({});
});

test.each([
  ["GET / HTP\r\n\r\n", 400],
  ["GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n", 400],
  [`GET /things?x=${"a".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
])("fails with a problem on what is no request: %#", async (raw, status) => {
  await demo.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = demo.app.server.address() as { port: number };
  const socket = connect(port, "127.0.0.1");
  socket.write(raw);
  let answer = "";
  socket.on("data", (part) => {
    answer += part;
  });
  await once(socket, "close");
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).toContain("Content-Type: application/problem+json");
  expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status });
});

test("a caller who leaves before the answer is counted once, as 499", async () => {
  const began = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<object>();
  demo.app.get("/slow", () => {
    began.resolve();
    return answer.promise;
  });
  await demo.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = demo.app.server.address() as { port: number };
  const caller = new AbortController();
  const asked = fetch(`http://127.0.0.1:${port}/slow`, { signal: caller.signal });
  await began.promise;
  caller.abort();
  await expect(asked).rejects.toThrow();
  await expect.poll(() => demo.count("GET", "/slow", "499"), { timeout: 10_000 }).toBe(1);
  answer.resolve({});
  await sleep(50);
  expect(await demo.count("GET", "/slow", "200")).toBe(0);
  expect(await demo.value("http_requests_in_flight")).toBe(0);
});
