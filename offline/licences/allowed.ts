/** Which licences may be in what is built and shipped here; docs/licences.md says why. */

/** Licences that ask for a notice, and no more of what is linked with them. */
export const PERMISSIVE = [
  "0BSD",
  "Apache-2.0",
  "Artistic-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC-BY-3.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "PSF-2.0",
  "Python-2.0",
  "Unlicense",
  "Zlib",
] as const;

/** Licences that ask for the source of their own files, and of nothing else. */
export const WEAK_COPYLEFT = ["LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0"] as const;

const allowed = new Set<string>([...PERMISSIVE, ...WEAK_COPYLEFT]);

/**
 * Whether an SPDX expression allows use here: of a choice one must be allowed, of what is joined by AND all.
 *
 * @example
 * isAllowed("(MIT OR GPL-3.0-only) AND ISC"); // true
 */
export function isAllowed(expression: string): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const either = (): boolean => {
    let fits = both();
    while (tokens[at] === "OR") {
      at += 1;
      fits = both() || fits;
    }
    return fits;
  };
  const both = (): boolean => {
    let fits = one();
    while (tokens[at] === "AND") {
      at += 1;
      fits = one() && fits;
    }
    return fits;
  };
  const one = (): boolean => {
    const token = tokens[at];
    at += 1;
    if (token !== "(") return token !== undefined && allowed.has(token);
    const fits = either();
    at += 1;
    return fits;
  };
  const fits = either();
  return fits && at === tokens.length;
}
