import type { Mutant } from "./operators.ts";

/** What came of a mutant. */
export interface Result {
  /** The change that was tried. */
  readonly mutant: Mutant;
  /** `killed`: a test fails. `timeout`: the tests did not end. `survived`: all pass. `untested`: no test reaches it. */
  readonly status: "killed" | "timeout" | "survived" | "untested";
}

/** The numbers of one folder. */
export interface Score {
  /** The folder, from the repository's root: `config`. */
  readonly folder: string;
  /** Mutants that there are. */
  readonly all: number;
  /** Those that were tried: all of them, or a sample. */
  readonly tried: number;
  /** Those that a test noticed, by failing or by not ending. */
  readonly killed: number;
  /** Those that all tests passed with. */
  readonly survived: number;
  /** Those that no test reaches. */
  readonly untested: number;
  /** Percent of those tried that a test noticed. */
  readonly score: number;
}

/** The score of a folder. What ends no more is noticed, too. */
export function scoreOf(folder: string, all: number, results: readonly Result[]): Score {
  const count = (...statuses: readonly Result["status"][]) =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const killed = count("killed", "timeout");
  const score = results.length === 0 ? 100 : Math.round((1000 * killed) / results.length) / 10;
  return {
    folder,
    all,
    tried: results.length,
    killed,
    survived: count("survived"),
    untested: count("untested"),
    score,
  };
}

const HEAD = ["folder", "mutants", "tried", "killed", "survived", "untested", "score %"];

/** The table of scores, and every survivor by its place, as Markdown. */
export function markdownOf(scores: readonly Score[], results: readonly Result[], how: string): string {
  const rows = scores.map(({ folder, all, tried, killed, survived, untested, score }) => [
    folder,
    ...[all, tried, killed, survived, untested].map(String),
    score.toFixed(1),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const left = results.filter(({ status }) => status === "survived" || status === "untested");
  const survivors = left.map(
    ({ status, mutant: { file, line: at, column, operator, original, replacement } }) =>
      `- ${file}:${at}:${column} ${status}, ${operator}: ${code(original)} became ${code(replacement)}`,
  );
  return [
    ...[`# Mutants: ${how}`, "", line(HEAD), line(HEAD.map(() => "---")), ...rows.map(line), ""],
    ...(survivors.length === 0 ? ["None survived."] : survivors),
    "",
  ].join("\n");
}

function code(text: string): string {
  const short = text.replace(/\s+/g, " ").trim();
  return short === "" ? "nothing" : `\`\`${short.length > 80 ? `${short.slice(0, 77)}...` : short}\`\``;
}

/** The same for a program. */
export function mutationJson(scores: readonly Score[], results: readonly Result[], how: string): string {
  return `${JSON.stringify({ how, scores, results: results.map(({ mutant, status }) => ({ status, ...mutant })) }, null, 2)}\n`;
}
