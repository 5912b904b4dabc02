// Orders a film: the form, and every answer that it may get.
import { placeOrder } from "./api.js";
import { element } from "./dom.js";
import { Failure } from "./failure.js";
import { plural } from "./format.js";
import { button, wordsOf } from "./notice.js";
import { customer, randomName, rememberOrder, unansweredOrder } from "./visitor.js";

/**
 * @typedef {import("./api.js").Film} Film
 * @typedef {import("./api.js").Order} Order
 */

const ANSWER_TIMEOUT = 15_000;
const UNKNOWN = "We can't tell whether your order has arrived. Send it again: it is placed only once.";

/**
 * The section of a film's page that orders it.
 *
 * An order that gets no answer may have been placed. So its key is remembered before it is sent, and it can only be
 * sent again as it was, or be dropped, until an answer comes.
 * @param {Film} film
 */
export function orderFormOf(film) {
  const quantity = element("input", {
    id: "quantity",
    name: "quantity",
    type: "number",
    inputmode: "numeric",
    min: "1",
    max: "20",
    value: "1",
    "aria-describedby": "order-told",
    autocomplete: "off",
    "data-testid": "quantity",
  });
  const submit = element("button", { class: "button", type: "submit", "data-testid": "order" });
  const field = element("div", { class: "field" }, element("label", { for: "quantity" }, "Quantity"), quantity);
  // The service says what it takes, so that there is one truth about it.
  const form = element("form", { class: "order-form", novalidate: true }, field, submit);
  const attributes = { id: "order-told", class: "order-told", role: "status", tabindex: "-1" };
  const told = element("div", { ...attributes, "data-testid": "order-told" });
  const actions = element("p", { class: "order-actions" });
  const section = element("section", { class: "order", "aria-label": "Order this film" }, form, told, actions);
  let sending = false;
  let unanswered = unansweredOrder(film.id);
  const settle = () => {
    unanswered = undefined;
    rememberOrder(film.id, undefined);
  };

  const showReady = () => {
    form.hidden = false;
    quantity.readOnly = false;
    quantity.removeAttribute("aria-invalid");
    submit.textContent = "Order";
    section.dataset.state = "ready";
    told.replaceChildren();
    actions.replaceChildren();
  };

  const showSending = () => {
    section.dataset.state = "sending";
    quantity.readOnly = true;
    submit.textContent = "Ordering…";
    // Not `disabled`: that would take the focus away.
    submit.setAttribute("aria-disabled", "true");
    told.replaceChildren(element("p", { class: "visually-hidden" }, "Ordering…"));
    actions.replaceChildren();
  };

  /** @param {Order} order */
  const showPlaced = (order) => {
    section.dataset.state = "placed";
    form.hidden = true;
    const id = element("strong", { "data-testid": "order-id" }, String(order.id));
    told.replaceChildren(
      element("p", { "data-testid": "order-placed" }, "Order ", id, " is placed."),
      element("p", { class: "quiet" }, `${plural(order.quantity, "copy", "copies")} of ${order.title}.`),
    );
    const again = () => {
      showReady();
      quantity.value = "1";
      quantity.focus();
    };
    actions.replaceChildren(ordersLink(), button("Order again", again, "link"));
    told.focus();
  };

  /** @param {Failure} failure */
  const showRefused = (failure) => {
    section.dataset.state = "refused";
    quantity.readOnly = false;
    quantity.setAttribute("aria-invalid", String(failure.parameters.includes("quantity")));
    submit.textContent = "Order";
    told.replaceChildren(element("p", {}, element("strong", {}, `${failure.message}.`)), ...wordsOf(failure));
    quantity.focus();
  };

  /** @param {Failure} [failure] Nothing where the page was left before an answer came. */
  const showUnknown = (failure) => {
    section.dataset.state = "unknown";
    quantity.readOnly = true;
    submit.textContent = "Send again";
    const what = failure ? `${failure.message}.` : "Your last order of this film got no answer.";
    told.replaceChildren(
      element("p", {}, element("strong", {}, what)),
      ...(failure ? wordsOf(failure, element("p", {}, UNKNOWN)) : [element("p", {}, UNKNOWN)]),
    );
    const drop = () => {
      settle();
      showReady();
      quantity.focus();
    };
    actions.replaceChildren(ordersLink(), button("Drop it", drop, "link"));
  };

  const send = async () => {
    // The second click of a double one, or Enter held down.
    if (sending) return;
    sending = true;
    unanswered ??= { key: randomName(), quantity: quantity.value };
    rememberOrder(film.id, unanswered);
    showSending();
    const { id, title } = film;
    const order = { film_id: id, title, quantity: numberIn(unanswered.quantity), customer: customer() };
    try {
      const placed = await placeOrder(order, unanswered.key, AbortSignal.timeout(ANSWER_TIMEOUT));
      settle();
      showPlaced(placed);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.mayPass) {
        showUnknown(error);
      } else {
        settle();
        showRefused(error);
      }
    } finally {
      sending = false;
      submit.removeAttribute("aria-disabled");
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  showReady();
  if (unanswered) {
    quantity.value = unanswered.quantity;
    showUnknown();
  }
  return section;
}

const ordersLink = () => element("a", { href: "/orders.html" }, "See your orders");

/**
 * What was typed, as the API takes it; what is no number goes as it is, and the service says what it thinks of it.
 * @param {string} text
 */
export function numberIn(text) {
  if (text.trim() === "") return undefined;
  return Number.isFinite(Number(text)) ? Number(text) : text;
}
