/** Check: refuses what the stand-in does not implement, says everything that is wrong at once, fills in defaults. */

import { pathOf } from "./path.ts";
import { type Checked, type CheckFailure, DEFAULTS_KEY, type Fields, type Schema } from "./schema.ts";
import { isObject, UNKNOWN, type Value, type Values } from "./values.ts";

/** Settings of {@link checkInputs}. */
export interface CheckOptions {
  /** The resource's type for messages, as `docker.Container`. */
  readonly resource: string;
  /** Whether objects get a `__defaults` list, as in plugins that bridge Terraform. @default false */
  readonly listDefaults?: boolean;
}

/**
 * Checks a resource's inputs against their description.
 *
 * @param fields the properties that the stand-in implements
 * @param news what the program gave
 * @param options names for messages
 */
export function checkInputs(fields: Fields, news: Values, options: CheckOptions): Checked {
  const failures: CheckFailure[] = [];
  const inputs = checkFields(fields, news, "", options, failures);
  return { inputs, failures };
}

function checkFields(
  fields: Fields,
  given: Values,
  path: string,
  options: CheckOptions,
  failures: CheckFailure[],
): Values {
  const out: Values = {};
  const defaults: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (name === DEFAULTS_KEY || value === null) continue;
    const schema = fields[name];
    const at = pathOf(path, name);
    if (schema === undefined) {
      failures.push({ property: at, reason: unimplemented(at, options.resource) });
      continue;
    }
    out[name] = checkValue(schema, value, at, options, failures);
  }
  for (const [name, schema] of Object.entries(fields)) {
    if (out[name] !== undefined || (given[name] !== undefined && given[name] !== null)) continue;
    if (schema.default !== undefined) {
      out[name] = schema.default;
      defaults.push(name);
    } else if (schema.required) {
      const at = pathOf(path, name);
      failures.push({ property: at, reason: `${options.resource} needs "${at}", and nothing was given` });
    }
  }
  if (options.listDefaults) out[DEFAULTS_KEY] = defaults.sort();
  return out;
}

function unimplemented(path: string, resource: string): string {
  return (
    `the offline stand-in of this plugin does not implement "${path}" of ${resource}: ` +
    "leave it out, or use the real plugin on a machine that reaches Pulumi's download site"
  );
}

function checkValue(
  schema: Schema,
  value: Value,
  path: string,
  options: CheckOptions,
  failures: CheckFailure[],
): Value {
  if (value === UNKNOWN) return value;
  const wrong = (expected: string): Value => {
    failures.push({ property: path, reason: `expected ${expected}, got ${describe(value)}` });
    return value;
  };
  const checked = checkKind(schema, value, path, options, failures, wrong);
  const problem = schema.check?.(value);
  if (problem !== undefined) failures.push({ property: path, reason: problem });
  return checked;
}

function checkKind(
  schema: Schema,
  value: Value,
  path: string,
  options: CheckOptions,
  failures: CheckFailure[],
  wrong: (expected: string) => Value,
): Value {
  switch (schema.kind) {
    case "any":
      return value;
    case "string":
      // Terraform's types convert, and the real plugins with them.
      if (typeof value === "number" || typeof value === "boolean") return String(value);
      return typeof value === "string" ? value : wrong("a string");
    case "bool":
      if (value === "true" || value === "false") return value === "true";
      return typeof value === "boolean" ? value : wrong("true or false");
    case "int": {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      return typeof number === "number" && Number.isInteger(number) ? number : wrong("a whole number");
    }
    case "list":
    case "set":
      if (!Array.isArray(value)) return wrong("a list");
      return value.map((item, index) => checkValue(schema.of, item, `${path}[${index}]`, options, failures));
    case "map":
      if (!isObject(value)) return wrong("an object with values by key");
      return Object.fromEntries(
        Object.entries(value)
          .filter(([key]) => key !== DEFAULTS_KEY)
          .map(([key, item]) => [key, checkValue(schema.of, item, pathOf(path, key), options, failures)]),
      );
    case "object":
      if (!isObject(value)) return wrong(`an object with ${Object.keys(schema.fields).join(", ")}`);
      return checkFields(schema.fields, value, path, options, failures);
  }
}

// Never prints the value itself: it may be a secret.
function describe(value: Value): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "number") return "a number that is not whole";
  return `a ${typeof value}`;
}
