/** What a dump does not hold: how its database was made, its settings, and what only a superuser can give it. */

import type { Problem } from "../../services/problems.ts";

/** A setting that each session in the database begins with. */
export interface KeptSetting {
  /** The role that it is for; none for every role. */
  readonly role?: string;
  /** Its name. */
  readonly name: string;
  /** Its value, as the server keeps it. */
  readonly value: string;
}

/** A right on the database itself. */
export interface KeptGrant {
  /** The role that has it; none for everybody. */
  readonly to?: string;
  /** The right: `CONNECT`. */
  readonly right: string;
  /** Whether it may be given on. */
  readonly further: boolean;
}

/** What lies beside a dump. */
export interface Beside {
  /** How the database was made, by the names that its kind has for it. */
  readonly made: Readonly<Record<string, string>>;
  /** Settings that its owner may give. */
  readonly settings: readonly KeptSetting[];
  /** Rights on it that its owner has given. */
  readonly grants: readonly KeptGrant[];
  /**
   * What only a superuser gives, as SQL. It is never taken from a backup, whoever wrote that: the stack must have it, and
   * what the stack has is used. `:"DBNAME"` stands for the database, as in psql.
   */
  readonly given: readonly string[];
}

/** What a store says of one of its databases. */
export interface Looked extends Beside {
  /** What else a superuser has given that a backup may need, as in `given`. */
  readonly present: readonly string[];
  /** What can't come back as it is, in words: with any, no backup is made. */
  readonly refused: readonly string[];
}

/** Beside what needs nothing: the files of a volume. */
export const NOTHING_BESIDE: Beside = { made: {}, settings: [], grants: [], given: [] };

/**
 * Whether a text from a file has the shape; what its values are is the store's matter.
 *
 * @param value what the manifest has
 */
export function isBeside(value: unknown): value is Beside {
  if (!isRecord(value)) return false;
  const { made, settings, grants, given } = value;
  const isText = (each: unknown): each is string => typeof each === "string" && !each.includes("\0");
  const isTextOrNone = (each: unknown) => each === undefined || isText(each);
  return (
    isRecord(made) &&
    Object.values(made).every(isText) &&
    Array.isArray(settings) &&
    settings.every((each) => isRecord(each) && isTextOrNone(each.role) && isText(each.name) && isText(each.value)) &&
    Array.isArray(grants) &&
    grants.every(
      (each) => isRecord(each) && isTextOrNone(each.to) && isText(each.right) && typeof each.further === "boolean",
    ) &&
    Array.isArray(given) &&
    given.every(isText)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What a backup needs of a superuser's doing that a stack's database lacks.
 *
 * @param property the database, as messages name it
 */
export function missingGifts(property: string, saved: Beside, running: Looked): readonly Problem[] {
  return saved.given
    .filter((each) => ![...running.given, ...running.present].includes(each))
    .map((given) => ({
      property,
      given: undefined,
      allowed: `${given}: the backup was made with it, and a restore does nothing as a superuser`,
      fix: "If it is right, do it by hand first, in that database.",
    }));
}
