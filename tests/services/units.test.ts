import { describe, expect, it } from "vitest";
import { nearest } from "../../services/problems.ts";
import { toBytes, toMebibytes, toPerSecond, toSeconds } from "../../services/units.ts";

describe("sizes", () => {
  it.each([
    ["1KiB", 1024],
    ["1.5MiB", 1_572_864],
    ["2GiB", 2_147_483_648],
    ["1GB", undefined],
    ["-1MiB", undefined],
    ["0.3KiB", 307],
    ["", undefined],
  ])("reads %j as %j bytes", (text, bytes) => {
    expect(toBytes(text)).toBe(bytes);
  });

  it("gives whole mebibytes", () => {
    expect(toMebibytes("1GiB")).toBe(1024);
  });
});

describe("durations", () => {
  it.each([
    ["500ms", 0.5],
    ["15s", 15],
    ["2h", 7200],
    ["30d", 2_592_000],
    ["1w", 604_800],
    ["15", undefined],
    ["1h30m", 5400],
    ["1.5h", undefined],
  ])("reads %j as %j seconds", (text, seconds) => {
    expect(toSeconds(text)).toBe(seconds);
  });
});

describe("rates", () => {
  it.each([
    ["5/s", 5],
    ["30/m", 0.5],
    ["36/h", 0.01],
    ["864/d", 0.01],
    ["-5/s", undefined],
    ["5", undefined],
    ["5/w", undefined],
  ])("reads %j as %j a second", (text, perSecond) => {
    expect(toPerSecond(text)).toBe(perSecond);
  });
});

describe("nearest", () => {
  it.each([
    ["htpPort", "httpPort"],
    ["HTTPPORT", "httpPort"],
    ["retentoin", "retention"],
    ["something", undefined],
  ])("reads %j as %j", (given, expected) => {
    expect(nearest(given, ["httpPort", "httpsPort", "retention"])).toBe(expected);
  });
});
