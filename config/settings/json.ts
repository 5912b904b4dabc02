/** What a configuration has in JSON. */

/** A list of texts; undefined where the text is none. */
export function parseList(text: string): readonly string[] | undefined {
  const value = parseArray(text);
  return value?.every((item) => typeof item === "string") ? value : undefined;
}

/** A list of whatever; undefined where the text is none. */
export function parseArray(text: string): readonly unknown[] | undefined {
  const value = parse(text);
  return Array.isArray(value) ? value : undefined;
}

/** An object, empty for no text; undefined where the text is none. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parse(text === "" ? "{}" : text);
  return isObject(value) ? value : undefined;
}

/** Whether a value is an object with keys. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
