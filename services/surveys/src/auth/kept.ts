import { getLogger } from "../../../telemetry/node/index.ts";
import { linksUnavailable } from "./refusals.ts";

const log = getLogger("auth.redis");

/**
 * The answer of Redis, where links and their counts are kept.
 *
 * @throws Problem 503 without one; Redis may have done what was asked
 * @example
 * ```ts
 * const address = await kept(redis.getdel(key));
 * ```
 */
export async function kept<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    // That it is away is told once, by its connection. A message may quote what was asked.
    log.debug(`Redis did not answer: ${error instanceof Error ? error.name : typeof error}`);
    throw linksUnavailable();
  }
}
