/** Tells licences by their text. */

/** A sentence that only one licence has, once the text is one line of small letters; the first that fits counts. */
const SENTENCES: readonly (readonly [licence: string, sentence: RegExp])[] = [
  ["AGPL-3.0", /gnu affero general public license version 3/],
  ["SSPL-1.0", /server side public license/],
  ["BUSL-1.1", /business source license/],
  ["Elastic-2.0", /elastic license 2\.0/],
  ["LGPL", /gnu (lesser|library) general public license version/],
  ["GPL", /gnu general public license version \d/],
  ["MPL-2.0", /mozilla public license,? version 2\.0/],
  ["EPL-2.0", /eclipse public license - v 2\.0/],
  ["Artistic-2.0", /the artistic license 2\.0/],
];

/** As above, and all that fit count: one file may hold several of them. */
const TOGETHER: typeof SENTENCES = [
  ["Apache-2.0", /apache license,? version 2\.0|www\.apache\.org\/licenses\/license-2\.0/],
  ["MIT", /permission is hereby granted, free of charge, to any person obtaining a copy of this software/],
  [
    "BSD-3-Clause",
    /redistributions in binary form must.*(neither the names? of|the names? of .{1,80} may not be used to endorse)/,
  ],
  ["BSD-2-Clause", /redistributions in binary form must/],
  [
    "ISC",
    /permission to use, copy, modify,? and\/?(or)? ?distribute this software for any purpose with or without fee/,
  ],
  ["Unlicense", /free and unencumbered software released into the public domain/],
  ["CC0-1.0", /cc0 1\.0 universal/],
  ["0BSD", /zero-clause bsd/],
  ["Zlib", /altered source versions must be plainly marked as such/],
  ["Python-2.0", /psf license agreement/],
];

/**
 * The SPDX name of a licence's text; several, joined by AND, where a file holds several.
 *
 * @returns undefined where it is none that is known
 * @example
 * classifyLicence(readFileSync("LICENSE", "utf8")); // "MIT"
 */
export function classifyLicence(text: string): string | undefined {
  const line = text
    .toLowerCase()
    .replaceAll(/^[\s#*/;]+|[\s*=-]+$/gm, " ")
    .replaceAll(/["“”'`]/g, "")
    .replaceAll(/\s+/g, " ");
  const strict = SENTENCES.find(([, sentence]) => sentence.test(line))?.[0];
  if (strict !== undefined) return strict;
  const found = TOGETHER.filter(([, sentence]) => sentence.test(line)).map(([licence]) => licence);
  // The three clauses hold the two.
  const whole = found.filter((licence) => licence !== "BSD-2-Clause" || !found.includes("BSD-3-Clause"));
  return whole.length === 0 ? undefined : whole.sort().join(" AND ");
}
