/** What goes wrong with a container engine. */

/**
 * Why an engine refused, where a caller may be content with that: what was meant is `gone`, it is `idle` (it does not run,
 * or is not paused), or it is `there` already.
 */
export type Reason = "gone" | "idle" | "there";

/** An engine refused, or a program that it ran failed. */
export class EngineError extends Error {
  /** Its words; empty where it had none. */
  readonly words: string;
  /** The exit code. */
  readonly code: number;
  /** Why, where a caller may be content with that. */
  readonly reason: Reason | undefined;

  /** @param what what was asked, as it is said before the words */
  constructor(what: string, { words, code, reason }: Pick<EngineError, "words" | "code" | "reason">) {
    super(`${what}: ${words || `exit code ${code}`}`);
    this.name = "EngineError";
    this.words = words;
    this.code = code;
    this.reason = reason;
  }
}

/**
 * Does something, and is content where the engine refuses for one of some reasons.
 *
 * @throws Error where it fails for another one
 */
export async function unless(reasons: readonly Reason[], work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.reason === undefined || !reasons.includes(error.reason)) throw error;
  });
}
