import { describe, expect, test } from "vitest";
import { randomIdResource } from "../../../../offline/plugins/random/random-id.ts";
import { randomPasswordResource } from "../../../../offline/plugins/random/random-string.ts";

const context = { olds: {}, name: "r", randomSeed: new Uint8Array() };

describe("random.RandomPassword's Check", () => {
  test.each([
    [{}, "length", 'needs "length"'],
    [{ length: 0 }, "length", "1 or more"],
    [{ length: 3, minUpper: 2, minLower: 2 }, "length", "less than minUpper + minLower + minNumeric + minSpecial, 4"],
    [{ length: 5, special: false, upper: false, lower: false, numeric: false }, "lower", "at least one of"],
    [{ length: 5, minUpper: -1 }, "minUpper", "0 or more"],
  ])("fails for %j", (news, property, reason) => {
    const { failures } = randomPasswordResource().check(news, context);
    expect(failures).toContainEqual({ property, reason: expect.stringContaining(reason) });
  });
});

test("random.RandomId's Check fails for no bytes", () => {
  expect(randomIdResource().check({ byteLength: 0 }, context).failures).toEqual([
    { property: "byteLength", reason: expect.stringContaining("1 or more bytes") },
  ]);
});
