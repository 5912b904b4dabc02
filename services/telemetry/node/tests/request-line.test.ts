import { trace } from "@opentelemetry/api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { flushLogs } from "../log-writer.ts";
import { configureLogs, getLogger } from "../logs.ts";
import { type AnsweredRequest, logAnswered } from "../request-line.ts";
import { captureWrites } from "./lines.ts";

const ANSWERED: AnsweredRequest = {
  id: "edge-42.a_b",
  span: undefined,
  method: "GET",
  route: "/things/:thing",
  status: 200,
  seconds: 0.0012345,
};
const TRACE = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };

let written: () => string[];

beforeEach(() => {
  // Both lines are of one moment.
  vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  written = captureWrites();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  configureLogs("service", "info");
});

/** The line of an answer, and what a logger writes of the same. */
function both(changed: Partial<AnsweredRequest>): string[] {
  const answered = { ...ANSWERED, ...changed };
  const { id, span, method, route, status, seconds } = answered;
  logAnswered(answered);
  flushLogs();
  const log = getLogger("vigie.requests");
  const write = status >= 500 ? log.error : log.info;
  write(`${method} ${route} answered ${status}`, {
    request_id: id,
    span: span && trace.wrapSpanContext(span),
    method,
    route,
    status,
    duration_ms: Math.round(seconds * 100_000) / 100,
  });
  return written().slice(-2);
}

test.each<Partial<AnsweredRequest>>([
  {},
  { span: { ...TRACE, traceFlags: 1 } },
  { span: { ...TRACE, traceFlags: 0 } },
  { status: 503, seconds: 12 },
  { route: 'a "quoted"\\route', method: "M-SEARCH" },
  { seconds: 0 },
  { seconds: 1e-9 },
])("a line is that of a logger, byte for byte: %o", (changed) => {
  configureLogs("orders");
  const [ours, theirs] = both(changed);
  expect(ours).toBe(theirs);
  expect(ours).toContain('"time":"2023-11-14T22:13:20.000Z"');
});

test("a line says the service's latest name", () => {
  configureLogs("orders");
  expect(both({})[0]).toContain('"service":"orders"');
  configureLogs("basket");
  expect(both({})[0]).toContain('"service":"basket"');
});

test("the level counts, and an error doesn't wait", () => {
  configureLogs("orders", "error");
  logAnswered(ANSWERED);
  flushLogs();
  expect(written()).toEqual([]);
  logAnswered({ ...ANSWERED, status: 500 });
  expect(written()).toHaveLength(1);
});
