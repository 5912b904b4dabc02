// Asks the services.
import { Failure, failureOf } from "./failure.js";

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
 * @typedef {Summary & { score: number, reasons: string[] }} Recommendation
 *
 * @typedef {object} Order
 * @property {number} id
 * @property {number} film_id
 * @property {string} title
 * @property {number} quantity
 * @property {string} placed_at
 *
 * @typedef {{ items: Order[], page: number, per_page: number, pages: number, total: number }} OrderPage
 * @typedef {{ film_id: number, title: string, quantity: number | string | undefined, customer: string }} NewOrder
 */

const ORDERS = "order service";

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
 * Films like one, the most alike first.
 * @param {number} id
 * @param {AbortSignal} signal
 * @returns {Promise<{ items: Recommendation[] }>}
 */
export const askRecommendations = (id, signal) =>
  ask(`/api/recommendations?film_id=${id}&limit=6`, signal, { service: "recommendation service" });

/**
 * Places an order; the same key never places a second one.
 * @param {NewOrder} order
 * @param {string} key
 * @param {AbortSignal} signal
 * @returns {Promise<Order>}
 */
export const placeOrder = (order, key, signal) =>
  ask("/api/orders", signal, {
    service: ORDERS,
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(order),
  });

/**
 * One customer's orders, newest first.
 * @param {string} customer
 * @param {number} page
 * @param {AbortSignal} signal
 * @returns {Promise<OrderPage>}
 */
export const askOrders = (customer, page, signal) =>
  ask(`/api/orders?page=${page}`, signal, { service: ORDERS, headers: { "X-Customer": customer } });

/**
 * The number of visits; null where nobody counts.
 * @param {boolean} counted Whether this visit was counted before.
 * @param {AbortSignal} signal
 * @returns {Promise<{ visits: number | null }>}
 */
export const askVisits = (counted, signal) => ask("/api/visits", signal, { method: counted ? "GET" : "POST" });

/**
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {RequestInit & { service?: string }} [more] `service` is who answers, in words.
 */
async function ask(path, signal, { service = "film service", headers = {}, ...more } = {}) {
  const started = performance.now();
  let answer;
  try {
    answer = await fetch(path, { ...more, signal, headers: { Accept: "application/json", ...headers } });
  } catch (error) {
    if (signal.aborted && signal.reason?.name !== "TimeoutError") throw error;
    const detail = `The ${service} can't be reached. Please check your connection.`;
    throw new Failure("No connection", detail, { mayPass: true, retryAfter: 5 });
  }
  const detail = { instance: answer.headers.get("X-Served-By"), milliseconds: performance.now() - started };
  served.dispatchEvent(new CustomEvent("answer", { detail }));
  const body = await answer.json().catch(() => null);
  if (answer.ok && body) return body;
  throw failureOf(answer.status, answer.headers.get("Retry-After"), body, service);
}
