import { compare } from "bcryptjs";
import { describe, expect, test } from "vitest";
import type { Resource } from "../../../../offline/plugins/framework/provider.ts";
import { UNKNOWN } from "../../../../offline/plugins/framework/values.ts";
import { randomIdResource } from "../../../../offline/plugins/random/random-id.ts";
import {
  randomPasswordResource,
  randomString,
  randomStringResource,
  settingsOf,
} from "../../../../offline/plugins/random/random-string.ts";
import { testOperation } from "../operation.ts";

const { operation } = testOperation();
const context = { olds: {}, name: "r", randomSeed: new Uint8Array() };

describe("random characters", () => {
  test.each([
    [{ length: 40 }, /^[A-Za-z0-9!@#$%&*()\-_=+[\]{}<>:?]{40}$/],
    [{ length: 40, special: false }, /^[A-Za-z0-9]{40}$/],
    [{ length: 40, special: false, upper: false, lower: false }, /^[0-9]{40}$/],
    [{ length: 40, upper: false, lower: false, numeric: false, overrideSpecial: "_-" }, /^[_-]{40}$/],
    [{ length: 40, number: false, special: false, upper: false }, /^[a-z]{40}$/],
  ])("%j are of the chosen kinds", (settings, pattern) => {
    expect(randomString(settingsOf(settings))).toMatch(pattern);
  });

  test("hold the least number of each kind, in any place", () => {
    const settings = settingsOf({ length: 8, minUpper: 2, minLower: 2, minNumeric: 2, minSpecial: 2 });
    const made = Array.from({ length: 50 }, () => randomString(settings));
    for (const text of made) {
      expect(text.match(/[A-Z]/g)).toHaveLength(2);
      expect(text.match(/[a-z]/g)).toHaveLength(2);
      expect(text.match(/[0-9]/g)).toHaveLength(2);
    }
    expect(new Set(made.map((text) => /[A-Z]/.test(text[0] ?? ""))).size).toBe(2);
  });
});

describe("random.RandomPassword", () => {
  test("gives result and hash as secrets, and every default", async () => {
    const created = await randomPasswordResource().create({ __defaults: [], length: 20 }, operation);
    expect(created.id).toBe("none");
    expect(created.secrets).toEqual(["result", "bcryptHash"]);
    expect(created.outputs).toEqual({
      bcryptHash: expect.any(String),
      id: "none",
      length: 20,
      lower: true,
      minLower: 0,
      minNumeric: 0,
      minSpecial: 0,
      minUpper: 0,
      number: true,
      numeric: true,
      result: expect.any(String),
      special: true,
      upper: true,
    });
    expect(await compare(String(created.outputs.result), String(created.outputs.bcryptHash))).toBe(true);
  });

  test("shows result and hash as unknown in a preview", () => {
    expect(randomPasswordResource().previewCreate({ length: 20 })).toMatchObject({
      result: UNKNOWN,
      bcryptHash: UNKNOWN,
    });
  });
});

describe.each([
  ["random.RandomPassword", randomPasswordResource(), { length: 20 }, { length: 21 }, "length"],
  ["random.RandomString", randomStringResource(), { length: 20 }, { length: 20, special: false }, "special"],
  ["random.RandomId", randomIdResource(), { byteLength: 4 }, { byteLength: 5 }, "byteLength"],
] as [string, Resource, Record<string, number>, Record<string, number | boolean>, string][])(
  "%s",
  (_name, resource, given, other, changed) => {
    test("is replaced at any change, and only then", async () => {
      const { inputs } = resource.check({ ...given, keepers: { a: "1" } }, context);
      const { outputs } = await resource.create(inputs, operation);
      expect(resource.diff(outputs, inputs, inputs)).toEqual({ detailed: {}, replaces: [] });
      expect(resource.diff(outputs, { ...other, keepers: { a: "1" } }, inputs).replaces).toEqual([changed]);
      expect(resource.diff(outputs, { ...given, keepers: { a: "2" } }, inputs)).toEqual({
        detailed: { "keepers.a": "update-replace" },
        replaces: ["keepers"],
      });
    });

    test("lives in the state alone", async () => {
      expect(await resource.read("id", { length: 1, result: "x" }, operation)).toEqual({
        id: "id",
        outputs: { length: 1, result: "x" },
      });
      await expect(resource.delete("id", {}, operation)).resolves.toBeUndefined();
    });
  },
);

describe("random.RandomId", () => {
  test("writes the same bytes in every form, after the prefix", async () => {
    const { id, outputs } = await randomIdResource().create({ byteLength: 6, prefix: "p-" }, operation);
    const bytes = Buffer.from(id, "base64url");
    expect(bytes).toHaveLength(6);
    expect(outputs).toMatchObject({
      id,
      b64Url: `p-${id}`,
      b64Std: `p-${bytes.toString("base64")}`,
      hex: `p-${bytes.toString("hex")}`,
      dec: `p-${BigInt(`0x${bytes.toString("hex")}`)}`,
    });
  });
});
