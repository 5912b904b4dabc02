import { describe, expect, test } from "vitest";
import { checkInputs } from "../../../../offline/plugins/framework/check.ts";
import { diffInputs } from "../../../../offline/plugins/framework/diff.ts";
import type { Fields } from "../../../../offline/plugins/framework/schema.ts";
import { UNKNOWN } from "../../../../offline/plugins/framework/values.ts";

const fields = {
  count: { kind: "int" },
  on: { kind: "bool" },
  text: { kind: "string" },
  list: { kind: "list", of: { kind: "string" } },
  map: { kind: "map", of: { kind: "string" } },
  object: { kind: "object", fields: { a: { kind: "string", required: true }, b: { kind: "int", default: 5 } } },
} satisfies Fields;

describe("checkInputs", () => {
  test("converts as Terraform's types do", () => {
    const { inputs, failures } = checkInputs(fields, { count: "3", on: "true", text: 5 }, { resource: "x.Y" });
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ count: 3, on: true, text: "5" });
  });

  test("lets unknowns through, also inside", () => {
    const news = { count: UNKNOWN, list: ["a", UNKNOWN], map: { k: UNKNOWN }, object: UNKNOWN };
    expect(checkInputs(fields, news, { resource: "x.Y" })).toEqual({ inputs: news, failures: [] });
  });

  test("takes null for not given", () => {
    expect(checkInputs(fields, { text: null, object: { a: "x", b: null } }, { resource: "x.Y" })).toEqual({
      inputs: { object: { a: "x", b: 5 } },
      failures: [],
    });
  });
});

describe("diffInputs", () => {
  test.each([
    ["a list that grows", { list: ["a"] }, { list: ["a", "b"] }, { "list[1]": "add" }],
    ["a list that shrinks", { list: ["a", "b"] }, { list: ["a"] }, { "list[1]": "delete" }],
    ["a map with an odd key", { map: { "a-b": "1" } }, { map: { "a-b": "2" } }, { 'map["a-b"]': "update" }],
    ["a map that loses a key", { map: { a: "1", b: "1" } }, { map: { b: "1" } }, { "map.a": "delete" }],
    ["a nested field", { object: { a: "1", b: 5 } }, { object: { a: "2", b: 5 } }, { "object.a": "update" }],
    ["an empty list and none", { list: [] }, {}, {}],
    ["zero and nothing", { count: 0, on: false, text: "" }, {}, {}],
    ["an unknown inside a list", { list: ["a"] }, { list: [UNKNOWN] }, { "list[0]": "update" }],
    ["a removed value", { text: "x" }, {}, { text: "delete" }],
  ])("sees %s", (_name, olds, news, detailed) => {
    expect(diffInputs(fields, olds, news)).toEqual({ detailed, replaces: [] });
  });
});
