/** What the services of the surveys say to each other: one set of schemas for types, checks and OpenAPI. */

import { type Static, Type } from "typebox";

/** Who somebody is, in all services: made from the address by whoever signs people in. */
export const userIdSchema = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$" });

/** An address for mail; what is checked is what a mail server takes, not who answers there. */
export const emailSchema = Type.String({ maxLength: 254, pattern: "^[^\\s@<>\"',;:]{1,64}@[A-Za-z0-9.-]{1,189}$" });

/** A person who has signed in. */
export const userSchema = Type.Object(
  { userId: userIdSchema, email: emailSchema, roles: Type.Array(Type.String({ maxLength: 40 })) },
  { additionalProperties: false },
);
/** A person who has signed in. */
export type User = Static<typeof userSchema>;

/** Asks for a link: `POST /api/v1/auth/signup` and `/login`. */
export const linkRequestSchema = Type.Object({ email: emailSchema }, { additionalProperties: false });

/** What is told of a link that was sent: neither whose it is, nor the secret that it carries. Only the mail has these. */
export const linkSentSchema = Type.Object({ data: Type.Object({ expires: Type.String({ format: "date-time" }) }) });

/** Signs in: `POST /api/v1/auth/verify`. */
export const verifySchema = Type.Object(
  { userId: userIdSchema, secret: Type.String({ pattern: "^[A-Za-z0-9_-]{16,256}$" }) },
  { additionalProperties: false },
);

/** Somebody signed in. */
export const verifiedSchema = Type.Object({ data: userSchema });

/** Asks for a survey: `POST /api/v1/surveys/requests`. */
export const newRequestSchema = Type.Object(
  { userId: userIdSchema, email: emailSchema },
  { additionalProperties: false },
);

/** One request for a survey. */
export const surveyRequestSchema = Type.Object({
  id: Type.String(),
  createdAt: Type.String({ format: "date-time" }),
  complete: Type.Boolean(),
});
/** One request for a survey. */
export type SurveyRequest = Static<typeof surveyRequestSchema>;

/** A request that was made. */
export const requestMadeSchema = Type.Object({ data: surveyRequestSchema });

/** All requests of a person: `GET /api/v1/surveys/requests?userId=`. */
export const requestsSchema = Type.Object({ data: Type.Array(surveyRequestSchema) });

/** Where a person fills in a request: `GET /api/v1/surveys/links?userId=`. */
export const linksSchema = Type.Object({
  data: Type.Array(Type.Object({ id: Type.String(), url: Type.String({ format: "uri" }) })),
});

/** Whose. */
export const ofUserSchema = Type.Object({ userId: userIdSchema }, { additionalProperties: false });

/** Whose answers, and how: `GET /api/v1/surveys/data`. */
export const dataQuerySchema = Type.Object(
  {
    userId: userIdSchema,
    format: Type.Optional(Type.Union([Type.Literal("json"), Type.Literal("csv")])),
  },
  { additionalProperties: false },
);

/** Answers as REDCap keeps them: a record each, its fields as text. */
export const dataSchema = Type.Object({ data: Type.Array(Type.Record(Type.String(), Type.String())) });

/** One look at a host. */
export const hostCheckSchema = Type.Object({
  host: Type.String(),
  port: Type.Integer(),
  tls: Type.Boolean(),
  ok: Type.Boolean(),
  /** Milliseconds until it had answered; of one that did not, until that was clear. */
  milliseconds: Type.Number(),
  /** Why not, in a few words; empty where it is well. */
  why: Type.String(),
  /** When its certificate ends; only with TLS. */
  certificateExpires: Type.Optional(Type.String({ format: "date-time" })),
});
/** One look at a host. */
export type HostCheck = Static<typeof hostCheckSchema>;

/** `GET /api/v1/checks`. */
export const checksSchema = Type.Object({ data: Type.Array(hostCheckSchema) });
