import type { Problem } from "../services/problems.ts";
import { toSeconds } from "../services/units.ts";
import { PACES, type Pace, type PaceName } from "../signals/rule-group.ts";

/** How the caller wrote down the time between two scrapes. */
export interface ScrapeWords {
  /** The property that has it. */
  readonly property: string;
  /** What to do, given the longest time that the pace can be had with. */
  readonly fix: (most: string) => string;
}

/**
 * What is wrong with a pace and the time between two scrapes together; `[]` when all is well.
 *
 * @example
 * ```ts
 * paceProblems("instant", "15s", { property: "scrapeInterval", fix: (most) => `Set it to ${most}.` });
 * ```
 */
export function paceProblems(name: PaceName, scrapeInterval: string, { property, fix }: ScrapeWords): Problem[] {
  const { scrapeInterval: most, downFor }: Pace = PACES[name];
  if (most === undefined || (toSeconds(scrapeInterval) ?? 0) <= (toSeconds(most) ?? 0)) return [];
  return [
    {
      property,
      given: scrapeInterval,
      allowed: `at most ${most} at the pace ${name}, where what is down for ${downFor} is told: more than one scrape of it`,
      fix: fix(most),
    },
  ];
}
