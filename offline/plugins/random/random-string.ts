/** random.RandomPassword and random.RandomString: random characters of chosen kinds. */
import { randomInt } from "node:crypto";
import type { RandomPasswordArgs } from "@pulumi/random";
import { checkInputs } from "../framework/check.ts";
import { diffInputs } from "../framework/diff.ts";
import type { Resource } from "../framework/provider.ts";
import type { CheckFailure, Fields, Schema } from "../framework/schema.ts";
import { UNKNOWN, type Value, type Values, withoutDefaultsLists } from "../framework/values.ts";
import { immutable } from "./immutable.ts";

const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const NUMERIC = "0123456789";
const HASH_ROUNDS = 10;

const atLeastZero = (value: Value) =>
  typeof value === "number" && value < 0 ? `expected 0 or more, got ${value}` : undefined;
const flag: Schema = { kind: "bool", implied: true, replace: true };
const count: Schema = { kind: "int", implied: 0, replace: true, check: atLeastZero };

/** Every property of random.RandomPassword and random.RandomString that the stand-in implements. */
export const randomStringFields = {
  keepers: { kind: "map", of: { kind: "string" }, replace: true },
  length: {
    kind: "int",
    required: true,
    replace: true,
    check: (value: Value) =>
      typeof value === "number" && value < 1 ? `expected 1 or more characters, got ${value}` : undefined,
  },
  lower: flag,
  minLower: count,
  minNumeric: count,
  minSpecial: count,
  minUpper: count,
  number: { ...flag, computed: true },
  numeric: { ...flag, computed: true },
  overrideSpecial: { kind: "string", replace: true },
  special: flag,
  upper: flag,
} satisfies Fields & Partial<Record<keyof RandomPasswordArgs, Schema>>;

/** The resource random.RandomPassword. */
export function randomPasswordResource(): Resource {
  return {
    ...resource("random.RandomPassword"),
    previewCreate: (news) => ({ ...settingsOf(news), result: UNKNOWN, bcryptHash: UNKNOWN }),
    create: async (news) => {
      const result = randomString(settingsOf(news));
      const { hash } = await import("bcryptjs");
      const outputs = { ...settingsOf(news), id: "none", result, bcryptHash: await hash(result, HASH_ROUNDS) };
      return { id: "none", outputs, secrets: ["result", "bcryptHash"] };
    },
  };
}

/** The resource random.RandomString. */
export function randomStringResource(): Resource {
  return {
    ...resource("random.RandomString"),
    previewCreate: (news) => ({ ...settingsOf(news), result: UNKNOWN }),
    create: async (news) => {
      const result = randomString(settingsOf(news));
      return { id: result, outputs: { ...settingsOf(news), id: result, result } };
    },
  };
}

function resource(name: string) {
  return {
    ...immutable,
    check: (news: Values) => {
      const checked = checkInputs(randomStringFields, news, { resource: name, listDefaults: true });
      return { inputs: checked.inputs, failures: [...checked.failures, ...contradictions(checked.inputs)] };
    },
    diff: (olds: Values, news: Values) => diffInputs(randomStringFields, olds, news),
  };
}

/** The inputs with every default, as the state shows them. */
export function settingsOf(inputs: Values): Values {
  const numeric = inputs.numeric ?? inputs.number ?? true;
  return {
    lower: true,
    minLower: 0,
    minNumeric: 0,
    minSpecial: 0,
    minUpper: 0,
    special: true,
    upper: true,
    ...withoutDefaultsLists(inputs),
    number: numeric,
    numeric,
  };
}

/** The kinds of characters that settings allow, with the least number of each. */
function kindsOf(settings: Values): { readonly characters: string; readonly least: number }[] {
  const special = typeof settings.overrideSpecial === "string" && settings.overrideSpecial !== "";
  const kinds = [
    {
      on: settings.special,
      characters: special ? String(settings.overrideSpecial) : SPECIAL,
      least: "minSpecial",
    },
    { on: settings.lower, characters: LOWER, least: "minLower" },
    { on: settings.upper, characters: UPPER, least: "minUpper" },
    { on: settings.numeric, characters: NUMERIC, least: "minNumeric" },
  ];
  return kinds
    .map(({ on, characters, least }) => ({ characters: on === true ? characters : "", least: Number(settings[least]) }))
    .filter(({ characters }) => characters !== "");
}

function contradictions(inputs: Values): CheckFailure[] {
  if (Object.values(inputs).includes(UNKNOWN)) return [];
  const settings = settingsOf(inputs);
  const least = ["minLower", "minNumeric", "minSpecial", "minUpper"].reduce(
    (sum, name) => sum + Number(settings[name]),
    0,
  );
  const failures: CheckFailure[] = [];
  if (Number(settings.length) < least) {
    failures.push({
      property: "length",
      reason: `the length of ${settings.length} is less than minUpper + minLower + minNumeric + minSpecial, ${least}`,
    });
  }
  if (kindsOf(settings).length === 0) {
    failures.push({ property: "lower", reason: "at least one of special, upper, lower and numeric must be true" });
  }
  return failures;
}

/** Random characters for settings that {@link settingsOf} completed. */
export function randomString(settings: Values): string {
  const kinds = kindsOf(settings);
  const any = kinds.map((kind) => kind.characters).join("");
  const picked = kinds.flatMap(({ characters, least }) => Array.from({ length: least }, () => pick(characters)));
  while (picked.length < Number(settings.length)) picked.push(pick(any));
  for (let index = picked.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [picked[index], picked[other]] = [picked[other] ?? "", picked[index] ?? ""];
  }
  return picked.join("");
}

function pick(characters: string): string {
  return characters[randomInt(characters.length)] ?? "";
}
