// The links to the pages of a list.
import { element } from "./dom.js";
import { count } from "./format.js";

/**
 * First, last and the neighbours of a page; 0 stands for a gap.
 * @param {number} page
 * @param {number} last
 */
export function pagesAround(page, last) {
  const wanted = [1, page - 1, page, page + 1, last].filter((number) => number >= 1 && number <= last);
  const sorted = [...new Set(wanted)].sort((a, b) => a - b);
  return sorted.flatMap((number, index) => {
    const before = sorted[index - 1] ?? 0;
    if (number - before === 2) return [number - 1, number];
    return number - before > 2 ? [0, number] : [number];
  });
}

/**
 * Fills the navigation below a list, or hides it where there is one page only.
 * @param {HTMLElement} nav
 * @param {{ items: unknown[], page: number, pages: number }} answer
 * @param {(page: number) => string} addressAt
 */
export function showPages(nav, answer, addressAt) {
  const { page: current, pages: last } = answer;
  nav.hidden = last < 2 || answer.items.length === 0;
  if (nav.hidden) return;
  const links = pagesAround(current, last).map((page) => pageLink(page, page === current, addressAt));
  nav.replaceChildren(
    step("Previous", current > 1 && addressAt(current - 1), "prev"),
    element("ol", {}, ...links),
    step("Next", current < last && addressAt(current + 1), "next"),
  );
}

/**
 * @param {number} page
 * @param {boolean} isCurrent
 * @param {(page: number) => string} addressAt
 */
function pageLink(page, isCurrent, addressAt) {
  if (page === 0) return element("li", { class: "gap", "aria-hidden": "true" }, "…");
  const attributes = {
    href: addressAt(page),
    "data-navigate": "page",
    "aria-label": `Page ${count(page)}`,
    "aria-current": isCurrent && "page",
  };
  return element("li", {}, element("a", attributes, count(page)));
}

/**
 * @param {string} text
 * @param {string | false} href
 * @param {string} rel
 */
function step(text, href, rel) {
  if (!href) return element("span", { class: "step", "aria-disabled": "true" }, text);
  return element("a", { class: "step", rel, href, "data-navigate": "page" }, text);
}
