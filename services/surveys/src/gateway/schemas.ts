import { Type } from "typebox";
import { refusalSchemasOf } from "../../../telemetry/node/index.ts";
import { emailSchema, surveyRequestSchema, userIdSchema, verifySchema } from "../between/contract.ts";

/** Who wants a link: the contract's form, with what is allowed in words. */
export const addressSchema = Type.Object(
  { email: Type.String({ ...emailSchema, description: "an address for mail, such as you@example.org" }) },
  { additionalProperties: false },
);

/** What a link carries: the contract's form, with what is allowed in words. */
export const linkSchema = Type.Object(
  {
    userId: Type.String({ ...userIdSchema, description: "the userId of the link, as it was mailed" }),
    secret: Type.String({ ...verifySchema.properties.secret, description: "the secret of the link, as it was mailed" }),
  },
  { additionalProperties: false },
);

/** The same as the mail's link has it: who sent the mail may have added more, as Appwrite does (`expire`, `project`). */
export const mailedLinkSchema = Type.Object(linkSchema.properties);

/** Nothing may be asked for: whose request it is, the session says. */
export const noQuerySchema = Type.Object({}, { additionalProperties: false });

/** The requests of a person, with where each of them is filled in, if it still is to be. */
export const listSchema = Type.Object(
  {
    data: Type.Array(
      Type.Object({ ...surveyRequestSchema.properties, url: Type.Optional(Type.String({ format: "uri" })) }),
    ),
  },
  { description: "All requests, newest first." },
);

/** How answers are downloaded. */
export const downloadQuerySchema = Type.Object(
  {
    format: Type.Optional(
      Type.Union([Type.Literal("csv"), Type.Literal("json")], { description: "csv or json", default: "csv" }),
    ),
  },
  { additionalProperties: false },
);

const stateSchema = Type.Union([Type.Literal("ok"), Type.Literal("away")]);

/** What is well and what is away. */
export const healthSchema = Type.Object(
  {
    data: Type.Object({
      gateway: Type.Literal("ok"),
      services: Type.Object({ survey: stateSchema, auth: stateSchema, health: stateSchema }),
      hosts: Type.Union([Type.Object({ well: Type.Integer(), failing: Type.Integer() }), Type.Literal("away")]),
    }),
  },
  { description: "Always 200 while the gateway itself is well." },
);

const refusals = {
  400: "A parameter or the body is wrong; `errors` names each one.",
  401: "Nobody is signed in, or the link is wrong, used or over.",
  403: "Another site's page sent it.",
  409: "There are too many incomplete requests, or somebody else is signed in.",
  413: "The body is too large.",
  415: "The body has another content type than is taken.",
  422: "No mail can be sent to this address.",
  429: "Too many requests; Retry-After says when to ask again.",
  500: "Something failed inside the service.",
  502: "A service behind the gateway failed.",
  503: "Sessions or a service can't be reached, or there is too much to do; Retry-After says when to ask again.",
  504: "A service behind the gateway, or what is behind that, didn't answer in time: it may have been done all the same.",
} as const;

/** Descriptions of refusals by status. 400, 429, 500 and 503 are possible everywhere. */
export function refusalSchemas(...statuses: readonly (keyof typeof refusals)[]): Record<number, object> {
  return refusalSchemasOf(refusals, [...statuses, 400, 429, 500, 503]);
}
