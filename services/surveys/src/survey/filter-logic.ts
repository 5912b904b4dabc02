/** What may stand between the quotes: nothing that ends them, and nothing that REDCap reads as a field or a variable. */
const VALUE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const FIELD = /^[a-z][a-z0-9_]{0,99}$/;

/**
 * The filter "this field is this value" in REDCap's logic.
 *
 * The API's documentation gives no way to write a quote inside a text. So a value with anything but letters, digits,
 * `.`, `_` and `-` is refused and not escaped.
 *
 * It doesn't say either how texts are compared that look like numbers (`1e3` and `1000`), or differ in case alone. So
 * whoever reads the records compares once more.
 *
 * @throws RangeError when the field or the value has another form
 * @example
 * ```ts
 * fieldIs("user_id", "ada.l"); // [user_id] = 'ada.l'
 * ```
 */
export function fieldIs(field: string, value: string): string {
  if (!FIELD.test(field)) throw new RangeError("the name of a REDCap field has a-z, 0-9 and _ only");
  if (!VALUE.test(value)) throw new RangeError(`a value for [${field}] has A-Z, a-z, 0-9, '.', '_' and '-' only`);
  return `[${field}] = '${value}'`;
}
