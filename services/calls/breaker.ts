import CircuitBreaker from "opossum";

/** When a service is not asked. */
export interface BreakerOptions {
  /** Percent of the requests that have to fail; 0 for never. */
  readonly percent: number;
  /** Requests below which it never opens. */
  readonly least: number;
  /** Milliseconds that it looks back. @default 10000 */
  readonly windowMs?: number;
  /** Milliseconds until an open breaker lets one through. */
  readonly openMs: number;
  /** Whether an error says nothing of how the service is. @param isTrial it is that of the one that was let through */
  readonly ignores?: (error: unknown, isTrial: boolean) => boolean;
  /** Called when it opens, and when it closes; not when the one that was let through fails, and it stays open. */
  readonly changed: (isOpen: boolean) => void;
}

/** Lets work through as long as enough of it succeeds. */
export interface Breaker {
  /** Whether it lets nothing through. */
  readonly isOpen: boolean;
  /**
   * Does work, if it lets any through.
   *
   * @throws what `refusal` makes, where it does not
   */
  run<T>(work: () => Promise<T>, refusal: () => Error): Promise<T>;
  /** Ends its timers. */
  close(): void;
}

/** A circuit breaker, by opossum. Open, it refuses at once: who asks isn't kept waiting, and what is unwell isn't asked even more. */
export function newBreaker({ percent, least, windowMs = 10_000, openMs, ignores, changed }: BreakerOptions): Breaker {
  let isOpen = false;
  const tell = (now: boolean) => () => {
    if (now !== isOpen) changed(now);
    isOpen = now;
  };
  const breaker: CircuitBreaker<[() => Promise<unknown>], unknown> = new CircuitBreaker(
    (work: () => Promise<unknown>) => work(),
    {
      // Work ends by itself.
      timeout: false,
      enabled: percent > 0,
      resetTimeout: openMs,
      rollingCountTimeout: windowMs,
      volumeThreshold: least,
      // It opens beyond that, and not at it: at 100 never.
      errorThresholdPercentage: percent - 0.01,
      // Nobody asks for them, and each failure would sort all that the window holds.
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      errorFilter: (error: unknown) => ignores?.(error, breaker.halfOpen) ?? false,
    },
  );
  breaker.on("open", tell(true));
  breaker.on("close", tell(false));
  return {
    get isOpen() {
      return breaker.opened;
    },
    run: async <T>(work: () => Promise<T>, refusal: () => Error) => {
      try {
        return (await breaker.fire(work)) as T;
      } catch (error) {
        throw CircuitBreaker.isOurError(error as Error) ? refusal() : error;
      }
    },
    close: () => breaker.shutdown(),
  };
}
