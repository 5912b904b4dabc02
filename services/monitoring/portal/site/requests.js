/** Requests: the waterfall of a trace, and the lines that were written in it. */

import { h } from "./dom.js";
import { inUnit } from "./format.js";
import { logLines, part } from "./parts.js";

/** What the page asks. */
export const asks = (id) => (id === undefined ? "/api/requests" : `/api/requests/${encodeURIComponent(id)}`);

/** Its title. */
export const title = (id) => (id === undefined ? "Requests" : `Request ${id.slice(0, 8)}`);

/** The page. */
export function page(answer, { id, go }) {
  const find = h(
    "form",
    {
      role: "search",
      class: "find",
      onsubmit: (event) => {
        event.preventDefault();
        const wanted = new FormData(event.target).get("id").trim();
        if (wanted !== "") go(`/requests/${encodeURIComponent(wanted)}`);
      },
    },
    h("label", { for: "id" }, "Trace id, or X-Request-ID of an answer"),
    h("input", { id: "id", name: "id", required: true, minlength: 8, autocomplete: "off" }),
    h("button", {}, "Find"),
  );
  if (id === undefined) {
    return [
      h("h1", {}, "Requests"),
      find,
      h("h2", {}, "Of the last minutes"),
      part(answer.lines, (lines) => logLines(lines)),
    ];
  }
  return [
    h("p", { class: "small" }, h("a", { href: "/requests" }, "Requests")),
    h("h1", {}, "Request ", h("code", {}, answer.trace || id)),
    find,
    h("h2", {}, "Where the time went"),
    part(answer.spans, (spans) =>
      spans.length === 0
        ? h(
            "p",
            { class: "nothing" },
            "No span of it is kept. Only failed, slow and some ordinary requests are; its lines are below.",
          )
        : waterfall(spans),
    ),
    h("h2", {}, "What was written"),
    part(answer.lines, logLines),
  ];
}

/**
 * Spans in the order of a tree, each once, with its depth: a parent first, then its children by their beginning. What
 * has lost its parent is a root; so is the first of a circle.
 */
export function treeOf(spans) {
  const ids = new Set(spans.map(({ id }) => id));
  const children = Map.groupBy(spans, ({ parent }) => parent);
  const shown = new Set();
  const out = [];
  const walk = (span, depth) => {
    if (shown.has(span)) return;
    shown.add(span);
    out.push({ ...span, depth });
    for (const child of children.get(span.id) ?? []) walk(child, depth + 1);
  };
  for (const span of spans.filter(({ parent }) => !ids.has(parent))) walk(span, 0);
  for (const span of spans) walk(span, 0);
  return out;
}

function waterfall(spans) {
  const begin = Math.min(...spans.map(({ start }) => start));
  const whole = Math.max(...spans.map(({ start, duration }) => start + duration)) - begin || 1;
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Spans" },
    h(
      "table",
      { class: "waterfall" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["Span", "Begins after", "Takes", "When"].map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        treeOf(spans).map(({ id, service, name, start, duration, failed, depth }) => {
          const [left, width] = [((start - begin) / whole) * 100, Math.max((duration / whole) * 100, 0.4)];
          return h(
            "tr",
            { key: id, class: failed ? "bad" : "" },
            h(
              "th",
              { scope: "row", class: `deep-${Math.min(depth, 9)}` },
              h("strong", {}, service),
              ` ${name}`,
              failed ? " (failed)" : "",
            ),
            h("td", {}, inUnit((start - begin) / 1000, "s")),
            h("td", {}, inUnit(duration / 1000, "s")),
            h(
              "td",
              { class: "bars" },
              h(
                "svg",
                { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
                h("rect", {
                  class: failed ? "bar bar-bad" : "bar",
                  x: left.toFixed(2),
                  y: 1,
                  width: width.toFixed(2),
                  height: 8,
                }),
              ),
            ),
          );
        }),
      ),
    ),
  );
}
