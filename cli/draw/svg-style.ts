import type { Topic } from "./drawing.ts";

/** A colour for each topic, on light and on dark paper: each has a contrast of at least 4.5 to 1 with its paper. */
const COLOURS: Readonly<Record<Topic, readonly [light: string, dark: string]>> = {
  requests: ["#1f5fbf", "#7fb2ff"],
  metrics: ["#a8480b", "#f0a06a"],
  logs: ["#1a7340", "#6fce94"],
  traces: ["#7a3db8", "#c49bf0"],
  alerts: ["#b3202c", "#ff8f97"],
  pages: ["#0d6b7a", "#6ccbdc"],
  other: ["#555555", "#bbbbbb"],
};

const ways = (index: 0 | 1): string =>
  Object.entries(COLOURS)
    .map(
      ([topic, { [index]: colour }]) =>
        `.way.${topic}{stroke:${colour}}.label.${topic} text,.tip.${topic}{fill:${colour}}`,
    )
    .join("");

/** How everything in an SVG looks. */
export const STYLE: string = [
  "text{font-family:ui-sans-serif,system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1c1c1c}",
  ".paper{fill:#fff}.title{font-size:17px;font-weight:600}",
  ".frame rect{fill:#f4f5f7;stroke:#b4b8bf}.frame text{font-size:13px;font-weight:600;fill:#4a4f57}",
  ".node rect,.node path{fill:#fff;stroke:#4a4f57}.node.outside rect{fill:#fff6dc}.node.files rect{stroke-dasharray:4 3}",
  ".node text{font-size:13px;text-anchor:middle}.node .detail{font-size:11px;fill:#555b64}",
  ".way{fill:none;stroke-width:1.4}",
  ".label rect{fill:#fff;opacity:.9}.label text{font-size:11px;text-anchor:middle}",
  ways(0),
  "@media(prefers-color-scheme:dark){text,.node text{fill:#e8e8e8}.paper{fill:#14171b}",
  ".frame rect{fill:#1d2127;stroke:#4d545e}.frame text{fill:#b4bac3}",
  ".node rect,.node path{fill:#262b33;stroke:#a2a9b3}.node.outside rect{fill:#3b3420}.node .detail{fill:#b4bac3}.label rect{fill:#14171b}",
  `${ways(1)}}`,
].join("");
