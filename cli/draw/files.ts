/** The files of drawings: each as SVG and as Mermaid, and a page that shows them all. */

import type { Drawing } from "./drawing.ts";
import { renderMermaid } from "./mermaid.ts";
import { picturesOf } from "./pictures.ts";
import type { Plan } from "./plan.ts";
import { renderSvg } from "./svg.ts";

/** A stack that is drawn. */
export interface DrawnStack {
  /** What its files begin with. */
  readonly name: string;
  /** What it declares. */
  readonly plan: Plan;
  /** Names of the drawings that are made of it. @default - all */
  readonly only?: readonly string[];
}

const ABOUT: Readonly<Record<string, string>> = {
  architecture:
    "All that runs, and who connects to whom. Who is scraped, and whose pages the door shows, is in pictures of its own.",
  deployment: "Where it runs: a frame for each machine and for each system on it, with the image and the open ports.",
  metrics: "Prometheus asks every target. Exporters stand in front of what has no metrics of its own.",
  logs: "The agent of each machine reads the log files that Docker keeps, and brings their lines to the store.",
  traces:
    "The edge and the services send their spans to the agent of their machine, which brings those that are kept to the store.",
  alerts: "Prometheus finds that a rule holds; two Alertmanagers agree on who is told, and tell.",
  pages: "What whoever runs the stack opens on its machine, and which stores each page asks.",
};

/** The files by name. The same plans give the same files. */
export function filesOf(stacks: readonly DrawnStack[]): Readonly<Record<string, string>> {
  const drawn = stacks.map(({ name, plan, only }) => ({
    name,
    stack: plan.stack,
    drawings: picturesOf(plan).filter((drawing) => only === undefined || only.includes(drawing.name)),
  }));
  const files = drawn.flatMap(({ name, drawings }) =>
    drawings.flatMap((drawing) => [
      [`${name}-${drawing.name}.svg`, renderSvg(drawing)],
      [`${name}-${drawing.name}.mmd`, renderMermaid(drawing)],
    ]),
  );
  const sections = drawn.flatMap(({ name, stack, drawings }) => [
    `## ${stack}`,
    ...drawings.map((drawing) => sectionOf(name, drawing)),
  ]);
  return { "README.md": `${[HEAD, ...sections].join("\n\n")}\n`, ...Object.fromEntries(files) };
}

/** What the page of drawings begins with. */
export const HEAD = [
  "# Drawings",
  "",
  "Written by `npm run draw`, from the program itself: it is run as Pulumi would run it, with nothing made. Do not edit.",
  "",
  "An arrow goes from who connects to who is connected to; log files are drawn where they are read. ×2: as many replicas.",
  "A line below a box: its data is in a volume, and outlives the container.",
].join("\n");

function sectionOf(name: string, { name: drawing, title }: Drawing): string {
  const [heading] = title.split(":");
  const file = `${name}-${drawing}`;
  return `### ${heading}\n\n${ABOUT[drawing] ?? ""}\n\n![${title}](${file}.svg)\n\n[As Mermaid](${file}.mmd)`;
}
