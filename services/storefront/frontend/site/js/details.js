// One film in a dialog over the list.
import { askFilm } from "./api.js";
import { byId, element } from "./dom.js";
import { Failure } from "./failure.js";
import { count, date, duration, money } from "./format.js";
import { ratingOf } from "./list.js";
import { failureNotice } from "./notice.js";
import { orderFormOf } from "./order-form.js";
import { posterOf } from "./poster.js";
import { recommendationsOf } from "./recommendations.js";
import { addressOf, START } from "./state.js";

/** @typedef {import("./api.js").Film} Film */

const dialog = byId("details", HTMLDialogElement);
const content = byId("details-content", HTMLDivElement);
const closeButton = byId("close", HTMLButtonElement);

let shown = "";
let asking = new AbortController();

/**
 * Opens, changes or closes the dialog so that it shows a film.
 * @param {string} id The film's id; empty closes.
 */
export function showDetails(id) {
  if (id === shown) return;
  shown = id;
  asking.abort();
  if (!id) {
    dialog.close();
    return;
  }
  const moved = dialog.open;
  if (!moved) dialog.showModal();
  closeButton.focus();
  void load(id, moved);
}

/**
 * Tells when a person wants the dialog closed; the address decides, not the dialog.
 * @param {() => void} listener
 */
export function onClose(listener) {
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    listener();
  });
  closeButton.addEventListener("click", listener);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) listener();
  });
}

/**
 * @param {string} id
 * @param {boolean} [moved] From one film to another: the new title is told.
 */
async function load(id, moved = false) {
  asking = new AbortController();
  const { signal } = asking;
  dialog.setAttribute("aria-busy", "true");
  content.replaceChildren(element("h2", { id: "details-title", class: "visually-hidden" }, "Loading the film"));
  content.scrollTop = 0;
  try {
    const film = await askFilm(id, signal);
    if (signal.aborted) return;
    content.replaceChildren(...partsOf(film), recommendationsOf(film.id, signal));
    if (moved) byId("details-title", HTMLHeadingElement).focus();
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Failure)) throw error;
    const title = element("h2", { id: "details-title", class: "visually-hidden" }, "The film can't be shown");
    content.replaceChildren(
      title,
      failureNotice(error, () => load(id)),
    );
  } finally {
    if (!signal.aborted) dialog.removeAttribute("aria-busy");
  }
}

/** @param {Film} film */
function partsOf(film) {
  const lead = [film.genre, film.certificate, film.running_time_minutes && duration(film.running_time_minutes)];
  return [
    posterOf(film),
    element(
      "div",
      { class: "details-text" },
      element("h2", { id: "details-title", tabindex: "-1", "data-testid": "details-title" }, film.title),
      element("p", { class: "details-lead" }, [String(film.year), ...lead.filter(Boolean)].join(" · ")),
      ...scoresOf(film),
      orderFormOf(film),
      factsOf(film),
      ...boxOfficeOf(film),
    ),
  ];
}

/** @param {Film} film */
function scoresOf(film) {
  const scores = element("ul", { class: "scores" });
  if (film.imdb_rating !== null) {
    const votes = film.imdb_votes === null ? "" : ` from ${count(film.imdb_votes)} votes`;
    scores.append(element("li", {}, ratingOf(film.imdb_rating), element("span", {}, `IMDb${votes}`)));
  }
  if (film.rotten_tomatoes_percent !== null) {
    const percent = element("span", { class: "rating" }, `${film.rotten_tomatoes_percent}%`);
    scores.append(element("li", {}, percent, element("span", {}, "Rotten Tomatoes")));
  }
  return scores.childElementCount > 0 ? [scores] : [];
}

/** @param {Film} film */
function factsOf(film) {
  const list = element("dl", { class: "facts" });
  /** @param {string} name @param {Node | string | null} value */
  const add = (name, value) => {
    if (value) list.append(element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  };
  add("Director", film.director && directorLink(film.director));
  add("Released", date(film.released));
  add("Kind", film.creative_type);
  add("Source", film.source);
  add("Distributor", film.distributor);
  return list;
}

/** @param {string} name */
function directorLink(name) {
  const href = addressOf({ ...START, query: name });
  return element("a", { href, "data-navigate": "push" }, name);
}

/** @param {Film} film */
function boxOfficeOf(film) {
  /** @type {[string, number | null][]} */
  const all = [
    ["Worldwide", film.gross_worldwide_usd],
    ["In the US", film.gross_us_usd],
    ["DVDs, US", film.dvd_sales_us_usd],
    ["Budget", film.budget_usd],
  ];
  const known = all.flatMap(([name, usd]) => (usd === null ? [] : [{ name, usd }]));
  if (known.length === 0) return [];
  const most = Math.max(...known.map(({ usd }) => usd));
  const rows = known.map(({ name, usd }) => {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--part", String(usd / most));
    return element("div", {}, element("dt", {}, name), element("dd", {}, bar, money(usd)));
  });
  return [element("h3", {}, "Money"), element("dl", { class: "money" }, ...rows)];
}
