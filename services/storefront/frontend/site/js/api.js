// Asks the film service, and turns whatever goes wrong into words for people.

/**
 * @typedef {object} Summary A film in a list.
 * @property {number} id
 * @property {string} title
 * @property {number} year
 * @property {string | null} genre
 * @property {string | null} director
 * @property {string | null} certificate
 * @property {number | null} running_time_minutes
 * @property {number | null} imdb_rating
 * @property {number | null} imdb_votes
 *
 * @typedef {object} Extra What only the details have.
 * @property {string} released
 * @property {string | null} creative_type
 * @property {string | null} source
 * @property {string | null} distributor
 * @property {number | null} budget_usd
 * @property {number | null} gross_us_usd
 * @property {number | null} gross_worldwide_usd
 * @property {number | null} dvd_sales_us_usd
 * @property {number | null} rotten_tomatoes_percent
 *
 * @typedef {Summary & Extra} Film
 * @typedef {{ items: Summary[], page: number, per_page: number, pages: number, total: number }} FilmPage
 * @typedef {{ items: { name: string, films: number }[] }} Genres
 * @typedef {{ parameter: string, got: string | null, allowed: string | string[] }} Wrong
 * @typedef {{ detail?: string, errors?: Wrong[], request_id?: string }} ProblemBody
 */

/** A failure in plain words, with what helps to mend it. */
export class Failure extends Error {
  /**
   * @param {string} title What happened, in a few words.
   * @param {string} detail What it means and what to do.
   * @param {{ hints?: string[], requestId?: string, mayPass?: boolean, retryAfter?: number }} [more]
   */
  constructor(title, detail, more = {}) {
    super(title);
    this.detail = detail;
    this.hints = more.hints ?? [];
    this.requestId = more.requestId ?? "";
    /** Whether the same request may succeed later. */
    this.mayPass = more.mayPass ?? false;
    /** Seconds after which to ask again by itself; 0 for never. */
    this.retryAfter = more.retryAfter ?? 0;
  }
}

/** Told after each answer: which instance it came from, and how long it took in milliseconds. */
export const served = new EventTarget();

/**
 * @param {URLSearchParams} parameters
 * @param {AbortSignal} signal
 * @returns {Promise<FilmPage>}
 */
export const askFilms = (parameters, signal) => ask(`/api/films?${parameters}`, signal);

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Film>}
 */
export const askFilm = (id, signal) => ask(`/api/films/${encodeURIComponent(id)}`, signal);

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Genres>}
 */
export const askGenres = (signal) => ask("/api/genres", signal);

/**
 * @param {string} path
 * @param {AbortSignal} signal
 */
async function ask(path, signal) {
  const started = performance.now();
  let answer;
  try {
    answer = await fetch(path, { signal, headers: { Accept: "application/json" } });
  } catch (error) {
    if (signal.aborted) throw error;
    const detail = "The film service can't be reached. Please check your connection.";
    throw new Failure("No connection", detail, { mayPass: true, retryAfter: 5 });
  }
  const detail = { instance: answer.headers.get("X-Served-By"), milliseconds: performance.now() - started };
  served.dispatchEvent(new CustomEvent("answer", { detail }));
  const body = await answer.json().catch(() => null);
  if (answer.ok && body) return body;
  throw failureOf(answer.status, answer.headers.get("Retry-After"), body);
}

/**
 * A failed answer in plain words.
 * @param {number} status
 * @param {string | null} retryAfter
 * @param {ProblemBody | null} body A problem body, or null where something in between answered.
 */
export function failureOf(status, retryAfter, body) {
  const more = { hints: (body?.errors ?? []).map(hintOf), requestId: body?.request_id ?? "" };
  if (status === 404) {
    return new Failure("Not found", body?.detail ?? "There is nothing at this address.", more);
  }
  if (status >= 400 && status < 500) {
    return new Failure("That didn't work", body?.detail ?? "The film service can't answer this request.", more);
  }
  if (status >= 502 && status <= 504) {
    const seconds = Number(retryAfter) || 5;
    const detail = body?.detail ?? "The film service doesn't answer. This page asks again by itself.";
    return new Failure("Back in a moment", detail, { ...more, mayPass: true, retryAfter: seconds });
  }
  return new Failure("Something went wrong", "The film service failed. Trying again may help.", {
    ...more,
    mayPass: true,
  });
}

/** @param {Wrong} wrong */
function hintOf(wrong) {
  const allowed = Array.isArray(wrong.allowed) ? wrong.allowed.join(", ") : wrong.allowed;
  return `${wrong.parameter}: “${wrong.got ?? ""}” can't be used. Allowed: ${allowed}.`;
}
