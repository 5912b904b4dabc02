/** How long steps are going to take from here: by what each takes, and by how fast this machine turns out to be. */

import type { Step } from "./step.ts";
import { isDone, isStamped } from "./step-run.ts";

/** A step that waits, as far as time goes. */
export interface WaitingWork {
  /** Its id. */
  readonly id: string;
  /** Seconds that it takes. */
  readonly takes: number;
  /** Ids of the steps that it waits for; those that aren't listed are done. */
  readonly needs: readonly string[];
}

/** A step that runs, as far as time goes. */
export interface RunningWork {
  /** Its id. */
  readonly id: string;
  /** Seconds until it ends. */
  readonly left: number;
}

/**
 * Seconds until all work ends, where each free place takes the first step that may start.
 *
 * @param running what runs now
 * @param waiting what waits, in its order
 * @param parallel how much may run at a time
 */
export function secondsLeft(
  running: readonly RunningWork[],
  waiting: readonly WaitingWork[],
  parallel: number,
): number {
  const queue = [...waiting];
  const places = running.map(({ id, left }) => ({ id, ends: left }));
  const open = new Set([...running, ...waiting].map(({ id }) => id));
  let now = 0;
  for (;;) {
    while (places.length < parallel) {
      const next = queue.findIndex(({ needs }) => !needs.some((need) => open.has(need)));
      if (next === -1) break;
      const [{ id, takes }] = queue.splice(next, 1) as [WaitingWork];
      places.push({ id, ends: now + takes });
    }
    places.sort((one, other) => one.ends - other.ends);
    const first = places.shift();
    if (first === undefined) return now;
    now = Math.max(now, first.ends);
    open.delete(first.id);
  }
}

// A step that nobody has measured.
const UNKNOWN_SECONDS = 30;
// So much of the work has to be done before the machine's own pace says more than the table's.
const TRUSTED_SECONDS = 60;
// A step that takes longer than it should is not about to end.
const LEAST_SHARE = 0.1;

/** Watches a run of steps, and says what remains of it. */
export class Remaining {
  readonly #cache: string;
  readonly #parallel: number;
  readonly #now: () => number;
  readonly #waiting: Step[];
  readonly #running = new Map<Step, number>();
  readonly #made = new Set<string>();
  #spent = TRUSTED_SECONDS;
  #expected = TRUSTED_SECONDS;

  /**
   * @param steps the steps, in their order
   * @param cache the cache directory
   * @param parallel how many run at a time
   * @param now the clock, in milliseconds
   */
  constructor(steps: readonly Step[], cache: string, parallel: number, now: () => number = Date.now) {
    this.#cache = cache;
    this.#parallel = parallel;
    this.#now = now;
    this.#waiting = [...steps];
    for (const step of steps) if (isStamped(step, cache)) this.#made.add(step.id);
  }

  /** A step begins. */
  started(step: Step): void {
    this.#running.set(step, this.#now());
    const index = this.#waiting.indexOf(step);
    if (index !== -1) this.#waiting.splice(index, 1);
  }

  /** A step ended, and was made now or was there. */
  async ended(step: Step, made: boolean): Promise<void> {
    if (made) {
      this.#spent += this.#elapsed(step);
      this.#expected += takes(step);
    }
    this.#running.delete(step);
    await this.#look();
  }

  /** Steps wait again, before all others: something that they take from others is made anew. */
  again(steps: readonly Step[]): void {
    for (const step of steps) {
      this.#running.delete(step);
      this.#made.delete(step.id);
    }
    this.#waiting.unshift(...steps);
  }

  /** Seconds until the last step ends, at the pace so far. */
  seconds(): number {
    const pace = this.#pace();
    const running = [...this.#running.keys()].map((step) => {
      const whole = takes(step) * pace;
      return {
        id: step.id,
        left: this.#made.has(step.id) ? 0 : Math.max(whole - this.#elapsed(step), whole * LEAST_SHARE),
      };
    });
    const waiting = this.#waiting.map((step) => ({
      ...{ id: step.id, needs: step.needs ?? [] },
      takes: this.#made.has(step.id) ? 0 : takes(step) * pace,
    }));
    return secondsLeft(running, waiting, this.#parallel);
  }

  /** How much longer than in the table things take here. */
  #pace(): number {
    let [spent, expected] = [this.#spent, this.#expected];
    for (const step of this.#running.keys()) {
      // Only what is overdue says something before it ends.
      if (this.#elapsed(step) <= takes(step)) continue;
      spent += this.#elapsed(step);
      expected += takes(step);
    }
    return spent / expected;
  }

  #elapsed(step: Step): number {
    return (this.#now() - (this.#running.get(step) ?? this.#now())) / 1000;
  }

  /** Looks again at what may start now: a product outside of the cache may be gone. */
  async #look(): Promise<void> {
    const open = new Set([...this.#running.keys(), ...this.#waiting].map(({ id }) => id));
    for (const step of this.#waiting.filter(({ needs }) => !needs?.some((need) => open.has(need)))) {
      if (!(await isDone(step, this.#cache))) this.#made.delete(step.id);
    }
  }
}

const takes = (step: Step) => step.takes ?? UNKNOWN_SECONDS;
