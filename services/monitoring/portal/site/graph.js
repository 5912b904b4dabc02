/** Who calls whom: as it is declared, and as it is seen. */

import { h } from "./dom.js";
import { inUnit } from "./format.js";
import { part, serviceLink } from "./parts.js";

/** What the page asks. */
export const asks = () => "/api/graph";

/** Its title. */
export const title = () => "Graph";

const [WIDTH, HEIGHT, GAP_X, GAP_Y] = [150, 40, 90, 26];

/** Columns: each service one behind the last that calls it; whoever is called in a circle is placed once. */
export function columnsOf(services, calls) {
  const depth = new Map(services.map(({ name }) => [name, 0]));
  for (let round = 0; round < services.length; round++) {
    let moved = false;
    for (const { from, to } of calls) {
      const wanted = (depth.get(from) ?? 0) + 1;
      if (depth.has(from) && depth.has(to) && depth.get(to) < wanted && wanted < services.length) {
        depth.set(to, wanted);
        moved = true;
      }
    }
    if (!moved) break;
  }
  const columns = Array.from({ length: services.length }, (_, column) =>
    [...depth].filter(([, at]) => at === column).map(([name]) => name),
  );
  return columns.filter((column) => column.length > 0);
}

/** The page. */
export function page(graph) {
  const called = new Set(graph.calls.flatMap(({ from, to }) => [from, to]));
  const services = graph.services.filter(({ name }) => called.has(name));
  const live = graph.live.found ?? [];
  const rateOf = ({ from, to }) => live.find((edge) => edge.from === from && edge.to === to)?.rate;
  const undeclared = live.filter(
    ({ from, to, rate }) =>
      rate > 0 &&
      called.has(from) &&
      called.has(to) &&
      !graph.calls.some((call) => call.from === from && call.to === to),
  );
  return [
    h("h1", {}, "Graph"),
    h(
      "p",
      { class: "small" },
      "Calls as they are declared; those that are seen now are drawn bold, with their requests a second.",
    ),
    graph.live.away ? part(graph.live) : undefined,
    graph.up.away ? part(graph.up) : undefined,
    undeclared.length > 0
      ? h(
          "p",
          { class: "away" },
          `Seen, and declared nowhere: ${undeclared.map(({ from, to }) => `${from} → ${to}`).join(", ")}.`,
        )
      : undefined,
    services.length === 0 ? h("p", { class: "nothing" }, "No call is declared.") : drawing(services, graph, rateOf),
    h("h2", {}, "In words"),
    h(
      "ul",
      { class: "known" },
      graph.calls.map((call) =>
        h(
          "li",
          {},
          serviceLink(call.from),
          " calls ",
          serviceLink(call.to),
          rateOf(call) > 0 ? `, ${inUnit(rateOf(call), "reqps")} now` : ", not seen now",
        ),
      ),
    ),
  ];
}

function drawing(services, graph, rateOf) {
  const columns = columnsOf(services, graph.calls);
  const rows = Math.max(...columns.map((column) => column.length));
  const place = new Map(
    columns.flatMap((column, x) =>
      column.map((name, y) => [
        name,
        {
          x: 10 + x * (WIDTH + GAP_X),
          y: 10 + ((rows - column.length) / 2 + y) * (HEIGHT + GAP_Y),
        },
      ]),
    ),
  );
  const size = { width: columns.length * (WIDTH + GAP_X) - GAP_X + 20, height: rows * (HEIGHT + GAP_Y) - GAP_Y + 20 };
  const up = graph.up.found ?? {};
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Drawing of the calls" },
    h(
      "svg",
      {
        class: "graph",
        viewBox: `0 0 ${size.width} ${size.height}`,
        width: size.width,
        height: size.height,
        role: "img",
        "aria-label": "Services and their calls; the list below says the same",
      },
      h(
        "defs",
        {},
        h(
          "marker",
          {
            id: "tip",
            viewBox: "0 0 8 8",
            refX: 8,
            refY: 4,
            markerWidth: 9,
            markerHeight: 9,
            markerUnits: "userSpaceOnUse",
            orient: "auto",
          },
          h("path", { d: "M0 0L8 4L0 8z", class: "tip" }),
        ),
      ),
      graph.calls
        .filter(({ from, to }) => place.has(from) && place.has(to))
        .map((call) => edge(place.get(call.from), place.get(call.to), rateOf(call))),
      services.map(({ name }) => {
        const { x, y } = place.get(name);
        const state = graph.up.away ? "unknown" : up[name] === undefined ? "unknown" : up[name] > 0 ? "good" : "bad";
        return h(
          "g",
          { class: `node ${state}` },
          h("rect", { x, y, width: WIDTH, height: HEIGHT, rx: 8 }),
          h(
            "text",
            { x: x + WIDTH / 2, y: y + HEIGHT / 2 + 5, "text-anchor": "middle" },
            name.length > 18 ? `${name.slice(0, 17)}…` : name,
          ),
        );
      }),
    ),
  );
}

function edge(from, to, rate) {
  const back = to.x <= from.x;
  const [x1, y1] = [from.x + (back ? 0 : WIDTH), from.y + HEIGHT / 2];
  const [x2, y2] = [to.x + (back ? WIDTH : 0) - (back ? -2 : 2), to.y + HEIGHT / 2];
  const bend = Math.max(30, Math.abs(x2 - x1) / 2) * (back ? -1 : 1);
  const seen = rate > 0;
  return h(
    "g",
    { class: seen ? "edge seen" : "edge" },
    h("path", { d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, "marker-end": "url(#tip)" }),
    seen
      ? h(
          "text",
          { x: x1 + (x2 - x1) * 0.6, y: y1 + (y2 - y1) * 0.648 - 5, "text-anchor": "middle" },
          inUnit(rate, "reqps"),
        )
      : undefined,
  );
}
