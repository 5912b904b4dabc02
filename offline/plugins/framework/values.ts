/**
 * The property values of Pulumi's provider protocol as plain JavaScript values.
 *
 * On the wire a secret, an unknown and an asset are JSON with reserved keys or strings; inside the plugins an unknown is
 * the symbol {@link UNKNOWN}, and secrets are taken off on the way in and put back on the way out.
 */
import structPb from "google-protobuf/google/protobuf/struct_pb.js";

/** The type of {@link UNKNOWN}. */
export interface Unknown {
  /** Never there: it only tells the type apart. */
  readonly unknown: true;
}

/** A value that is not known yet, as it stands in a preview. At run time it is a symbol, equal only to itself. */
export const UNKNOWN = Symbol("unknown") as unknown as Unknown;

/** One property's value. */
export type Value = null | boolean | number | string | Unknown | Value[] | { [key: string]: Value };

/** A resource's properties by name. */
export type Values = Record<string, Value>;

/** The key that marks a special object on the wire. */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
/** What {@link SIGNATURE_KEY} holds in a secret. */
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

// One string for each type that the unknown value would have had.
const UNKNOWN_STRINGS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const UNKNOWN_ON_THE_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Properties as they came, and the names of those that hold a secret anywhere. */
export interface Decoded {
  /** The properties with every secret in clear. */
  readonly values: Values;
  /** The top-level properties that hold a secret. */
  readonly secrets: ReadonlySet<string>;
  /** The secret texts themselves, to keep them out of messages. */
  readonly secretTexts: readonly string[];
}

/** Whether a value is an object, not a list. */
export function isObject(value: Value | undefined): value is { [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether an unknown stands anywhere inside a value. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** Reads properties from the wire. */
export function decode(message: structPb.Struct | undefined): Decoded {
  const secrets = new Set<string>();
  const secretTexts: string[] = [];
  const values: Values = {};
  const raw = (message?.toJavaScript() ?? {}) as Record<string, unknown>;
  for (const [name, value] of Object.entries(raw)) {
    values[name] = decodeValue(value, (secret) => {
      secrets.add(name);
      collectTexts(secret, secretTexts);
    });
  }
  return { values, secrets, secretTexts };
}

function collectTexts(value: Value, texts: string[]): void {
  if (typeof value === "string") texts.push(value);
  else if (Array.isArray(value)) for (const item of value) collectTexts(item, texts);
  else if (isObject(value)) for (const item of Object.values(value)) collectTexts(item, texts);
}

function decodeValue(value: unknown, foundSecret: (secret: Value) => void): Value {
  if (typeof value === "string") return UNKNOWN_STRINGS.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map((item) => decodeValue(item, foundSecret));
  if (typeof value === "object" && value !== null) {
    const entries = value as Record<string, unknown>;
    if (entries[SIGNATURE_KEY] === SECRET_SIGNATURE) {
      const secret = decodeValue(entries.value, foundSecret);
      foundSecret(secret);
      return secret;
    }
    return Object.fromEntries(Object.entries(entries).map(([key, item]) => [key, decodeValue(item, foundSecret)]));
  }
  return value as null | boolean | number;
}

/**
 * Writes properties for the wire.
 *
 * @param values what to write; undefined properties are left out
 * @param secrets the top-level properties to mark as secret
 */
export function encode(values: Record<string, Value | undefined>, secrets?: ReadonlySet<string>): structPb.Struct {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const plain = encodeValue(value);
    out[name] = secrets?.has(name) ? { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: plain } : plain;
  }
  return structPb.Struct.fromJavaScript(out as { [key: string]: structPb.JavaScriptValue });
}

function encodeValue(value: Value): unknown {
  if (value === UNKNOWN) return UNKNOWN_ON_THE_WIRE;
  if (Array.isArray(value)) return value.map(encodeValue);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encodeValue(item)]));
  return value;
}

/** A value without the `__defaults` lists that Check adds to inputs. */
export function withoutDefaultsLists<V extends Value>(value: V): V {
  if (Array.isArray(value)) return value.map(withoutDefaultsLists) as V;
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "__defaults");
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutDefaultsLists(item)])) as V;
}
