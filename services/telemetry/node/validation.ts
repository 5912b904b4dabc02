import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Settings } from "typebox/system";
import { type InvalidParameter, invalidParameters } from "./problems.ts";

// Enough for every part of a sensible request; a body made of wrong members ends here.
Settings.Set({ maxErrors: 100 });

/** The part of a JSON schema that is read here. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/**
 * Checks requests against TypeBox schemas and tells every wrong parameter at once, as a 400 {@link Problem}.
 *
 * The `description` of a property says in words what is allowed: it is shown to callers and in the API's description.
 * Parameters of a query or path are read strictly: only digits are a number, an empty one counts as left out, and
 * a repeated one is refused. Bodies are never converted.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  const described = schema as Schema;
  return (given: unknown) => {
    const value = httpPart === "querystring" || httpPart === "params" ? readTexts(described, given) : given;
    if (check.Check(value)) return { value };
    return { error: invalidParameters(wrongParts(described, value, check.Errors(value))) };
  };
};

function readTexts(schema: Schema, given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const read = Object.entries(given)
    .filter(([, text]) => text !== "")
    .map(([name, text]) => [name, isInteger(schema.properties?.[name]) ? toNumber(text) : text]);
  return Object.fromEntries(read);
}

function isInteger(schema: Schema | undefined): boolean {
  return schema?.type === "integer";
}

// Number() also takes signs, spaces, exponents and hexadecimal digits.
function toNumber(text: unknown): unknown {
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
}

function wrongParts(schema: Schema, value: unknown, found: readonly SchemaError[]): InvalidParameter[] {
  const wrong = new Map<string, InvalidParameter>();
  const add = (path: readonly string[], allowed: InvalidParameter["allowed"]): void => {
    const parameter = path.join(".") || "body";
    if (wrong.has(parameter)) return;
    const got = valueAt(value, path);
    if (Array.isArray(got) && schemaAt(schema, path)?.type !== "array" && path.length === 1) {
      wrong.set(parameter, { parameter, got: textOf(got), allowed: "the parameter once" });
    } else {
      wrong.set(parameter, { parameter, got: textOf(got), allowed });
    }
  };
  for (const error of found) {
    const path = error.instancePath
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    const params = error.params as { requiredProperties?: string[] };
    if (error.keyword === "required") {
      for (const name of params.requiredProperties ?? []) add([...path, name], allowedAt(schema, [...path, name]));
    } else if (error.schemaPath.endsWith("/additionalProperties")) {
      add(path, Object.keys(schemaAt(schema, path.slice(0, -1))?.properties ?? {}));
    } else if (error.keyword !== "additionalProperties") {
      add(path, allowedAt(schema, path));
    }
  }
  return [...wrong.values()];
}

function allowedAt(schema: Schema, path: readonly string[]): string {
  const part = schemaAt(schema, path);
  if (part?.description !== undefined) return part.description;
  const names = Object.keys(part?.properties ?? {}).join(", ");
  return part?.type === "object" ? `a JSON object with ${names}` : `a ${part?.type ?? "value of another kind"}`;
}

function schemaAt(schema: Schema | undefined, path: readonly string[]): Schema | undefined {
  return path.reduce<Schema | undefined>(
    (part, name) => (part?.items !== undefined ? part.items : ownMember(part?.properties, name)),
    schema,
  );
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((part, name) => ownMember(part, name), value);
}

// A caller may name a member "constructor": only what was really given counts.
function ownMember<T>(value: Readonly<Record<string, T>> | undefined, name: string): T | undefined;
function ownMember(value: unknown, name: string): unknown;
function ownMember(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function textOf(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ");
  return JSON.stringify(value);
}
