import { getLogger, Problem } from "../../../telemetry/node/index.ts";
import { RedcapFailure } from "./redcap-failure.ts";
import { RequestUncertain, TooManyIncomplete } from "./requests.ts";
import { LockBusy, LockUnavailable } from "./user-lock.ts";

/** Seconds after which it is worthwhile to ask again, as a header's text. */
export const RETRY_AFTER_SECONDS = "5";

const log = getLogger("survey.api");

/**
 * What the service throws, in the words of HTTP. What nobody expects is passed on as it is.
 *
 * @param incompleteMax the most incomplete requests of one user
 * @param leaseSeconds seconds until a lock is free that was left
 */
export async function told<T>(answer: Promise<T>, incompleteMax: number, leaseSeconds: number): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw problemFor(error, incompleteMax, leaseSeconds);
  }
}

function problemFor(error: unknown, incompleteMax: number, leaseSeconds: number): unknown {
  if (error instanceof TooManyIncomplete) {
    const requests = incompleteMax === 1 ? "1 request that isn't" : `${incompleteMax} requests that aren't`;
    const detail = `There may be at most ${requests} complete. Fill one in, then ask for a new one.`;
    return new Problem(409, "too-many-incomplete", detail);
  }
  if (error instanceof RequestUncertain) {
    const detail =
      "REDCap didn't confirm the new request, and it isn't there so far. It may still appear: look at the list in " +
      `${leaseSeconds} seconds before you ask for another one.`;
    return unavailable("request-uncertain", detail, String(leaseSeconds));
  }
  if (error instanceof LockBusy) {
    return unavailable("request-in-progress", "Another request of this user is being made. Please try again soon.");
  }
  if (error instanceof LockUnavailable) {
    log.warning("a request was refused: without Redis the rule can't be kept");
    const detail =
      "New requests can't be made now: Redis, by which the number of incomplete requests is kept, doesn't answer. " +
      "Nothing was changed. Please try again soon.";
    return unavailable("rule-cannot-be-kept", detail);
  }
  // To ask again is no use: it stays as much.
  if (error instanceof RedcapFailure && error.kind === "too-large") {
    return new Problem(502, "redcap-too-large", error.message);
  }
  if (error instanceof RedcapFailure) return unavailable(`redcap-${error.kind}`, error.message);
  return error;
}

function unavailable(kind: string, detail: string, retryAfter = RETRY_AFTER_SECONDS): Problem {
  return new Problem(503, kind, detail, { headers: { "Retry-After": retryAfter } });
}
