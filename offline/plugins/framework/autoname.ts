/** Names that Pulumi makes where the program gives none. */
import { createHash } from "node:crypto";
import type { CheckContext } from "./provider.ts";
import { DEFAULTS_KEY } from "./schema.ts";
import type { Values } from "./values.ts";

const SUFFIX_DIGITS = 7;

/**
 * Fills in `name` where it is not given: the resource's name and seven hexadecimal digits, kept from then on.
 *
 * @param inputs checked inputs
 * @param context the resource's name and the old inputs
 */
export function autoName(inputs: Values, context: CheckContext): Values {
  if (inputs.name !== undefined) return inputs;
  const old = context.olds.name;
  const oldDefaults = context.olds[DEFAULTS_KEY];
  const keep = typeof old === "string" && Array.isArray(oldDefaults) && oldDefaults.includes("name");
  const name = keep ? old : `${context.name}-${suffix(context.randomSeed)}`;
  const defaults = Array.isArray(inputs[DEFAULTS_KEY]) ? inputs[DEFAULTS_KEY] : [];
  return { ...inputs, name, [DEFAULTS_KEY]: [...defaults, "name"].sort() };
}

// The engine's seed makes preview and update agree on the name.
function suffix(seed: Uint8Array): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, SUFFIX_DIGITS);
}
