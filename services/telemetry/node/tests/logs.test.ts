import { afterEach, expect, test, vi } from "vitest";
import { flushLogs, takeLine } from "../log-writer.ts";
import { configureLogs, getLogger } from "../logs.ts";
import { doAsPartOf } from "../work.ts";
import { captureLines, captureWrites } from "./lines.ts";

const messages = (text: string): string[] | null => text.match(/(?<="message":")\w+/g);

afterEach(() => {
  vi.restoreAllMocks();
  configureLogs("service", "info");
});

test("a line is one JSON object, its fields in the order of the Python services", () => {
  const lines = captureLines();
  configureLogs("orders");
  getLogger("some.part").info("hello two\nlines", { route: "/api/orders", duration_ms: 1.5 });
  const [line] = lines();
  expect(line?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Object.keys(line ?? {})).toEqual(["time", "level", "message", "service", "logger", "route", "duration_ms"]);
  expect(line).toMatchObject({ level: "info", message: "hello two\nlines", service: "orders", logger: "some.part" });
});

test("the request id of the moment is added", () => {
  const lines = captureLines();
  doAsPartOf({ requestId: "abc-1", trace: undefined }, () => getLogger("x").warning("inside"));
  getLogger("x").warning("outside");
  expect(lines().map((line) => line.request_id)).toEqual(["abc-1", undefined]);
});

test("an error gives its stack and its cause's, and none of its other members", () => {
  const lines = captureLines();
  const cause = Object.assign(new Error("duplicate"), { detail: "Key (customer)=(jane)" });
  getLogger("x").error("m".repeat(100_000), { error: new Error("broken", { cause }) });
  const [line] = lines();
  expect(line?.exc_info).toContain("Error: broken");
  expect(line?.exc_info).toContain("caused by Error: duplicate");
  expect(JSON.stringify(line)).not.toContain("jane");
  expect(line?.message).toHaveLength(2000);
});

test("a stack is cut where it is longer than a line may be, and one that is not is whole", () => {
  const lines = captureLines();
  const error = new Error("broken");
  error.stack = "s".repeat(8001);
  getLogger("x").error("long", { error });
  error.stack = "s".repeat(7999);
  getLogger("x").error("short", { error });
  expect(lines().map((line) => String(line.exc_info).length)).toEqual([8000, 7999]);
});

test("a value that JSON can't write costs no line", () => {
  const lines = captureLines();
  const round: Record<string, unknown> = {};
  round.self = round;
  getLogger("x").info("told", { big: 12n, round });
  expect(lines()).toMatchObject([{ message: "told", big: "12", logger: "x" }]);
});

test("the level counts, and configuring twice writes each line once", () => {
  const lines = captureLines();
  configureLogs("orders", "info");
  configureLogs("orders", "warning");
  getLogger("x").info("not told");
  getLogger("x").error("told");
  expect(lines().map((line) => line.message)).toEqual(["told"]);
});

test("lines that may wait are written together, soon, in their order", async () => {
  const written = captureWrites();
  takeLine("info", '{"message":"first"}', true);
  takeLine("warning", '{"message":"second"}', true);
  expect(written()).toEqual([]);
  await expect.poll(() => written().map(messages)).toEqual([["first", "second"]]);
});

test("neither an error waits, nor another logger's line, and what waited comes before them", () => {
  const written = captureWrites();
  takeLine("info", '{"message":"first"}', true);
  takeLine("error", '{"message":"second"}', true);
  takeLine("info", '{"message":"third"}', true);
  getLogger("y").info("fourth");
  takeLine("info", '{"message":"fifth"}', true);
  flushLogs();
  flushLogs();
  expect(written().map(messages)).toEqual([["first", "second"], ["third", "fourth"], ["fifth"]]);
});
