import { Type } from "typebox";
import { refusalSchemasOf } from "../../../telemetry/node/index.ts";

/** Nothing may be asked for: what is looked at is a matter of the settings alone. */
export const noQuerySchema = Type.Object({}, { additionalProperties: false });

const refusals = {
  400: "There is a parameter; none is taken.",
  401: "There is no key, or a wrong one.",
  500: "Something failed inside the service.",
  503: "The service is overloaded or stops; Retry-After may say when to ask again.",
} as const;

/** Descriptions of the refusals, by status. */
export const refusalSchemas = refusalSchemasOf(refusals, [400, 401, 500, 503]);
