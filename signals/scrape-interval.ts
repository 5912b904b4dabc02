import { type Duration, toSeconds } from "../services/units.ts";

/** Time between two scrapes where nothing is said. */
export const SCRAPE_INTERVAL = "15s" satisfies Duration;

/**
 * Seconds between two scrapes; those of {@link SCRAPE_INTERVAL} where nothing is said, or what is no time between two.
 *
 * @param interval the time as it was given: `"5s"`
 */
export function scrapeSeconds(interval: string = SCRAPE_INTERVAL): number {
  return toSeconds(interval) || (toSeconds(SCRAPE_INTERVAL) as number);
}
