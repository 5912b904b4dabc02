/** A drawing as Mermaid, which GitHub and many editors show as a picture. */

import { type Drawing, type DrawnGroup, type DrawnNode, neighboursOf, type Shape } from "./drawing.ts";

const BRACKETS: Readonly<Record<Shape, readonly [string, string]>> = {
  program: ["[", "]"],
  store: ["[(", ")]"],
  files: ["[/", "/]"],
  outside: ["([", "])"],
};

/** The text of a Mermaid file. The same drawing gives the same text. */
export function renderMermaid(drawing: Drawing): string {
  const { title, groups, nodes, edges } = drawing;
  const ids = new Map([...groups, ...nodes].map(({ id }, index) => [id, `n${index}`]));
  const idOf = (id: string): string => ids.get(id) ?? id;
  const nodeLine = (node: DrawnNode, indent: string): string => {
    const [open, close] = BRACKETS[node.shape];
    const text = node.detail === undefined ? node.label : `${node.label}<br/><small>${node.detail}</small>`;
    return `${indent}${idOf(node.id)}${open}${quoted(text)}${close}`;
  };
  const inside = (within: string | undefined, indent: string): string[] => [
    ...nodes.filter(({ group }) => group === within).map((node) => nodeLine(node, indent)),
    ...groups.filter((group) => group.within === within).flatMap((group) => groupLines(group, indent)),
  ];
  const groupLines = (group: DrawnGroup, indent: string): string[] => [
    `${indent}subgraph ${idOf(group.id)}[${quoted(group.label)}]`,
    ...inside(group.id, `${indent}  `),
    `${indent}end`,
  ];
  return `${[
    "---",
    `title: ${JSON.stringify(title)}`,
    "---",
    "flowchart LR",
    ...inside(undefined, "  "),
    ...edges.map(({ from, to, label }) => `  ${idOf(from)} -->|${quoted(label)}| ${idOf(to)}`),
    ...neighboursOf(drawing).map(([one, next]) => `  ${idOf(one)} ~~~ ${idOf(next)}`),
  ].join("\n")}\n`;
}

/** Mermaid reads a text in quotes as it is, but for quotes. */
const quoted = (text: string): string => `"${text.replaceAll('"', "#quot;")}"`;
