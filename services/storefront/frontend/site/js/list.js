// The list of films with its loading, empty and error states, and the pages below it.
import { byId, element } from "./dom.js";
import { count, plural } from "./format.js";
import { failureNotice } from "./notice.js";
import { showPages } from "./pages.js";
import { posterOf } from "./poster.js";
import { addressOf } from "./state.js";

/**
 * @typedef {import("./api.js").FilmPage} FilmPage
 * @typedef {import("./api.js").Summary} Summary
 * @typedef {import("./failure.js").Failure} Failure
 * @typedef {import("./state.js").State} State
 */

const films = byId("films", HTMLUListElement);
const total = byId("total", HTMLParagraphElement);
const heading = byId("heading", HTMLHeadingElement);
const notice = byId("notice", HTMLDivElement);
const pages = byId("pages", HTMLElement);

/**
 * Before the answer: what is there fades, and an empty page shows where films will be.
 * @param {State} state
 */
export function showLoading(state) {
  heading.textContent = headingOf(state);
  films.setAttribute("aria-busy", "true");
  if (films.childElementCount > 0) return;
  const placeholder = () => element("li", { class: "film placeholder", "aria-hidden": "true" });
  films.replaceChildren(...Array.from({ length: 12 }, placeholder));
}

/**
 * @param {State} state
 * @param {FilmPage} answer
 */
export function showFilms(state, answer) {
  settle();
  total.textContent = plural(answer.total, "film");
  films.replaceChildren(...answer.items.map((film) => cardOf(state, film)));
  showPages(pages, answer, (page) => addressOf({ ...state, page }));
  if (answer.items.length === 0) notice.replaceChildren(emptyNotice(state, answer));
}

/**
 * @param {Failure} failure
 * @param {() => void} retry
 */
export function showFailure(failure, retry) {
  settle();
  total.textContent = "";
  films.replaceChildren();
  pages.hidden = true;
  notice.replaceChildren(failureNotice(failure, retry, true));
}

function settle() {
  films.removeAttribute("aria-busy");
  notice.replaceChildren();
}

/** @param {State} state */
function headingOf(state) {
  const films = state.genre ? `${state.genre} films` : state.query.trim() ? "Films" : "All films";
  const what = state.query.trim() ? `${films} for “${state.query.trim()}”` : films;
  document.title = state.query || state.genre ? `${what} · Marquee` : "Marquee: find a film";
  return what;
}

/**
 * @param {State} state
 * @param {Summary} film
 */
function cardOf(state, film) {
  const link = element(
    "a",
    { href: addressOf({ ...state, film: String(film.id) }), "data-navigate": "push", "data-film": String(film.id) },
    posterOf(film),
    element("span", { class: "visually-hidden" }, `${film.title}, ${film.year}`),
  );
  const facts = element("p", { class: "film-facts" });
  if (film.imdb_rating !== null) facts.append(ratingOf(film.imdb_rating));
  if (film.director) facts.append(element("span", { class: "film-director" }, film.director));
  return element("li", { class: "film", "data-testid": "film" }, link, facts);
}

/** @param {number} rating */
export function ratingOf(rating) {
  return element(
    "span",
    { class: "rating" },
    element("span", { "aria-hidden": "true" }, "★ "),
    element("span", { class: "visually-hidden" }, "Rated "),
    rating.toFixed(1),
    element("span", { class: "visually-hidden" }, " of 10"),
  );
}

/**
 * @param {State} state
 * @param {FilmPage} answer
 */
function emptyNotice(state, answer) {
  const late = answer.total > 0;
  const all = late ? addressOf({ ...state, page: 1 }) : "/";
  return element(
    "div",
    { class: "notice", "data-testid": "empty" },
    element("h2", {}, late ? "No films on this page" : "No film matches"),
    element(
      "p",
      {},
      late
        ? `The last page is ${count(answer.pages)}.`
        : "Try fewer or other words. Some titles are in their own language.",
    ),
    element(
      "p",
      {},
      element(
        "a",
        { class: "button", href: all, "data-navigate": "push" },
        late ? "To the first page" : "Show all films",
      ),
    ),
  );
}
