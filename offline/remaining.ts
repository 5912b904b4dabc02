/** How long steps are going to take from here: by what each takes, and by how fast this machine turns out to be. */

import type { Step } from "./step.ts";
import { isDone, isStamped } from "./step-run.ts";

/** A step that waits, as far as time goes. */
export interface WaitingWork {
  /** Its id. */
  readonly id: string;
  /** Seconds that it takes where nothing runs beside it. */
  readonly takes: number;
  /** Cores that it keeps busy. */
  readonly cores: number;
  /** Ids of the steps that it waits for; those that aren't listed are done. */
  readonly needs: readonly string[];
}

/** A step that runs, as far as time goes. */
export interface RunningWork {
  /** Its id. */
  readonly id: string;
  /** Seconds until it ends, where nothing runs beside it. */
  readonly left: number;
  /** Cores that it keeps busy. */
  readonly cores: number;
}

/** Where steps run. */
export interface Places {
  /** How many run at a time. */
  readonly parallel: number;
  /** Cores of the machine. */
  readonly cores: number;
}

/** How fast steps run beside each other: 1 where there are cores enough for all. */
function speedOf(running: readonly { readonly cores: number }[], cores: number): number {
  return Math.min(1, cores / running.reduce((sum, step) => sum + step.cores, 0));
}

/**
 * Seconds until all work ends, where each free place takes the first step that may start.
 *
 * @param running what runs now
 * @param waiting what waits, in its order
 * @param places where it runs
 */
export function secondsLeft(
  running: readonly RunningWork[],
  waiting: readonly WaitingWork[],
  { parallel, cores }: Places,
): number {
  const queue = [...waiting];
  let taken: RunningWork[] = [...running];
  const open = new Set([...running, ...waiting].map(({ id }) => id));
  let now = 0;
  for (;;) {
    while (taken.length < parallel) {
      const next = queue.findIndex(({ needs }) => !needs.some((need) => open.has(need)));
      if (next === -1) break;
      const [{ id, takes, cores: kept }] = queue.splice(next, 1) as [WaitingWork];
      taken.push({ id, left: takes, cores: kept });
    }
    if (taken.length === 0) return now;
    const shortest = Math.min(...taken.map(({ left }) => left));
    now += shortest / speedOf(taken, cores);
    for (const { id, left } of taken) if (left <= shortest) open.delete(id);
    taken = taken.filter(({ left }) => left > shortest).map((step) => ({ ...step, left: step.left - shortest }));
  }
}

// A step that nobody has measured.
const UNKNOWN_SECONDS = 30;
// So much of the work has to be done before the machine's own pace says more than the table's.
const TRUSTED_SECONDS = 30;
// A step that takes longer than it should is not about to end.
const LEAST_SHARE = 0.1;

/** Watches a run of steps, and says what remains of it. */
export class Remaining {
  readonly #cache: string;
  readonly #places: Places;
  readonly #now: () => number;
  readonly #waiting: Step[];
  /** Seconds of work done so far, by a running step: less than have passed where others took the cores. */
  readonly #running = new Map<Step, number>();
  readonly #made = new Set<string>();
  readonly #looked = new Set<Step>();
  #counted: number;
  #spent = TRUSTED_SECONDS;
  #expected = TRUSTED_SECONDS;

  /**
   * @param steps the steps, in their order
   * @param cache the cache directory
   * @param places where they run
   * @param now the clock, in milliseconds
   */
  constructor(steps: readonly Step[], cache: string, places: Places, now: () => number = Date.now) {
    this.#cache = cache;
    this.#places = places;
    this.#now = now;
    this.#counted = now();
    this.#waiting = [...steps];
    for (const step of steps) if (isStamped(step, cache)) this.#made.add(step.id);
  }

  /** A step begins. */
  started(step: Step): void {
    this.#count();
    this.#running.set(step, 0);
    const index = this.#waiting.indexOf(step);
    if (index !== -1) this.#waiting.splice(index, 1);
  }

  /** A step ended, and was made now or was there. */
  async ended(step: Step, made: boolean): Promise<void> {
    this.#count();
    if (made) {
      this.#spent += this.#running.get(step) ?? 0;
      this.#expected += takes(step);
    }
    this.#running.delete(step);
    await this.#look();
  }

  /** Steps wait again, before all others: something that they take from others is made anew. */
  again(steps: readonly Step[]): void {
    this.#count();
    for (const step of steps) {
      this.#running.delete(step);
      this.#made.delete(step.id);
    }
    this.#waiting.unshift(...steps);
  }

  /** Seconds until the last step ends, at the pace so far. */
  seconds(): number {
    this.#count();
    const pace = this.#pace();
    const running = [...this.#running].map(([step, done]) => {
      const whole = this.#made.has(step.id) ? 0 : takes(step) * pace;
      return { id: step.id, cores: cores(step), left: Math.max(whole - done, whole * LEAST_SHARE) };
    });
    const waiting = this.#waiting.map((step) => {
      const whole = this.#made.has(step.id) ? 0 : takes(step) * pace;
      return { id: step.id, cores: cores(step), needs: step.needs ?? [], takes: whole };
    });
    return secondsLeft(running, waiting, this.#places);
  }

  /** How much longer than in the table things take here. */
  #pace(): number {
    let [spent, expected] = [this.#spent, this.#expected];
    for (const [step, done] of this.#running) {
      // Only what is overdue says something before it ends.
      if (done <= takes(step)) continue;
      spent += done;
      expected += takes(step);
    }
    return spent / expected;
  }

  /** Counts the time since the last call as work of the steps that run. */
  #count(): void {
    const now = this.#now();
    const running = [...this.#running.keys()].map((step) => ({ cores: cores(step) }));
    const work = ((now - this.#counted) / 1000) * speedOf(running, this.#places.cores);
    this.#counted = now;
    if (running.length === 0) return;
    for (const [step, done] of this.#running) this.#running.set(step, done + work);
  }

  /** Looks once more at what may start now: a product outside of the cache may be gone. */
  async #look(): Promise<void> {
    const open = new Set([...this.#running.keys(), ...this.#waiting].map(({ id }) => id));
    const ready = this.#waiting.filter(
      (step) => !step.needs?.some((need) => open.has(need)) && !this.#looked.has(step),
    );
    for (const step of ready) this.#looked.add(step);
    const gone = async (step: Step) => !(await isDone(step, this.#cache)) && this.#made.delete(step.id);
    await Promise.all(ready.map(gone));
  }
}

const takes = (step: Step) => step.takes ?? UNKNOWN_SECONDS;
const cores = (step: Step) => step.cores ?? 1;
