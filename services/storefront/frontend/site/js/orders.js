// The page of a visitor's orders.
import { askOrders } from "./api.js";
import { byId, element } from "./dom.js";
import { Failure } from "./failure.js";
import { showFooter } from "./footer.js";
import { moment, plural } from "./format.js";
import { allFilmsLink, failureNotice } from "./notice.js";
import { showPages } from "./pages.js";
import { addressOf, readState, START } from "./state.js";
import { knownCustomer } from "./visitor.js";

/** @typedef {import("./api.js").Order} Order */

const PLACES = 3;

const list = byId("orders", HTMLUListElement);
const total = byId("total", HTMLParagraphElement);
const notice = byId("notice", HTMLDivElement);
const nav = byId("pages", HTMLElement);
const { page } = readState(location.search);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

async function show() {
  clearTimeout(waiting);
  const customer = knownCustomer();
  // Without a name the service would list everybody's.
  if (!customer) {
    showEmpty(0);
    return;
  }
  list.setAttribute("aria-busy", "true");
  const placeholder = () => element("li", { class: "order-row order-placeholder", "aria-hidden": "true" });
  if (!notice.hasChildNodes()) list.replaceChildren(...Array.from({ length: PLACES }, placeholder));
  try {
    const answer = await askOrders(customer, page, AbortSignal.timeout(15_000));
    notice.replaceChildren();
    total.textContent = plural(answer.total, "order");
    list.replaceChildren(...answer.items.map(rowOf));
    showPages(nav, answer, (number) => `/orders.html?page=${number}`);
    if (answer.items.length === 0) showEmpty(answer.total);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    list.replaceChildren();
    notice.replaceChildren(failureNotice(error, () => void show(), true));
    if (error.retryAfter > 0) waiting = setTimeout(() => void show(), error.retryAfter * 1000);
  } finally {
    list.removeAttribute("aria-busy");
  }
}

/** @param {Order} order */
function rowOf(order) {
  const href = addressOf({ ...START, film: String(order.film_id) });
  const placed = element("time", { datetime: order.placed_at }, moment(order.placed_at));
  return element(
    "li",
    { class: "order-row", "data-testid": "order-row", "data-order": String(order.id) },
    element("h2", {}, element("a", { href }, order.title)),
    element("p", { class: "order-quantity" }, plural(order.quantity, "copy", "copies")),
    element("p", { class: "quiet" }, `Order ${order.id}, placed on `, placed),
  );
}

/** @param {number} elsewhere Orders on other pages. */
function showEmpty(elsewhere) {
  const link = element("a", { class: "button", href: "/orders.html" }, "To the first page");
  notice.replaceChildren(
    element(
      "div",
      { class: "notice", "data-testid": "empty" },
      element("h2", {}, elsewhere > 0 ? "No orders on this page" : "No orders yet"),
      element(
        "p",
        {},
        elsewhere > 0
          ? "The list is shorter than that."
          : "Open a film and order it. Orders are found again from this browser only.",
      ),
      element("p", {}, elsewhere > 0 ? link : allFilmsLink()),
    ),
  );
}

showFooter();
void show();
