import { Type } from "typebox";
import { refusalSchemasOf } from "../../../telemetry/node/index.ts";
import { dataSchema } from "../between/contract.ts";

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
  return refusalSchemasOf(refusals, [...statuses, 401, 500, 503]);
}

/** Answers in either form. */
export const answersSchema = {
  description: "The answers; as CSV a line of names and a line for each record, empty without any.",
  content: { "application/json": { schema: dataSchema }, "text/csv": { schema: Type.String() } },
} as const;
