import { Type } from "typebox";

/** Nothing may be asked for: what is looked at is a matter of the settings alone. */
export const noQuerySchema = Type.Object({}, { additionalProperties: false });

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
  400: "There is a parameter; none is taken.",
  401: "There is no key, or a wrong one.",
  500: "Something failed inside the service.",
  503: "The service is overloaded or stops; Retry-After may say when to ask again.",
} as const;

/** Descriptions of the refusals, by status. */
export const refusalSchemas: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(refusals).map(([status, description]) => [
    status,
    { description, content: { "application/problem+json": { schema: problemSchema } } },
  ]),
);
