/**
 * Keeps `Pulumi.<stack>.yaml` as it was committed. With a file backend, Pulumi writes `encryptionsalt` into it at the
 * first command and quotes its numbers; the stack's state has the same salt, and
 * `PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER` makes Pulumi read it there.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";

/** The text without its `encryptionsalt`; unchanged where a secret of the file needs it. */
export function withoutSalt(text: string): string {
  if (/^\s+(- )?secure:/m.test(text)) return text;
  return text.replace(/^encryptionsalt:.*(\n|$)/m, "");
}

/** Whether a stack's file holds an `encryptionsalt`. */
export const hasSalt = (file: string): boolean => /^encryptionsalt:/m.test(readOrEmpty(file));

/** What is to stand in the file after Pulumi wrote `after` where `before` was. */
export function tidied(before: string, after: string): string {
  const kept = withoutSalt(before);
  const wanted = withoutSalt(after);
  return isDeepStrictEqual(contentOf(kept), contentOf(wanted)) ? kept : wanted;
}

/** Scalars as text: Pulumi quotes numbers and booleans without changing what they mean to it. */
function contentOf(text: string): unknown {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, plain(child)]));
    }
    return value === null || value === undefined ? "" : String(value);
  };
  return plain(parse(text) ?? {});
}

/** Does the work and puts the stack's file back to what it was, apart from what the work changed in it on purpose. */
export async function keepingStackFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  const before = readOrEmpty(file);
  try {
    return await work();
  } finally {
    const after = readOrEmpty(file);
    const wanted = tidied(before, after);
    if (wanted !== after) writeFileSync(file, wanted);
  }
}

const readOrEmpty = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");
