/** When a replica is left out. */
export interface OutlierOptions {
  /** Failures, one after the other, after which it is; 0 for never. */
  readonly failures: number;
  /** Milliseconds of the first time; each further time in a row is longer by as much. */
  readonly ejectionMs: number;
  /** Milliseconds at most. */
  readonly longestMs: number;
  /** Percent of the replicas that may be left out at once, rounded down. */
  readonly percent: number;
}

/** What {@link Replicas} are made with. */
export interface ReplicasOptions {
  /** How one is chosen. */
  readonly balancing: "least-requests" | "in-turn";
  /** When one is left out. */
  readonly outliers: OutlierOptions;
  /** Milliseconds of a clock that only goes forward. @default performance.now */
  readonly now?: () => number;
  /** A number from 0 to below 1, by chance. @default Math.random */
  readonly random?: () => number;
}

/** One replica of a called service. */
export interface Replica {
  /** Its address, without a slash at its end. */
  readonly url: string;
  /** Whether it gets no requests, or only one to see whether it is back. */
  readonly ejected: boolean;
}

/** What the end of a try changes: the replica is left out, or back; or nothing. */
export type Change = "out" | "back" | "none";

interface State extends Replica {
  ejected: boolean;
  /** When its time is over. */
  until: number;
  /** How many times in a row it was left out. */
  times: number;
  /** Failures since its last success. */
  failures: number;
  /** Tries of it that are under way. */
  underWay: number;
}

/**
 * The replicas of a called service, and which of them is asked.
 *
 * One that fails so many times in a row is left out, longer each time, as Envoy does it; no more than a part of all at once. When its
 * time is over it is on probation, as with Finagle: one try goes there, which what may be tried again elsewhere makes first.
 * By its success it is back, by its failure out again.
 */
export class Replicas {
  readonly #all: readonly State[];
  readonly #options: Required<ReplicasOptions>;
  #last = -1;

  constructor(urls: readonly string[], options: ReplicasOptions) {
    this.#all = urls.map((url) => ({ url, ejected: false, until: 0, times: 0, failures: 0, underWay: 0 }));
    this.#options = { now: () => performance.now(), random: Math.random, ...options };
  }

  /** All of them. */
  get all(): readonly Replica[] {
    return this.#all;
  }

  /** Whether there is one to ask that has not been asked yet. */
  hasOther(asked: ReadonlySet<Replica>): boolean {
    return this.#fit().some((one) => !asked.has(one));
  }

  /**
   * The replica for a try, which has to {@link end}.
   *
   * @param asked those that were asked already: another one is taken where there is one
   * @param repeatable whether the try can be made again elsewhere: then it may be the one that shows whether a replica is back
   */
  begin(asked: ReadonlySet<Replica>, repeatable: boolean): Replica {
    const fit = this.#fit();
    const others = fit.filter((one) => !asked.has(one));
    const some = others.length > 0 ? others : fit.length > 0 ? fit : this.#all;
    const returning = repeatable ? some.find((one) => one.ejected && one.underWay === 0) : undefined;
    const inTurn = this.#options.balancing === "in-turn" && asked.size === 0;
    const chosen = returning ?? (inTurn ? this.#nextOf(some) : this.#lessBusyOf(some));
    chosen.underWay += 1;
    return chosen;
  }

  /** Counts how a try ended. */
  end(replica: Replica, failed: boolean): Change {
    const state = this.#all.find((one) => one === replica);
    if (state === undefined) return "none";
    state.underWay -= 1;
    if (failed) {
      state.failures += 1;
      return this.#mayEject(state) ? this.#eject(state) : "none";
    }
    // A success of before it was left out says nothing of how it is now.
    if (state.ejected && !this.#isBack(state)) return "none";
    const change = state.ejected ? "back" : "none";
    state.ejected = false;
    state.failures = 0;
    return change;
  }

  #fit(): State[] {
    return this.#all.filter((one) => !one.ejected || (this.#isBack(one) && one.underWay === 0));
  }

  #isBack({ until }: State): boolean {
    return this.#options.now() >= until;
  }

  #mayEject(state: State): boolean {
    const { failures, percent } = this.#options.outliers;
    if (failures === 0) return false;
    if (state.ejected) return this.#isBack(state);
    const out = this.#all.filter(({ ejected }) => ejected).length;
    return state.failures >= failures && out + 1 <= Math.floor((this.#all.length * percent) / 100);
  }

  #eject(state: State): Change {
    const { ejectionMs, longestMs } = this.#options.outliers;
    const now = this.#options.now();
    // It has been well since: each span of that length makes up for one time.
    const madeUp = state.ejected ? 0 : Math.floor((now - state.until) / ejectionMs);
    state.times = Math.max(0, state.times - madeUp) + 1;
    state.until = now + Math.min(ejectionMs * state.times, longestMs);
    state.ejected = true;
    return "out";
  }

  // Another try is nobody's turn: it would have the one that fails asked by each request.
  #nextOf(some: readonly State[]): State {
    for (let step = 1; step <= this.#all.length; step += 1) {
      const place = (this.#last + step) % this.#all.length;
      const one = this.#all[place];
      if (one === undefined || !some.includes(one)) continue;
      this.#last = place;
      return one;
    }
    return this.#lessBusyOf(some);
  }

  #lessBusyOf(some: readonly State[]): State {
    const { random } = this.#options;
    const [only] = some;
    if (only === undefined) throw new RangeError("there is no replica");
    if (some.length === 1) return only;
    const first = Math.floor(random() * some.length);
    const second = (first + 1 + Math.floor(random() * (some.length - 1))) % some.length;
    const [one = only, other = only] = [some[first], some[second]];
    return other.underWay < one.underWay ? other : one;
  }
}
