// What this browser keeps: a random name for its orders, and the order that got no answer yet.

const CUSTOMER = "marquee.customer";
const UNANSWERED = "marquee.unanswered";
const COUNTED = "marquee.counted";

/** @typedef {{ key: string, quantity: string }} Attempt An order that was sent, with its idempotency key. */

/** Browsers may refuse to keep anything; then it lasts as long as the page. */
/** @type {Map<string, string>} */
const kept = new Map();

/**
 * @param {"localStorage" | "sessionStorage"} where
 * @param {string} name
 */
function read(where, name) {
  try {
    return globalThis[where].getItem(name) ?? kept.get(name) ?? "";
  } catch {
    return kept.get(name) ?? "";
  }
}

/**
 * @param {"localStorage" | "sessionStorage"} where
 * @param {string} name
 * @param {string} value
 */
function write(where, name, value) {
  kept.set(name, value);
  try {
    globalThis[where].setItem(name, value);
  } catch {
    // It is in `kept`.
  }
}

/** 128 random bits. Not `randomUUID`: a page over plain HTTP does not have it. */
export function randomName() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The visitor's random name; empty before the first order. */
export function knownCustomer() {
  const name = read("localStorage", CUSTOMER);
  return /^[A-Za-z0-9_-]{8,64}$/.test(name) ? name : "";
}

/** The visitor's random name, made where there is none. */
export function customer() {
  const known = knownCustomer();
  if (known) return known;
  const made = randomName();
  write("localStorage", CUSTOMER, made);
  return made;
}

/** @returns {Record<string, Attempt>} */
function attempts() {
  try {
    return JSON.parse(read("sessionStorage", UNANSWERED) || "{}");
  } catch {
    return {};
  }
}

/**
 * The order of a film that was sent and got no answer, so nobody knows whether it was placed.
 * @param {number} film
 * @returns {Attempt | undefined}
 */
export const unansweredOrder = (film) => attempts()[String(film)];

/**
 * Remembers an order before it is sent, so that it can be sent again as the same one; undefined forgets it.
 * @param {number} film
 * @param {Attempt | undefined} attempt
 */
export function rememberOrder(film, attempt) {
  write("sessionStorage", UNANSWERED, JSON.stringify({ ...attempts(), [String(film)]: attempt }));
}

/** Whether this visit has been counted, and from now on it has. */
export function countedBefore() {
  const before = read("sessionStorage", COUNTED) !== "";
  write("sessionStorage", COUNTED, "yes");
  return before;
}
