import { Type } from "typebox";
import { refusalSchemasOf } from "../../../telemetry/node/index.ts";

const MAX_INTEGER = 2_147_483_647;
const MAX_PAGE = 100_000;
const MAX_PER_PAGE = 100;
const MAX_QUANTITY = 20;
const MAX_TITLE = 200;

// The descriptions are told to callers as what is allowed.
const wholeNumber = (maximum: number) =>
  Type.Integer({ minimum: 1, maximum, description: `a whole number from 1 to ${maximum}` });

const customer = Type.String({
  pattern: "^[A-Za-z0-9_-]{8,64}$",
  description: "8 to 64 of A-Z, a-z, 0-9, _ and -, such as a random UUID; not a person's name or address",
});

const order = {
  film_id: wholeNumber(MAX_INTEGER),
  title: Type.String({
    maxLength: MAX_TITLE,
    // Something to see, and no control character: PostgreSQL takes no NUL.
    pattern: "^(?=[\\s\\S]*\\S)[^\\u0000-\\u001f\\u007f-\\u009f]*$",
    description: `1 to ${MAX_TITLE} printable characters`,
  }),
  quantity: wholeNumber(MAX_QUANTITY),
};

/** The body of `POST /api/orders`. */
export const newOrderSchema = Type.Object(
  { ...order, customer: Type.Optional(customer) },
  { additionalProperties: false },
);

/** Headers of `POST /api/orders`. */
export const placeHeadersSchema = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({
      pattern: "^[A-Za-z0-9._-]{1,128}$",
      description: "1 to 128 of A-Z, a-z, 0-9, . _ and -: one for each order, the same when it is sent again",
    }),
  ),
});

/** Headers of `GET /api/orders`: a header, since addresses get into logs. */
export const listHeadersSchema = Type.Object({ "x-customer": Type.Optional(customer) });

/** Parameters of `GET /api/orders`. */
export const orderQuerySchema = Type.Object(
  { page: Type.Optional(wholeNumber(MAX_PAGE)), per_page: Type.Optional(wholeNumber(MAX_PER_PAGE)) },
  { additionalProperties: false },
);

/** The path of `GET /api/orders/:id`. */
export const orderPathSchema = Type.Object({ id: wholeNumber(MAX_INTEGER) });

/** An order in an answer. */
export const orderSchema = Type.Object(
  {
    id: Type.Integer(),
    film_id: Type.Integer({ description: "the film's id in the catalogue" }),
    title: Type.String(),
    quantity: Type.Integer(),
    status: Type.Literal("placed"),
    placed_at: Type.String({ format: "date-time" }),
  },
  { description: "The order." },
);

/** A page of orders in an answer. */
export const orderPageSchema = Type.Object(
  {
    items: Type.Array(orderSchema),
    page: Type.Integer(),
    per_page: Type.Integer(),
    pages: Type.Integer(),
    total: Type.Integer(),
  },
  { description: "Orders, newest first." },
);

const refusals = {
  400: "A parameter or the body is wrong; `errors` names each one.",
  404: "There is no such order.",
  413: "The body is too large.",
  415: "The body isn't JSON.",
  422: "The idempotency key belongs to another order.",
  429: "Too many requests from this address; Retry-After says when to ask again.",
  500: "Something failed inside the service.",
  503: "The orders can't be reached or the service is overloaded; Retry-After says when to ask again.",
} as const;

/** Descriptions of refusals by status. 429, 500 and 503 are possible everywhere. */
export function refusalSchemas(...statuses: readonly (keyof typeof refusals)[]): Record<number, object> {
  return refusalSchemasOf(refusals, [...statuses, 429, 500, 503]);
}
