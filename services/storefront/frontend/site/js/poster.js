// A poster made of type and colour: the genre gives the hue, the film's id the pattern.
import { element } from "./dom.js";

/** @typedef {import("./api.js").Summary} Summary */

const HUES = /** @type {Record<string, number>} */ ({
  Action: 28,
  Adventure: 150,
  "Black Comedy": 320,
  Comedy: 75,
  "Concert/Performance": 300,
  Documentary: 195,
  Drama: 270,
  Horror: 12,
  Musical: 340,
  "Romantic Comedy": 0,
  "Thriller/Suspense": 235,
  Western: 55,
});

const PATTERNS = 6;

/**
 * Decoration: a reader of the page hears the title from the link or the heading beside it.
 * @param {Summary} film
 */
export function posterOf(film) {
  const pattern = film.id % PATTERNS;
  const length = film.title.length > 34 ? "long" : film.title.length > 16 ? "middle" : "short";
  const poster = element(
    "div",
    { class: `poster pattern-${pattern}`, "data-length": length, "data-plain": !film.genre, "aria-hidden": "true" },
    element("span", { class: "poster-genre" }, film.genre ?? "Film"),
    element("span", { class: "poster-title" }, film.title),
    element("span", { class: "poster-year" }, String(film.year)),
  );
  const hue = HUES[film.genre ?? ""] ?? 250;
  poster.style.setProperty("--hue", String(hue + ((film.id * 7) % 24) - 12));
  poster.style.setProperty("--turn", `${(film.id * 37) % 360}deg`);
  poster.style.setProperty("--x", `${15 + ((film.id * 13) % 70)}%`);
  poster.style.setProperty("--y", `${15 + ((film.id * 29) % 60)}%`);
  return poster;
}
