// The films that are like one, below its details.
import { askRecommendations } from "./api.js";
import { element } from "./dom.js";
import { Failure } from "./failure.js";
import { button } from "./notice.js";
import { posterOf } from "./poster.js";
import { addressOf, readState } from "./state.js";

/** @typedef {import("./api.js").Recommendation} Recommendation */

const PLACES = 6;

/** @type {Record<string, string>} */
const WORDS = { director: "director", genre: "genre", creative_type: "kind", source: "source" };

/**
 * A section that fills itself; it goes away where there is nothing to recommend.
 * @param {number} film
 * @param {AbortSignal} signal
 */
export function recommendationsOf(film, signal) {
  const content = element("div");
  const title = element("h3", { id: "alike-title" }, "Films like this one");
  const attributes = { class: "alike", "aria-labelledby": "alike-title", "data-testid": "recommendations" };
  const section = element("section", attributes, title, content);

  const load = async () => {
    section.setAttribute("aria-busy", "true");
    const placeholders = Array.from({ length: PLACES }, () => element("li", { class: "film placeholder" }));
    content.replaceChildren(element("ul", { class: "alike-films", "aria-hidden": "true" }, ...placeholders));
    try {
      const { items } = await askRecommendations(film, signal);
      content.replaceChildren(element("ul", { class: "alike-films" }, ...items.map(cardOf)));
      if (items.length === 0) section.remove();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Failure)) throw error;
      content.replaceChildren(failureLine(error));
    } finally {
      section.removeAttribute("aria-busy");
    }
  };

  // One line: the film itself is there, and that is what was asked for.
  /** @param {Failure} failure */
  const failureLine = (failure) => {
    const line = element("p", { class: "quiet", role: "status" }, `${failure.detail} `);
    // A film that the recommender lacks stays without recommendations.
    if (failure.mayPass) line.append(button("Try again", () => void load(), "link"));
    else section.remove();
    return line;
  };

  void load();
  return section;
}

/** @param {Recommendation} film */
function cardOf(film) {
  const href = addressOf({ ...readState(location.search), film: String(film.id) });
  const link = element(
    "a",
    { href, "data-navigate": "push" },
    posterOf(film),
    element("span", { class: "visually-hidden" }, `${film.title}, ${film.year}`),
  );
  const reasons = element("p", { class: "film-facts" }, reasonsInWords(film.reasons));
  return element("li", { class: "film", "data-testid": "recommendation" }, link, reasons);
}

/**
 * What both films have in common, such as “Same director and genre”.
 * @param {string[]} reasons
 */
export function reasonsInWords(reasons) {
  const words = reasons.flatMap((reason) => WORDS[reason] ?? []);
  if (words.length === 0) return "";
  return `Same ${new Intl.ListFormat("en", { type: "conjunction" }).format(words)}`;
}
