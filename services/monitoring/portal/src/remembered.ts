/**
 * Answers that are remembered for a moment: however many look at a page, each store is asked once in that time. What
 * failed is asked again.
 */
export class Remembered {
  readonly #milliseconds: number;
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();

  constructor(milliseconds: number, now: () => number = Date.now) {
    this.#milliseconds = milliseconds;
    this.#now = now;
  }

  /** The answer to a question: a fresh one, or that of a moment ago. */
  of<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const now = this.#now();
    const known = this.#known.get(question);
    if (known !== undefined && known.until > now) return known.answer as Promise<T>;
    for (const [key, { until }] of this.#known) if (until <= now) this.#known.delete(key);
    const answer = ask();
    this.#known.set(question, { until: now + this.#milliseconds, answer });
    answer.catch(() => {
      if (this.#known.get(question)?.answer === answer) this.#known.delete(question);
    });
    return answer;
  }
}
