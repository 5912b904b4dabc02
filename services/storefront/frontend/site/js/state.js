// What the page shows is its address and nothing else, so that links, reloads and the back button work.

/**
 * @typedef {object} State
 * @property {string} query Words to search; empty for all films.
 * @property {string} genre A genre's name; empty for all.
 * @property {string} sort The API's word for an order; empty for its default.
 * @property {number} page From 1 on.
 * @property {string} film The id of the film whose details are open; empty when none is.
 */

/** @type {Readonly<State>} */
export const START = Object.freeze({ query: "", genre: "", sort: "", page: 1, film: "" });

/**
 * The state that an address asks for. What can't be understood counts as not given.
 * @param {string} search The query part of an address.
 * @returns {State}
 */
export function readState(search) {
  const given = new URLSearchParams(search);
  const page = given.get("page") ?? "";
  return {
    query: (given.get("query") ?? "").slice(0, 100),
    genre: given.get("genre") ?? "",
    sort: given.get("sort") ?? "",
    page: /^[1-9]\d{0,4}$/.test(page) ? Number(page) : 1,
    film: given.get("film") ?? "",
  };
}

/**
 * The address of a state: only what differs from the start.
 * @param {State} state
 */
export function addressOf(state) {
  const search = parametersOf(state);
  if (state.film) search.set("film", state.film);
  const text = search.toString();
  return text ? `/?${text}` : "/";
}

/**
 * What to ask the API for, as its parameters.
 * @param {State} state
 */
export function parametersOf(state) {
  const search = new URLSearchParams();
  if (state.query.trim()) search.set("query", state.query.trim());
  if (state.genre) search.set("genre", state.genre);
  if (state.sort) search.set("sort", state.sort);
  if (state.page > 1) search.set("page", String(state.page));
  return search;
}

/**
 * Whether two states list the same films.
 * @param {State} one
 * @param {State} other
 */
export function sameList(one, other) {
  return parametersOf(one).toString() === parametersOf(other).toString();
}
