import type { Problem } from "./problems.ts";
import { type Size, toBytes } from "./units.ts";

/** Largest body of a request; false where there is no limit. */
export type BodyLimit = Size | false;

/** What holds where a route says nothing: far above what a form or an API sends. */
export const BODY_LIMIT: Size = "1MiB";

const LEAST = 1024;
const LARGEST = 1024 ** 4;

/** What is wrong with the limit of a route. */
export function bodyLimitProblems(limit: BodyLimit = BODY_LIMIT): Problem[] {
  const bytes = typeof limit === "string" ? toBytes(limit) : undefined;
  if (limit === false || (bytes !== undefined && bytes >= LEAST && bytes <= LARGEST)) return [];
  const allowed = 'a size from "1KiB" to "1024GiB", such as "8MiB", or false for none';
  return [{ property: "route.bodyLimit", given: limit, allowed }];
}
