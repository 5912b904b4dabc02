/** A drawing as SVG, laid out by dagre. It needs no font but the reader's, and is light or dark as the reader's pages are. */

import dagre from "@dagrejs/dagre";
import {
  type Drawing,
  type DrawnEdge,
  type DrawnGroup,
  type DrawnNode,
  neighboursOf,
  type Shape,
  type Topic,
} from "./drawing.ts";
import { STYLE } from "./svg-style.ts";

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Pixels of a letter: wider than most fonts have it, so that a text stays in its box. */
const LETTER = { label: 7.4, detail: 6.2, edge: 6 } as const;
const PADDING = { x: 12, y: 9 } as const;
const FRAME = { side: 14, top: 30 } as const;
const MARGIN = 18;
const TITLE = 34;
/** So far up or down a way is steep. */
const STEEP = 160;

/** The text of an SVG file. The same drawing gives the same text. */
export function renderSvg(drawing: Drawing): string {
  const graph = laidOut(drawing);
  const boxes = new Map(drawing.nodes.map(({ id }) => [id, boxOf(graph.node(id))]));
  const frames = framesOf(drawing, boxes);
  const columns = columnsOf(boxes.values());
  const paths = drawing.edges.map((edge, index) => {
    const { points, x = 0, y = 0 } = graph.edge(edge.from, edge.to, String(index));
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
    return { edge, x, y, points: from === undefined || to === undefined ? [] : between(from, points, to, columns) };
  });
  const all: readonly Box[] = [
    ...boxes.values(),
    ...frames.values(),
    ...paths.flatMap(({ points }) => points.map(({ x, y }: Point) => ({ left: x, right: x, top: y, bottom: y }))),
  ];
  const outer = around(all);
  const width = Math.max(outer.right - outer.left, textWidth(drawing.title, 9)) + 2 * MARGIN;
  const height = outer.bottom - outer.top + 2 * MARGIN + TITLE;
  const left = outer.left - MARGIN;
  const top = outer.top - MARGIN - TITLE;
  const view = [left, top, width, height].map(round).join(" ");
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" width="${round(width)}" height="${round(height)}" role="img">`,
    `<title>${escaped(drawing.title)}</title>`,
    `<style>${STYLE}</style>`,
    `<defs>${[...new Set(drawing.edges.map(({ topic }) => topic))].map(tipOf).join("")}</defs>`,
    `<rect class="paper" x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}"/>`,
    `<text class="title" x="${round(left + MARGIN)}" y="${round(top + MARGIN + 8)}">${escaped(drawing.title)}</text>`,
    ...drawing.groups.map((group) => frameOf(group, frames.get(group.id))),
    ...paths.map(({ edge, points }) => wayOf(edge, points)),
    ...drawing.nodes.map((node) => nodeOf(node, boxes.get(node.id))),
    ...paths.filter(({ edge }) => edge.label !== "").map(({ edge, x, y }) => labelOf(edge, { x, y })),
    "</svg>",
  ].join("\n")}\n`;
}

function laidOut(drawing: Drawing) {
  const { groups, nodes, edges } = drawing;
  const graph = new dagre.graphlib.Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 14, edgesep: 20, ranksep: 44 });
  for (const { id } of groups) graph.setNode(id, {});
  for (const { id, label, detail } of nodes) {
    const width = Math.max(textWidth(label, LETTER.label), textWidth(detail ?? "", LETTER.detail)) + 2 * PADDING.x;
    graph.setNode(id, { width, height: (detail === undefined ? 16 : 31) + 2 * PADDING.y });
  }
  for (const { id, within } of groups) if (within !== undefined) graph.setParent(id, within);
  for (const { id, group } of nodes) if (group !== undefined) graph.setParent(id, group);
  edges.forEach(({ from, to, label }, index) => {
    const size = label === "" ? {} : { width: textWidth(label, LETTER.edge) + 8, height: 14, labelpos: "c" };
    graph.setEdge(from, to, size, String(index));
  });
  for (const [one, next] of neighboursOf(drawing)) graph.setEdge(one, next, {}, "beside");
  dagre.layout(graph);
  return graph;
}

function boxOf({ x = 0, y = 0, width = 0, height = 0 }): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

function around(boxes: readonly Box[]): Box {
  return {
    left: Math.min(...boxes.map(({ left }) => left)),
    right: Math.max(...boxes.map(({ right }) => right)),
    top: Math.min(...boxes.map(({ top }) => top)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
}

/** A frame is as large as what is in it, with room for its text. */
function framesOf({ groups, nodes }: Drawing, boxes: ReadonlyMap<string, Box>): Map<string, Box> {
  const frames = new Map<string, Box>();
  for (const { id, label } of [...groups].reverse()) {
    const inside = [
      ...nodes.filter(({ group }) => group === id).map((node) => boxes.get(node.id)),
      ...groups.filter(({ within }) => within === id).map((group) => frames.get(group.id)),
    ].filter((box) => box !== undefined);
    if (inside.length === 0) continue;
    const { left, right, top, bottom } = around(inside);
    const room = Math.max(right + FRAME.side, left + textWidth(label, LETTER.label));
    frames.set(id, { left: left - FRAME.side, right: room, top: top - FRAME.top, bottom: bottom + FRAME.side });
  }
  return frames;
}

function frameOf({ label }: DrawnGroup, box: Box | undefined): string {
  if (box === undefined) return "";
  return `<g class="frame">${rect(box, 8)}<text x="${round(box.left + 10)}" y="${round(box.top + 18)}">${escaped(label)}</text></g>`;
}

const CORNERS: Readonly<Record<Shape, number>> = { program: 4, store: 4, files: 0, outside: 18 };

function nodeOf({ label, detail, shape }: DrawnNode, box: Box | undefined): string {
  if (box === undefined) return "";
  const x = round((box.left + box.right) / 2);
  const middle = (box.top + box.bottom) / 2;
  const second =
    detail === undefined ? "" : `<text class="detail" x="${x}" y="${round(middle + 13)}">${escaped(detail)}</text>`;
  // Data that outlives its program: a second line below it, as of a thing that stands on something.
  const base =
    shape === "store" ? `<path d="M${round(box.left + 4)} ${round(box.bottom + 3)}H${round(box.right - 4)}"/>` : "";
  const y = round(detail === undefined ? middle + 4.5 : middle - 3);
  return `<g class="node ${shape}">${rect(box, CORNERS[shape])}${base}<text x="${x}" y="${y}">${escaped(label)}</text>${second}</g>`;
}

function rect({ left, right, top, bottom }: Box, corner: number): string {
  return `<rect x="${round(left)}" y="${round(top)}" width="${round(right - left)}" height="${round(bottom - top)}" rx="${corner}"/>`;
}

/** From side to side, and level where it leaves, where its label stands and where it arrives. */
function wayOf({ topic }: DrawnEdge, points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  const curves = rest.map(({ x, y }, index) => {
    const from = points[index] ?? first;
    const middle = round((from.x + x) / 2);
    return `C${middle} ${round(from.y)} ${middle} ${round(y)} ${round(x)} ${round(y)}`;
  });
  return `<path class="way ${topic}" d="M${round(first.x)} ${round(first.y)}${curves.join("")}" marker-end="url(#tip-${topic})"/>`;
}

/**
 * The points of a way from the side of one box to the side of another one. A steep one is level again before the widest
 * box of the column begins: so it passes behind none.
 */
function between(one: Box, points: readonly Point[], other: Box, columns: ReadonlyMap<number, Box>): readonly Point[] {
  const middles = points.slice(1, -1);
  const side = (box: Box, towards: Point): readonly Point[] => {
    const centre = (box.left + box.right) / 2;
    const column = columns.get(round(centre)) ?? box;
    const y = (box.top + box.bottom) / 2;
    const [x, level] = towards.x >= centre ? [box.right, column.right + 4] : [box.left, column.left - 10];
    return Math.abs(towards.y - y) < STEEP
      ? [{ x, y }]
      : [
          { x, y },
          { x: level, y },
        ];
  };
  const centreOf = ({ left, right, top, bottom }: Box) => ({ x: (left + right) / 2, y: (top + bottom) / 2 });
  return [
    ...side(one, middles[0] ?? centreOf(other)),
    ...middles,
    ...side(other, middles.at(-1) ?? centreOf(one)).toReversed(),
  ];
}

/** The boxes that stand below each other, as one, by their centre. */
function columnsOf(boxes: Iterable<Box>): ReadonlyMap<number, Box> {
  const columns = Map.groupBy(boxes, ({ left, right }) => round((left + right) / 2));
  return new Map([...columns.entries()].map(([centre, those]) => [centre, around(those)]));
}

/** The head of the ways of a topic: not every browser gives it the colour of its way. */
function tipOf(topic: Topic): string {
  const size = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"';
  return `<marker id="tip-${topic}" class="tip ${topic}" ${size}><path d="M0 0L8 4L0 8z"/></marker>`;
}

function labelOf({ label, topic }: DrawnEdge, { x, y }: Point): string {
  const width = textWidth(label, LETTER.edge) + 4;
  const back = { left: x - width / 2, right: x + width / 2, top: y - 7, bottom: y + 7 };
  return `<g class="label ${topic}">${rect(back, 3)}<text x="${round(x)}" y="${round(y + 3.5)}">${escaped(label)}</text></g>`;
}

const textWidth = (text: string, letter: number): number => text.length * letter;
const round = (value: number): number => Math.round(value * 10) / 10;
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
