/** Graphs: small ones as lines, large ones by uPlot. */

import { h } from "./dom.js";
import { clock, inUnit } from "./format.js";

/** A small graph of the last hour, with what it shows in words for whoever does not see it. */
export function spark(points, unit, label) {
  if (points === undefined || points.length < 2) return h("span", { class: "nothing" }, "–");
  const [width, height] = [120, 28];
  const values = points.map(([, value]) => value);
  const most = Math.max(...values, Number.EPSILON);
  const [first, last] = [points[0][0], points.at(-1)[0]];
  const x = (time) => (((time - first) / (last - first || 1)) * width).toFixed(1);
  const y = (value) => (height - 1 - (Math.max(value, 0) / most) * (height - 3)).toFixed(1);
  const path = points.map(([time, value], index) => `${index === 0 ? "M" : "L"}${x(time)} ${y(value)}`).join("");
  const words = `${label}, last hour: from ${inUnit(Math.min(...values), unit)} to ${inUnit(most, unit)}, now ${inUnit(values.at(-1), unit)}`;
  return h(
    "svg",
    {
      class: "spark",
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": words,
      preserveAspectRatio: "none",
    },
    h("path", { class: "area", d: `${path}L${width} ${height}L0 ${height}Z` }),
    h("path", { class: "curve", d: path }),
  );
}

const COLOURS = [
  "#1f77b4",
  "#d9730d",
  "#2a9d5c",
  "#c0392b",
  "#8e5bb5",
  "#7a5a3a",
  "#c94f9a",
  "#5f6b7a",
  "#8a8f12",
  "#128a99",
];
const MARKS = { critical: "#c0392b", warning: "#b97700", objective: "#2a9d5c" };

/** A large graph. It is handed `{ lines, unit, marks, label }` and draws what is new into what is there. */
class VigiePlot extends HTMLElement {
  vigieOpaque = true;
  #data;
  #plot;
  #form = "";
  #size;

  set data(data) {
    this.#data = data;
    if (this.isConnected) this.#draw();
  }

  connectedCallback() {
    this.#size = new ResizeObserver(() => this.#plot?.setSize({ width: this.clientWidth || 300, height: 200 }));
    this.#size.observe(this);
    if (this.#data !== undefined) this.#draw();
  }

  disconnectedCallback() {
    this.#size?.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#form = "";
  }

  #draw() {
    const { lines, unit, marks, label } = this.#data;
    this.setAttribute("role", "img");
    this.setAttribute(
      "aria-label",
      `${label}, last hour. ${lines
        .slice(0, 10)
        .map(({ name, points }) => `${name || label}: ${inUnit(points.at(-1)?.[1], unit)}`)
        .join("; ")}`,
    );
    const times = [...new Set(lines.flatMap(({ points }) => points.map(([time]) => time)))].sort((a, b) => a - b);
    const values = lines.map(({ points }) => {
      const known = new Map(points);
      return times.map((time) => known.get(time) ?? null);
    });
    const limits = marks.map(({ value }) => times.map(() => value));
    const form = JSON.stringify([lines.map(({ name }) => name), marks, unit]);
    if (this.#plot !== undefined && form === this.#form) {
      this.#plot.setData([times, ...values, ...limits]);
      return;
    }
    this.#plot?.destroy();
    this.replaceChildren();
    this.#form = form;
    this.#plot = new globalThis.uPlot(this.#options(), [times, ...values, ...limits], this);
  }

  #options() {
    const { lines, unit, marks } = this.#data;
    const style = getComputedStyle(document.documentElement);
    const axis = {
      stroke: style.getPropertyValue("--quiet"),
      grid: { stroke: style.getPropertyValue("--edge"), width: 1 },
      ticks: { show: false },
    };
    return {
      width: this.clientWidth || 300,
      height: 200,
      cursor: { drag: { x: false, y: false } },
      legend: { live: true },
      scales: {
        // The whole hour, however little of it there is.
        x: { range: () => [Date.now() / 1000 - 3600, Date.now() / 1000] },
        y: { range: (_plot, least, most) => [Math.min(0, least ?? 0), (most || 1) * 1.08] },
      },
      axes: [
        {
          ...axis,
          values: (_plot, times) =>
            times.map((time) =>
              new Date(time * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
            ),
        },
        { ...axis, size: 66, values: (_plot, numbers) => numbers.map((number) => inUnit(number, unit)) },
      ],
      series: [
        { label: "at", value: (_plot, time) => (time === null ? "" : clock(time * 1000)) },
        ...lines.map(({ name }, index) => ({
          label: name || "value",
          stroke: COLOURS[index % COLOURS.length],
          width: 1.5,
          points: { show: false },
          spanGaps: false,
          value: (_plot, value) => inUnit(value, unit),
        })),
        ...marks.map(({ means }) => ({
          label: means,
          stroke: MARKS[means] ?? "#888888",
          width: 1,
          dash: [5, 4],
          points: { show: false },
          value: (_plot, value) => inUnit(value, unit),
        })),
      ],
    };
  }
}

customElements.define("vigie-plot", VigiePlot);

/** A large graph of a panel. */
export function plot(panel, lines) {
  return h("vigie-plot", { data: { lines, unit: panel.unit, marks: panel.marks, label: panel.title } });
}
