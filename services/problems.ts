/** One thing that is wrong with a declaration, in the words of the person who wrote it. */
export interface Problem {
  /** Path of the property, as written: `limits.memory`, `ports[0]`. */
  readonly property: string;
  /** What was given. Never a secret. */
  readonly given: unknown;
  /** What is allowed. */
  readonly allowed: string;
  /** What to do about it. Left out where `allowed` already says it. */
  readonly fix?: string;
}

/** A declaration was refused. Carries every problem, not only the first one. */
export class DeclarationError extends Error {
  /** What was refused: `service "catalog"`. */
  readonly subject: string;
  /** All problems that were found. */
  readonly problems: readonly Problem[];

  constructor(subject: string, problems: readonly Problem[]) {
    super([`${subject} is refused:`, ...problems.map((problem) => `  - ${describe(problem)}`)].join("\n"));
    this.name = "DeclarationError";
    this.subject = subject;
    this.problems = problems;
  }
}

/** One line for a problem: property, what was given, what is allowed, the fix. */
export function describe(problem: Problem): string {
  const fix = problem.fix === undefined ? "" : ` ${problem.fix}`;
  return withoutSecrets(`${problem.property}: got ${show(problem.given)}; allowed: ${problem.allowed}.${fix}`);
}

/** A text without what opens something, wherever it stands: the password in a URL, the private half of an age key. */
function withoutSecrets(text: string): string {
  return text
    .replace(/(:\/\/[^\s:@/"]*):[^\s@/"]+@/g, "$1:(not shown)@")
    .replace(/AGE-SECRET-KEY-[0-9A-Z]+/gi, "AGE-SECRET-KEY-(not shown)");
}

/** Throws a {@link DeclarationError} if there is any problem. */
export function refuseIf(subject: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new DeclarationError(subject, problems);
}

/** The allowed word nearest to what was typed, by edit distance; undefined where none is near. */
export function nearest(given: string, allowed: readonly string[]): string | undefined {
  const ranked = allowed
    .map((word) => ({ word, distance: editDistance(given.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, given.length / 3) ? best.word : undefined;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return `"${value}"`;
  // JSON knows neither of them: they would read as null.
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : JSON.stringify(value);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
