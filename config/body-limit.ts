/** How large the body of a request may be, decided by the edge before it reads any of it. */

import { BODY_LIMIT, type BodyLimit } from "../services/body-limit.ts";
import { toBytes } from "../services/units.ts";

/** Requests that a route does not take, and what refuses them. */
export interface RefusedBodies {
  /** End of the router's name. */
  readonly suffix: string;
  /** Rule of the requests, beside that of the route. */
  readonly rule: string;
  /** Name of the middleware that answers. */
  readonly middleware: keyof typeof REFUSALS;
}

/** Middlewares that answer a status by themselves: nobody has the address that they would let pass. */
const REFUSALS = {
  "body-too-large": { ipAllowList: { sourceRange: ["255.255.255.255/32"], rejectStatusCode: 413 } },
  "body-without-length": { ipAllowList: { sourceRange: ["255.255.255.255/32"], rejectStatusCode: 411 } },
} as const;

/** The middlewares that {@link refusedBodies} names. */
export const bodyLimitMiddlewares = (): Readonly<Record<string, object>> => REFUSALS;

/**
 * The requests whose bodies a route does not take: those that say to be larger than its limit, and those of methods
 * with a body that do not say how long it is.
 *
 * Traefik's own limit, `buffering`, was not taken. It keeps each body and each answer until they are whole, in memory or
 * in files that this container can't write: streams would come at once or not at all, and who sends many bodies at the
 * same time fills the edge's memory. Here nothing is read: a length that is said is what Traefik's server cuts a body at.
 *
 * @param limit the route's own. @default BODY_LIMIT
 */
export function refusedBodies(limit: BodyLimit = BODY_LIMIT): readonly RefusedBodies[] {
  const bytes = limit === false ? undefined : toBytes(limit);
  if (bytes === undefined) return [];
  return [
    {
      suffix: "-large",
      rule: `HeaderRegexp(\`Content-Length\`, \`^0*(${numbersAbove(bytes)})$\`)`,
      middleware: "body-too-large",
    },
    {
      suffix: "-lengthless",
      rule: "((Method(`POST`) || Method(`PUT`) || Method(`PATCH`)) && !HeaderRegexp(`Content-Length`, `.`))",
      middleware: "body-without-length",
    },
  ];
}

/** A regular expression of all whole numbers above one, written without zeros before them. */
export function numbersAbove(number: number): string {
  const digits = String(number);
  const larger = [...digits].flatMap((digit, index) => {
    if (digit === "9") return [];
    const rest = digits.length - index - 1;
    return [`${digits.slice(0, index)}[${Number(digit) + 1}-9]${rest === 0 ? "" : `[0-9]{${rest}}`}`];
  });
  return [`[1-9][0-9]{${digits.length},}`, ...larger].join("|");
}
