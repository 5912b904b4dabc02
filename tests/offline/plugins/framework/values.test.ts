import { describe, expect, test } from "vitest";
import {
  decode,
  encode,
  hasUnknown,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN,
  withoutDefaultsLists,
} from "../../../../offline/plugins/framework/values.ts";

describe("values on the wire", () => {
  test("come back as they were sent, unknowns too", () => {
    const values = { a: 1, b: [true, null, { c: "x" }], d: UNKNOWN, e: { f: [UNKNOWN] } };
    expect(decode(encode(values)).values).toEqual(values);
  });

  test("a secret is in clear inside, named, and secret again outside", () => {
    const sent = encode({ plain: "p", list: ["x"], deep: "hunter22" }, new Set(["deep"]));
    expect(sent.toJavaScript().deep).toEqual({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value: "hunter22" });
    const nested = encode({ list: ["a", { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: "hunter23" }] });
    expect(decode(nested)).toEqual({
      values: { list: ["a", "hunter23"] },
      secrets: new Set(["list"]),
      secretTexts: ["hunter23"],
    });
  });

  test("what is undefined is not sent", () => {
    expect(encode({ a: undefined, b: 1 }).toJavaScript()).toEqual({ b: 1 });
  });
});

test("unknowns are found at any depth", () => {
  expect(hasUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
  expect(hasUnknown({ a: [{ b: "x" }] })).toBe(false);
});

test("lists of defaults are taken off at any depth", () => {
  expect(withoutDefaultsLists({ __defaults: ["a"], a: 1, b: [{ __defaults: [], c: 2 }] })).toEqual({
    a: 1,
    b: [{ c: 2 }],
  });
});
