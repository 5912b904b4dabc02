/** A report in one line. */

import type { Report } from "./report.ts";

const WORDS: readonly (readonly [string, string])[] = [
  ["delete", "deleted"],
  ["replace", "replaced"],
  ["update", "updated"],
  ["create", "created"],
];

/** How many resources change, and in which way: `3 resources change: 1 replaced, 2 updated.` */
export function summaryLine({ operations, deployed, stack }: Report): string {
  const counts = WORDS.flatMap(([name, word]) => {
    const count = operations[name] ?? 0;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const all = Object.values(operations).reduce((sum, count) => sum + count, 0);
  if (!deployed)
    return `Nothing of ${stack} is deployed that this could be compared with: \`up\` makes ${all} resources.`;
  if (all === 0) return "Nothing changes.";
  return `${all} ${all === 1 ? "resource changes" : "resources change"}: ${counts.join(", ")}.`;
}
