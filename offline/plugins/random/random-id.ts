/** random.RandomId: random bytes in several writings. */
import { randomBytes } from "node:crypto";
import type { RandomIdArgs } from "@pulumi/random";
import { checkInputs } from "../framework/check.ts";
import { diffInputs } from "../framework/diff.ts";
import type { Resource } from "../framework/provider.ts";
import type { Fields, Schema } from "../framework/schema.ts";
import { UNKNOWN, type Value, withoutDefaultsLists } from "../framework/values.ts";
import { immutable } from "./immutable.ts";

/** Every property of random.RandomId that the stand-in implements. */
export const randomIdFields = {
  byteLength: {
    kind: "int",
    required: true,
    replace: true,
    check: (value: Value) =>
      typeof value === "number" && value < 1 ? `expected 1 or more bytes, got ${value}` : undefined,
  },
  keepers: { kind: "map", of: { kind: "string" }, replace: true },
  prefix: { kind: "string", replace: true },
} satisfies Fields & Partial<Record<keyof RandomIdArgs, Schema>>;

/** The resource random.RandomId. */
export function randomIdResource(): Resource {
  return {
    ...immutable,
    check: (news) => checkInputs(randomIdFields, news, { resource: "random.RandomId", listDefaults: true }),
    diff: (olds, news) => diffInputs(randomIdFields, olds, news),
    previewCreate: (news) => ({
      ...withoutDefaultsLists(news),
      b64Std: UNKNOWN,
      b64Url: UNKNOWN,
      dec: UNKNOWN,
      hex: UNKNOWN,
    }),
    create: async (news) => {
      const bytes = randomBytes(Number(news.byteLength));
      const prefix = typeof news.prefix === "string" ? news.prefix : "";
      const id = bytes.toString("base64url");
      const outputs = {
        ...withoutDefaultsLists(news),
        id,
        b64Std: prefix + bytes.toString("base64"),
        b64Url: prefix + id,
        dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
        hex: prefix + bytes.toString("hex"),
      };
      return { id, outputs };
    },
  };
}
