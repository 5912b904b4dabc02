/** Ratios of pairs: each subject run stands beside an anchor run of the same minute, so that the machine cancels out. */

/** One subject run and the anchor run beside it. */
export interface Pair {
  /** Seconds of the subject. */
  readonly subject: number;
  /** Seconds of the anchor. */
  readonly anchor: number;
}

/** What the pairs say. */
export interface Summary {
  /** Number of pairs. */
  readonly pairs: number;
  /** Median of the pairs' ratios, subject to anchor. */
  readonly ratio: number;
  /** Smallest ratio of a pair. */
  readonly smallest: number;
  /** Largest ratio of a pair. */
  readonly largest: number;
  /** Median seconds of the subject. */
  readonly subject: number;
  /** Median seconds of the anchor. */
  readonly anchor: number;
}

/**
 * The middle value; of an even number, the mean of the two in the middle.
 *
 * @throws Error when there is none.
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error("a median needs at least one value");
  return (upper + lower) / 2;
}

/**
 * Sums up pairs.
 *
 * @throws Error when there is none.
 */
export function summarize(pairs: readonly Pair[]): Summary {
  const ratios = pairs.map(({ subject, anchor }) => subject / anchor);
  return {
    pairs: pairs.length,
    ratio: median(ratios),
    smallest: Math.min(...ratios),
    largest: Math.max(...ratios),
    subject: median(pairs.map(({ subject }) => subject)),
    anchor: median(pairs.map(({ anchor }) => anchor)),
  };
}

/**
 * Runs pairs one after the other, every second one in the other order, so that neither side always finds the caches
 * warmer.
 */
export async function runPairs(
  count: number,
  subject: () => Promise<number>,
  anchor: () => Promise<number>,
  onPair: (pair: Pair, index: number) => void = () => undefined,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let index = 0; index < count; index++) {
    let pair: Pair;
    if (index % 2 === 0) {
      const seconds = await subject();
      pair = { subject: seconds, anchor: await anchor() };
    } else {
      const seconds = await anchor();
      pair = { subject: await subject(), anchor: seconds };
    }
    pairs.push(pair);
    onPair(pair, index);
  }
  return pairs;
}

/** The pairs and what they say, as a table. */
export function formatTable(
  names: { readonly subject: string; readonly anchor: string },
  pairs: readonly Pair[],
): string {
  const summary = summarize(pairs);
  const rows = [
    ["pair", names.subject, names.anchor, "ratio"],
    ...pairs.map(({ subject, anchor }, index) => [
      String(index + 1),
      `${subject.toFixed(2)} s`,
      `${anchor.toFixed(2)} s`,
      (subject / anchor).toFixed(2),
    ]),
    ["median", `${summary.subject.toFixed(2)} s`, `${summary.anchor.toFixed(2)} s`, summary.ratio.toFixed(2)],
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "));
  const spread = `ratio ${summary.ratio.toFixed(2)} (smallest ${summary.smallest.toFixed(2)}, largest ${summary.largest.toFixed(2)})`;
  return `${lines.join("\n")}\n${spread}\n`;
}
