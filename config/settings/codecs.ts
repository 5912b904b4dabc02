/** All keys of the library, and how a configuration is read by them. */

import { nearest, type Problem } from "../../services/problems.ts";
import type { Codecs, Values } from "./codec.ts";
import { EDGE_SETTINGS } from "./edge.ts";
import { HOST_SETTINGS, IMAGE_SETTINGS } from "./hosts.ts";
import { MONITORING_SETTINGS } from "./monitoring.ts";
import { RECEIVER_SETTINGS } from "./receivers.ts";
import { KEPT_SETTINGS, STORE_SETTINGS } from "./stores.ts";

/** The keys of the library. Those of a system are with the system. */
export const CODECS = {
  ...EDGE_SETTINGS,
  ...MONITORING_SETTINGS,
  ...STORE_SETTINGS,
  ...RECEIVER_SETTINGS,
  ...HOST_SETTINGS,
  ...KEPT_SETTINGS,
  ...IMAGE_SETTINGS,
};

/** What the keys of the library say. */
export type RawSettings = Values<typeof CODECS>;

/** A configuration that was read. */
export interface Decoded<C extends Codecs> {
  /** The value of each key; what stands for it, where it is none. */
  readonly values: Values<C>;
  /** The keys whose text is no value. */
  readonly wrong: ReadonlySet<string>;
  /** What is wrong with the keys, each by itself. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the texts of a configuration.
 *
 * @param raw key without namespace to text, with the defaults of `Pulumi.yaml` filled in
 * @example
 * ```ts
 * decode({ pageSize: whole(wholeNumber(1, 50), { default: 20, description: "Films on a page." }) }, { pageSize: "25" }).values.pageSize; // 25
 * ```
 */
export function decode<C extends Codecs>(codecs: C, raw: Readonly<Record<string, string>>): Decoded<C> {
  const wrong = new Set(Object.keys(raw).filter((key) => codecOf(codecs, key)?.parse(raw[key] ?? "") === undefined));
  const read = (key: string): unknown => {
    const text = raw[key];
    const codec = codecOf(codecs, key);
    if (text === undefined) return codec?.standIn("");
    return wrong.has(key) ? codec?.standIn(text) : codec?.parse(text);
  };
  return {
    values: Object.fromEntries(Object.keys(codecs).map((key) => [key, read(key)])) as Values<C>,
    wrong,
    problems: [
      ...[...wrong].map((key) => problemOf(codecs, key, raw[key] ?? "")),
      ...Object.keys(codecs)
        .filter((key) => raw[key] === undefined)
        .map((key) => ({
          property: `vigie:${key}`,
          given: undefined,
          allowed: "a value; Pulumi.yaml has the defaults",
        })),
    ],
  };
}

/** The keys among these of which something is true. */
export function keysThat(codecs: Codecs, is: "secret" | "port"): readonly string[] {
  return Object.keys(codecs).filter((key) => codecs[key]?.[is] === true);
}

/** The codec of a key that may be anything, also what every object has. */
const codecOf = (codecs: Codecs, key: string) => (Object.hasOwn(codecs, key) ? codecs[key] : undefined);

function problemOf(codecs: Codecs, key: string, given: string): Problem {
  const property = `vigie:${key}`;
  const codec = codecOf(codecs, key);
  if (codec === undefined) {
    const allowed = unknownKey(key, Object.keys(codecs));
    return {
      property,
      given: isPlain(codecs, key, given) ? given : "(not shown)",
      allowed,
      fix: `\`pulumi config rm vigie:${key}\` takes it out.`,
    };
  }
  return {
    property,
    given: codec.secret ? "(not shown)" : given,
    allowed: codec.allowed(given).replace(/\.$/, ""),
    fix: `\`pulumi config set vigie:${key} …\` changes it.`,
  };
}

/** Whether the value of a key that nobody knows may be shown: it may be that of a secret whose key is misspelt. */
function isPlain(codecs: Codecs, key: string, given: string): boolean {
  const near = nearest(key, Object.keys(codecs)) ?? "";
  return /^[A-Za-z0-9.]{1,8}$/.test(given) && codecs[near]?.secret !== true;
}

/** Keys of earlier versions, and what to set in their place. */
const FORMER: Readonly<Record<string, string>> = {
  retention:
    "vigie:retentionMetrics and vigie:retentionLogs in its place, each with this value, and vigie:retentionDisk for the disk of all",
};

/** What is allowed instead of a key that nobody knows. */
function unknownKey(key: string, known: readonly string[]): string {
  const former = Object.hasOwn(FORMER, key) ? FORMER[key] : undefined;
  if (former !== undefined) return former;
  const near = nearest(key, known);
  return near === undefined ? `one of ${known.join(", ")}` : `a known key; did you mean vigie:${near}`;
}
