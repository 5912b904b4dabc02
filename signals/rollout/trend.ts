/** Whether numbers rise, by their order alone: Kendall's test, exact, and the slopes of which Sen takes the median. */

/** What a container held at a moment. */
export interface MemorySample {
  /** The moment, in seconds of any clock. */
  readonly seconds: number;
  /** Memory that can't be taken back, in bytes. */
  readonly bytes: number;
}

type Stretch = readonly MemorySample[];

/** How many pairs of samples rise within the stretches, the later above the earlier; two that are equal count half. */
export function risingPairs(stretches: readonly Stretch[]): number {
  return sum(
    stretches.map((stretch) =>
      sum(pairsOf(stretch).map(([one, other]) => (other.bytes > one.bytes ? 1 : other.bytes === one.bytes ? 0.5 : 0))),
    ),
  );
}

/**
 * How often numbers in an order of no meaning have so many rising pairs within the stretches or more, from 0 to 1. Each
 * stretch is by itself: of `n` numbers the i-th rises above any number of those before it, from 0 to i, with the same
 * chance. Equal numbers make fewer rising pairs than the orders that are counted here, so they are never taken for a trend.
 *
 * @param rising such pairs. @default - those that there are
 */
export function chanceOfRising(stretches: readonly Stretch[], rising = risingPairs(stretches)): number {
  let chances: readonly number[] = [1];
  for (const stretch of stretches) {
    for (let i = 1; i < stretch.length; i++) chances = withUpTo(i, chances);
  }
  // No more than all of them.
  const from = Math.min(Math.floor(rising), chances.length - 1);
  return Math.min(1, sum(chances.slice(Math.max(0, from))));
}

/** The slopes between any two samples of a stretch, in bytes a second. */
export function slopesWithin(stretch: Stretch): readonly number[] {
  return pairsOf(stretch)
    .filter(([one, other]) => other.seconds > one.seconds)
    .map(([one, other]) => (other.bytes - one.bytes) / (other.seconds - one.seconds));
}

/** The chances of a sum, of what they were of and a whole number from 0 to `most`, each as likely. */
function withUpTo(most: number, chances: readonly number[]): readonly number[] {
  const next: number[] = [];
  let within = 0;
  for (let total = 0; total < chances.length + most; total++) {
    within += (chances[total] ?? 0) - (chances[total - most - 1] ?? 0);
    next.push(Math.max(0, within) / (most + 1));
  }
  return next;
}

const pairsOf = (stretch: Stretch): readonly (readonly [MemorySample, MemorySample])[] =>
  stretch.flatMap((one, index) => stretch.slice(index + 1).map((other) => [one, other] as const));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
