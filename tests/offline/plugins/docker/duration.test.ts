import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../../../offline/plugins/docker/duration.ts";

describe("durations", () => {
  test.each([
    ["1s", 1e9, "1s"],
    ["90s", 90e9, "1m30s"],
    ["1h", 3600e9, "1h0m0s"],
    ["1.5s", 1.5e9, "1.5s"],
    ["250ms", 250e6, "250ms"],
    ["0s", 0, "0s"],
    ["0", 0, "0s"],
  ])("%s is %d ns and prints as %s", (given, nanoseconds, printed) => {
    expect(parseDuration(given)).toBe(nanoseconds);
    expect(formatDuration(nanoseconds)).toBe(printed);
  });

  test.each(["", "5", "5 s", "s", "1d"])("%j is none", (given) => {
    expect(parseDuration(given)).toBeUndefined();
  });
});
