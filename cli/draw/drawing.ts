/** What a drawing is, before it is Mermaid or SVG; and what a flow is about. */

import { REASONS } from "../../services/flow.ts";

/** What a way between two programs is for, as drawings tell them apart. */
export type Topic = "requests" | "metrics" | "logs" | "traces" | "alerts" | "pages" | "other";

/** How something looks: a program; one with data in a volume; files that are read; somebody, or what is not ours. */
export type Shape = "program" | "store" | "files" | "outside";

/** A thing in a drawing. */
export interface DrawnNode {
  /** Its id: unique in the drawing. */
  readonly id: string;
  /** What it is called. */
  readonly label: string;
  /** A second line, smaller. @default - none */
  readonly detail?: string;
  /** How it looks. */
  readonly shape: Shape;
  /** Id of the group that it is in. @default - none */
  readonly group?: string;
}

/** Things that belong together, with a frame around them. */
export interface DrawnGroup {
  /** Its id: unique in the drawing, among nodes as well. */
  readonly id: string;
  /** What stands in its frame. */
  readonly label: string;
  /** Id of the group that it is in. @default - none */
  readonly within?: string;
}

/** A way from one thing to another. */
export interface DrawnEdge {
  /** Id of the node that begins it: who connects. */
  readonly from: string;
  /** Id of the other one. */
  readonly to: string;
  /** What stands at it. */
  readonly label: string;
  /** What it is for. */
  readonly topic: Topic;
}

/** A drawing. */
export interface Drawing {
  /** Name of its files. */
  readonly name: string;
  /** What it shows. */
  readonly title: string;
  /** Groups, outer ones first. */
  readonly groups: readonly DrawnGroup[];
  /** Things, in the order in which they are laid out. */
  readonly nodes: readonly DrawnNode[];
  /** Ways. */
  readonly edges: readonly DrawnEdge[];
  /** Ids of nodes that stand beside each other, though no way leads from one to the next. @default [] */
  readonly rows?: readonly (readonly string[])[];
}

/** The pairs of neighbours in the rows of a drawing: what lays them out. */
export function neighboursOf({ rows = [] }: Drawing): readonly (readonly [string, string])[] {
  return rows.flatMap((row) => row.slice(1).map((id, index) => [row[index] ?? id, id] as const));
}

const TOPICS: Readonly<Record<Exclude<Topic, "other">, RegExp>> = {
  requests: /^(routes to|uses|asks outside|hands PHP to|hands requests on|asks pages of itself|finds containers)\b/,
  metrics: /^(scrapes|measures|asks as visitors do|has pages asked for|brings samples|hands on \S*\/write)\b/,
  logs: /^(brings logs|hands on \S*\/(logs|push))\b/,
  traces: /^((sends|brings) spans|hands on \S*\/traces)\b/,
  alerts: /^(sends alerts|tells|mails|agrees with)\b/,
  pages: /^(shows|asks for what it shows)\b/,
};

/** What a reason of a flow is about; `other` is what nobody has told drawings of. */
export function topicOf(reason: string): Topic {
  const found = Object.entries(TOPICS).find(([, words]) => words.test(reason));
  return (found?.[0] ?? "other") as Topic;
}

/** The reasons of a flow, each alone. */
export const reasonsOf = (why: string): readonly string[] => why.split(REASONS);

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^(routes|uses|hands PHP|scrapes|measures|tells)( to)? .*$/, "$1"],
  [/^(shows what it knows|asks for what it shows)$/, "asks"],
  [/^shows its pages$/, "shows"],
  [/^has pages asked for$/, "has it ask"],
];

/** What is done there, without to whom: `uses` of `uses postgres`. */
export function verbOf(reason: string): string {
  const [words, short] = SHORT.find(([pattern]) => pattern.test(reason)) ?? [/^/, ""];
  return reason.replace(words, short);
}
