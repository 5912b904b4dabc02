// Words in the place of what can't be shown.
import { element } from "./dom.js";

/** @typedef {import("./failure.js").Failure} Failure */

/**
 * A failure with what to do about it.
 * @param {Failure} failure
 * @param {() => void} retry
 * @param {boolean} [asksAgain] Whether the page asks again by itself where that may help.
 */
export function failureNotice(failure, retry, asksAgain = false) {
  const again = element("p", {}, "This page asks again by itself.");
  const action = failure.mayPass ? button("Try again", retry) : allFilmsLink();
  return element(
    "div",
    { class: "notice", role: "alert", "data-testid": "error" },
    element("h2", {}, failure.message),
    ...wordsOf(failure, ...(asksAgain && failure.retryAfter > 0 ? [again] : []), element("p", {}, action)),
  );
}

/**
 * What a failure means, what is wrong, what can be done, and the id to ask about.
 * @param {Failure} failure
 * @param {...Node} actions
 */
export function wordsOf(failure, ...actions) {
  const parts = [element("p", {}, failure.detail), ...actions];
  if (failure.hints.length > 0) {
    parts.splice(1, 0, element("ul", {}, ...failure.hints.map((hint) => element("li", {}, hint))));
  }
  if (failure.requestId) {
    parts.push(element("p", { class: "aside" }, "Request id: ", element("code", {}, failure.requestId)));
  }
  return parts;
}

/**
 * @param {string} text
 * @param {() => void} listener
 * @param {string} [kind] Its class.
 */
export function button(text, listener, kind = "button") {
  const made = element("button", { type: "button", class: kind }, text);
  made.addEventListener("click", listener);
  return made;
}

/** The way out of every dead end. */
export const allFilmsLink = () =>
  element("a", { class: "button", href: "/", "data-navigate": "push" }, "Show all films");
