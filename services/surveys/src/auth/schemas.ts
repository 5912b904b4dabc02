import { Type } from "typebox";
import { refusalSchemasOf } from "../../../telemetry/node/index.ts";
import { ofUserSchema, verifySchema } from "../between/contract.ts";

// What follows a full stop is one more part; none is empty.
const LOCAL = "[A-Za-z0-9!#$%&*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&*+/=?^_`{|}~-]+)*";
const DOMAIN = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*";

/**
 * The body of `POST /api/v1/auth/signup` and `/login`. It takes less than the address of the contract: ASCII only, as
 * the small letters of others are not only their own ("K", the kelvin sign, becomes "k"), and no character that has a
 * meaning in the header of a mail.
 */
export const addressSchema = Type.Object(
  {
    email: Type.String({
      maxLength: 254,
      pattern: `^(?=.{1,64}@)${LOCAL}@(?=.{1,189}$)${DOMAIN}$`,
      description: "one address for mail, such as jane@example.org: ASCII, without quotes, comments or a name",
    }),
  },
  { additionalProperties: false },
);

const userId = Type.String({
  ...ofUserSchema.properties.userId,
  description: "an id of somebody: 1 to 36 of A-Z, a-z, 0-9, . _ and -, the first of them a letter or a digit",
});

/** The body of `POST /api/v1/auth/verify`. */
export const linkSchema = Type.Object(
  {
    userId,
    secret: Type.String({
      ...verifySchema.properties.secret,
      description: "the secret of the link: 16 to 256 of A-Z, a-z, 0-9, _ and -",
    }),
  },
  { additionalProperties: false },
);

/** The body of `POST /api/v1/auth/logout`. */
export const whoSchema = Type.Object({ userId }, { additionalProperties: false });

const refusals = {
  400: "The body is wrong; `errors` names each wrong part.",
  401: "The caller's key is missing or wrong (`no-api-key`), or the link is wrong, used or over (`link-invalid`).",
  413: "The body is too large.",
  415: "The body isn't JSON.",
  422: "No mail can be sent to this address.",
  429: "Too many attempts, as Appwrite counts them; Retry-After says when to ask again.",
  500: "Something failed inside the service.",
  503: "Mail, Redis or Appwrite can't be reached, or the service is overloaded; Retry-After says when to ask again.",
  504: "The mail server is slow: the mail may still come, and its link holds (`mail-uncertain`).",
} as const;

/** Descriptions of refusals by status. 400, 401, 413, 415, 500 and 503 are possible everywhere. */
export function refusalSchemas(...statuses: readonly (keyof typeof refusals)[]): Record<number, object> {
  return refusalSchemasOf(refusals, [400, 401, 413, 415, 500, 503, ...statuses]);
}
