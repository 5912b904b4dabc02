// What goes wrong, in words for people.

/**
 * @typedef {{ parameter: string, got: string | null, allowed: string | string[] }} Wrong
 * @typedef {{ detail?: string, errors?: Wrong[], request_id?: string }} ProblemBody
 */

/** A failure in plain words, with what helps to mend it. */
export class Failure extends Error {
  /**
   * @param {string} title What happened, in a few words.
   * @param {string} detail What it means and what to do.
   * @param {{ hints?: string[], parameters?: string[], requestId?: string, mayPass?: boolean, retryAfter?: number }} [more]
   */
  constructor(title, detail, more = {}) {
    super(title);
    this.detail = detail;
    this.hints = more.hints ?? [];
    /** The names of what was wrong. */
    this.parameters = more.parameters ?? [];
    this.requestId = more.requestId ?? "";
    /** Whether the same request may succeed later. */
    this.mayPass = more.mayPass ?? false;
    /** Seconds after which to ask again by itself; 0 for never. */
    this.retryAfter = more.retryAfter ?? 0;
  }
}

/**
 * A failed answer in plain words.
 * @param {number} status
 * @param {string | null} retryAfter
 * @param {ProblemBody | null} body A problem body, or null where something in between answered.
 * @param {string} [service] Who answers, in words.
 */
export function failureOf(status, retryAfter, body, service = "film service") {
  const errors = body?.errors ?? [];
  const parameters = errors.map(({ parameter }) => parameter);
  const more = { hints: errors.map(hintOf), parameters, requestId: body?.request_id ?? "" };
  if (status === 404) {
    return new Failure("Not found", body?.detail ?? "There is nothing at this address.", more);
  }
  if (status === 429) {
    const seconds = Number(retryAfter) || 5;
    const detail = body?.detail ?? `The ${service} had too many requests from here. Please wait a little.`;
    return new Failure("Too many requests", detail, { ...more, mayPass: true, retryAfter: seconds });
  }
  if (status >= 400 && status < 500) {
    return new Failure("That didn't work", body?.detail ?? `The ${service} can't answer this request.`, more);
  }
  if (status >= 502 && status <= 504) {
    const seconds = Number(retryAfter) || 5;
    const detail = body?.detail ?? `The ${service} doesn't answer at the moment.`;
    return new Failure("Back in a moment", detail, { ...more, mayPass: true, retryAfter: seconds });
  }
  return new Failure("Something went wrong", `The ${service} failed. Trying again may help.`, {
    ...more,
    mayPass: true,
  });
}

/** @param {Wrong} wrong */
function hintOf(wrong) {
  const allowed = Array.isArray(wrong.allowed) ? wrong.allowed.join(", ") : wrong.allowed;
  const told = wrong.got === null ? " is missing" : `: “${wrong.got}” can't be used`;
  return `${wrong.parameter}${told}. Allowed: ${allowed}.`;
}
