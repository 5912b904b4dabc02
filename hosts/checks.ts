import type { Problem } from "../services/problems.ts";

/** Who owns a path, and who may do what with it. */
export interface Ownership {
  /** A user's name or number. @default "root" */
  readonly owner?: string;
  /** A group's name or number. @default "root" */
  readonly group?: string;
  /** Permissions in octal: `"0644"`. */
  readonly mode?: string;
}

const NAME = /^[a-z_][a-z0-9_-]{0,31}$/;
const OWNER = /^([a-z_][a-z0-9_-]{0,31}|[0-9]{1,10})$/;

/** Ownership as the shell functions take it: owner, group, and the mode as `stat` prints it. */
export function ownershipWords(given: Ownership, mode: string): [string, string, string] {
  const digits = (given.mode ?? mode).replace(/^0+(?=.)/, "");
  return [given.owner ?? "root", given.group ?? "root", digits];
}

/** Users and groups that an ownership needs. Numbers need nothing. */
export function ownershipNeeds(given: Ownership): { property: string; what: string }[] {
  return (["owner", "group"] as const).flatMap((property) => {
    const name = given[property];
    if (name === undefined || /^[0-9]+$/.test(name)) return [];
    return [{ property, what: `${property === "owner" ? "user" : "group"} ${name}` }];
  });
}

/** What is wrong with an ownership. */
export function ownershipProblems(given: Ownership): Problem[] {
  const problems: Problem[] = [];
  for (const property of ["owner", "group"] as const) {
    const name = given[property];
    if (name !== undefined && !OWNER.test(name)) {
      problems.push({ property, given: name, allowed: "a name of a-z, 0-9, _ and -, or a number" });
    }
  }
  if (given.mode !== undefined && !/^[0-7]{3,4}$/.test(given.mode)) {
    problems.push({ property: "mode", given: given.mode, allowed: 'three or four octal digits, such as "0644"' });
  }
  return problems;
}

/** What is wrong with the path of something on the host. */
export function pathProblems(property: string, given: string): Problem[] {
  const good =
    given.startsWith("/") &&
    given !== "/" &&
    !given.includes("\0") &&
    given
      .slice(1)
      .split("/")
      .every((part) => part !== "" && part !== "." && part !== "..");
  if (good) return [];
  return [{ property, given, allowed: "an absolute path without `.`, `..`, doubled or trailing slashes" }];
}

/** What is wrong with the name of a user, a group or anything else that is named like one. */
export function nameProblems(property: string, given: string): Problem[] {
  return NAME.test(given)
    ? []
    : [{ property, given, allowed: "1 to 32 of a-z, 0-9, _ and -, beginning with a letter or _" }];
}

/** A problem, where a value is not what a pattern allows. */
export function patternProblems(property: string, given: string, pattern: RegExp, allowed: string): Problem[] {
  return pattern.test(given) ? [] : [{ property, given, allowed }];
}

const BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
const IPV4 = new RegExp(`^${BYTE}(\\.${BYTE}){3}(/(3[0-2]|[12]?[0-9]))?$`);
/** Loose: the program that reads it looks closer, before it is put in place. */
const IPV6 = /^[0-9a-fA-F:]{2,39}(\/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?$/;

/** Whether a text is an address, or a network: an address with /bits. */
export function isNetwork(text: string): boolean {
  return text.includes(":") ? IPV6.test(text) : IPV4.test(text);
}

/** A problem for a line break in what has to stay on one line of a file. */
export function lineProblems(property: string, given: string): Problem[] {
  return patternProblems(property, given, /^[^\0\r\n]+$/, "text on one line, not empty");
}
