import { Type } from "typebox";

/** A refusal, as RFC 9457 has it. */
const problemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  errors: Type.Optional(
    Type.Array(
      Type.Object({
        parameter: Type.String(),
        got: Type.Union([Type.String(), Type.Null()]),
        allowed: Type.Union([Type.String(), Type.Array(Type.String())]),
      }),
    ),
  ),
  request_id: Type.Optional(Type.String()),
});

/**
 * Descriptions of refusals for OpenAPI, by status.
 *
 * @param words what each status means in this service
 * @param statuses those that are possible
 * @example
 * ```ts
 * const schema = { response: { 200: orderSchema, ...refusalSchemasOf({ 404: "There is no such order." }, [404]) } };
 * ```
 */
export function refusalSchemasOf<Status extends number>(
  words: Readonly<Record<Status, string>>,
  statuses: readonly Status[],
): Record<number, object> {
  const described = statuses.map((status) => [
    status,
    { description: words[status], content: { "application/problem+json": { schema: problemSchema } } },
  ]);
  return Object.fromEntries(described);
}
