import { Type } from "typebox";
import { dataSchema } from "../between/contract.ts";

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

const refusals = {
  400: "A parameter or the body is wrong; `errors` names each one.",
  401: "There is no valid key in X-API-Key.",
  409: "The user has as many incomplete requests as are allowed.",
  413: "The body is too large.",
  415: "The body isn't JSON.",
  500: "Something failed inside the service.",
  502: "REDCap's answer is larger than this service takes.",
  503: "REDCap or Redis doesn't do its part, or the service is overloaded; Retry-After says when to ask again.",
} as const;

/** Descriptions of refusals by status. 401, 500 and 503 are possible everywhere. */
export function refusalSchemas(...statuses: readonly (keyof typeof refusals)[]): Record<number, object> {
  const described = ([...statuses, 401, 500, 503] as const).map((status) => [
    status,
    { description: refusals[status], content: { "application/problem+json": { schema: problemSchema } } },
  ]);
  return Object.fromEntries(described);
}

/** Answers in either form. */
export const answersSchema = {
  description: "The answers; as CSV a line of names and a line for each record, empty without any.",
  content: { "application/json": { schema: dataSchema }, "text/csv": { schema: Type.String() } },
} as const;
