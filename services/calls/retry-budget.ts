/** How many retries there may be. */
export interface RetryBudgetOptions {
  /** Percent of the requests of the last ten seconds. */
  readonly percent: number;
  /** Beside those: so many a minute. */
  readonly perMinute: number;
  /** Milliseconds of a clock that only goes forward. @default performance.now */
  readonly now?: () => number;
}

const SECONDS = 10;

/**
 * Keeps retries in proportion to requests, so that a service that fails is not asked twice as much because it fails. The rule is
 * that of Finagle's and Linkerd's retry budgets: a percentage of the requests of the last ten seconds, and a least rate
 * for what is asked rarely.
 *
 * @example
 * ```ts
 * const budget = new RetryBudget({ percent: 20, perMinute: 60 });
 * budget.asked();
 * if (budget.take()) askAgain();
 * ```
 */
export class RetryBudget {
  readonly #percent: number;
  readonly #reserve: number;
  readonly #now: () => number;
  readonly #requests = new Array<number>(SECONDS).fill(0);
  readonly #retries = new Array<number>(SECONDS).fill(0);
  #second: number;

  constructor({ percent, perMinute, now = () => performance.now() }: RetryBudgetOptions) {
    this.#percent = percent;
    this.#reserve = (perMinute / 60) * SECONDS;
    this.#now = now;
    this.#second = Math.floor(now() / 1000);
  }

  /** Counts a request. */
  asked(): void {
    count(this.#requests, this.#slot());
  }

  /** Whether there may be one retry more; if so, it is counted. */
  take(): boolean {
    const slot = this.#slot();
    const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
    const allowed = (sum(this.#requests) * this.#percent) / 100 + this.#reserve;
    if (sum(this.#retries) + 1 > allowed) return false;
    count(this.#retries, slot);
    return true;
  }

  // The counts of this second; those of seconds that are too long ago are forgotten.
  #slot(): number {
    const second = Math.floor(this.#now() / 1000);
    const passed = Math.min(second - this.#second, SECONDS);
    for (let back = 0; back < passed; back += 1) {
      const slot = (second - back) % SECONDS;
      this.#requests[slot] = 0;
      this.#retries[slot] = 0;
    }
    this.#second = second;
    return second % SECONDS;
  }
}

function count(counts: number[], slot: number): void {
  counts[slot] = (counts[slot] ?? 0) + 1;
}
