import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { Fresh, lineOf, wantedLogs } from "../../../cli/look/logs.ts";
import { stackOptions } from "../../../cli/options.ts";

const wanted = (...args: string[]) =>
  wantedLogs(stackOptions(args, ["follow", "json"], ["since", "level", "trace", "contains", "limit"], ["service"]));
const trace = "1a89".repeat(8);

describe("wantedLogs", () => {
  it("is everybody's of the last 15 minutes where nothing is said", () => {
    expect(wanted()).toEqual({ lines: { of: "all" }, seconds: 900, limit: 200 });
  });

  it("is what the options choose", () => {
    const options = ["--since", "1h30m", "--level", "error", "--level", "warn", "--trace", trace, "--limit", "9999"];
    expect(wanted("orders", ...options, "--contains", "a 'b'")).toEqual({
      lines: { of: { service: "orders" }, levels: ["error", "warn"], contains: "a 'b'", fields: { trace_id: trace } },
      seconds: 5400,
      limit: 9999,
    });
  });

  it.each([
    [["--since", "1.5h"], /--since: got "1.5h"; allowed: a duration .* Write "90m"/],
    [["--since", "0s"], /--since: got "0s"; allowed: a duration of at least a second/],
    [["--limit", "0"], /--limit: got "0"; allowed: a whole number from 1 to 9999/],
    [["--limit", "10000"], /--limit/],
    [["--trace", trace.toUpperCase()], /--trace: .* the 32 hexadecimal digits/],
    [["--since", "1h", "--since", "2h"], /--since is given 2 times/],
    [["orders", "catalog"], /catalog is too much: the command takes <service>/],
  ])("fails on %j", (args, words) => {
    expect(() => wanted(...args)).toThrow(words);
  });
});

describe("Fresh", () => {
  const line = (time: string, text = "x") => ({ service: "orders", text, time });
  it("gives each line once, however often it is found, and one that arrives late", () => {
    const fresh = new Fresh();
    expect(fresh.of([line("1"), line("3")])).toHaveLength(2);
    expect(fresh.of([line("1"), line("2"), line("3")])).toEqual([line("2")]);
    expect(fresh.of([line("3"), line("3", "another at that moment")])).toEqual([line("3", "another at that moment")]);
    expect(fresh.of([])).toEqual([]);
    expect(fresh.of([line("3")])).toEqual([]);
  });
});

describe("lineOf", () => {
  it.each([
    ["1764626400123456789", "2025-12-01T22:00:00.123Z"],
    ["2025-12-01T22:00:00.123000000", "2025-12-01T22:00:00.123Z"],
  ])("reads the time %s of a store", (time, moment) => {
    expect(stripVTControlCharacters(lineOf({ service: "orders", text: "sold", time }))).toBe(`${moment}  orders  sold`);
  });
});
