/** What names, hosts, ports and sizes may be: one grammar, and one sentence each that says it. */

import { type Size, toBytes } from "./units.ts";

/** What a value may be. */
export interface Grammar<T> {
  /** Whether a value is one. */
  readonly fits: (value: unknown) => value is T;
  /** What is allowed, as a refusal says it. */
  readonly allowed: string;
}

/** A whole number within limits. */
export function wholeNumber(least: number, most: number, what = "a whole number"): Grammar<number> {
  return {
    fits: (value): value is number => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    allowed: `${what} from ${least} to ${most}`,
  };
}

function text(pattern: RegExp, allowed: string): Grammar<string> {
  return { fits: (value): value is string => typeof value === "string" && pattern.test(value), allowed };
}

/** A TCP or UDP port. */
export const PORT = wholeNumber(1, 65_535);

/** A port that a program without rights may listen on. */
export const HIGH_PORT = wholeNumber(1024, 65_535);

/** The largest packet of a network. */
export const MTU = wholeNumber(576, 65_535, "a whole number of bytes");

/** How many containers of one kind a host may have. */
export const REPLICAS = wholeNumber(1, 50);

/** Which of several sets of keys, one after the other. */
export const GENERATION = wholeNumber(1, 1_000_000);

/** A size of memory or disk. */
export const SIZE: Grammar<Size> = {
  fits: (value): value is Size => typeof value === "string" && toBytes(value) !== undefined,
  allowed: 'a size such as "8GiB"',
};

/** The name of a service, and of whoever looks after one: also a label in DNS with something behind it. */
export const SERVICE_NAME = text(
  /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
  "1 to 40 of a-z, 0-9 and -, starting with a letter, not ending with -",
);

/** What a container is called, and reached by. */
export const CONTAINER_NAME = text(
  /^[a-z][a-z0-9-]*$/,
  "small letters, digits and -, beginning with a letter: containers are reached by it",
);

/** The name of a host that is reached by SSH, as a word of `ssh` and of files. */
export const HOST_ALIAS = text(/^[a-z0-9][a-z0-9-]*$/, "small letters, digits and -");

/** A user of a store. */
export const STORE_USER = text(/^[a-z][a-z0-9_-]{0,39}$/, "1 to 40 of a-z, 0-9, _ and -, starting with a letter");

/** A name that visitors ask for. */
export const HOSTNAME = text(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'a host name in small letters, such as "shop.example"');

/** A name or an IPv4 address without port. */
export const NAME_OR_ADDRESS = text(
  /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
  "a name or an IPv4 address, without port",
);

/** The name of a metric. */
export const METRIC_NAME = text(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'the name of a metric, such as "cache_lookups_total"');

/** How many series a target may have. */
export const SERIES = wholeNumber(1, 100_000);
