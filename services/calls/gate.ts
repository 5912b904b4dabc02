/** How much may be under way. */
export interface GateOptions {
  /** The most at once; 0 for any number. */
  readonly most: number;
  /** The most that wait for their turn. */
  readonly waiting: number;
}

/** What became of somebody who asked to be let in. */
export type Entry = "in" | "full" | "late";

/** Lets so many in at once, has so many wait for their turn in order, and turns away whoever comes beyond them. */
export class Gate {
  readonly #most: number;
  readonly #room: number;
  readonly #queue: ((entry: Entry) => void)[] = [];
  #inside = 0;

  constructor({ most, waiting }: GateOptions) {
    this.#most = most === 0 ? Number.POSITIVE_INFINITY : most;
    this.#room = waiting;
  }

  /** How many are in. */
  get inside(): number {
    return this.#inside;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Asks to be let in. Whoever is in has to {@link leave}.
   *
   * @param waitMs how long to wait for it at most
   * @returns "full" at once where there is no room to wait, "late" where the time was over
   */
  async enter(waitMs: number): Promise<Entry> {
    if (this.#inside < this.#most) {
      this.#inside += 1;
      return "in";
    }
    if (this.#queue.length >= this.#room) return "full";
    const { promise, resolve } = Promise.withResolvers<Entry>();
    this.#queue.push(resolve);
    const timer = setTimeout(() => {
      this.#queue.splice(this.#queue.indexOf(resolve), 1);
      resolve("late");
    }, waitMs);
    const entry = await promise;
    clearTimeout(timer);
    return entry;
  }

  /** Gives the place to whoever has waited longest. */
  leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#inside -= 1;
    else next("in");
  }
}
