/** Findings that say the same of several subjects, said once. */

import type { Finding, Weight } from "./section.ts";

/** The same change of several subjects. */
export interface GroupedFinding {
  /** What became of them. */
  readonly change: string;
  /** What it is about, in the order in which they were found. */
  readonly subjects: readonly string[];
  /** The change in words. */
  readonly text: string;
  /** How much it asks of the reader. */
  readonly weight: Weight;
}

/** Puts findings together that differ in their subject alone; their order stays. */
export function grouped(findings: readonly Finding[]): readonly GroupedFinding[] {
  const groups = new Map<string, GroupedFinding>();
  for (const { change, subject, text, weight = "note" } of findings) {
    const key = [weight, change, text].join("\n");
    const subjects = [...(groups.get(key)?.subjects ?? []), subject];
    groups.set(key, { change, subjects: [...new Set(subjects)], text, weight });
  }
  return [...groups.values()];
}
