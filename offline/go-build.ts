/** Runs `go build`, again where only the network failed. */

import { setTimeout as sleep } from "node:timers/promises";
import { CommandError, type CommandOptions } from "./command.ts";
import type { StepContext } from "./steps.ts";

/** Go asks a module proxy once; what it says where that, or the way to it, failed for a moment. */
const NETWORK =
  /dial tcp|no such host|TLS handshake|i\/o timeout|deadline exceeded|connection re(set|fused)|unexpected EOF|stream error|: (429|5\d\d) /i;

/** How often and how soon. */
export interface GoBuildOptions extends CommandOptions {
  /** Times that it is tried. @default 3 */
  readonly attempts?: number;
  /** Milliseconds before it is tried again. @default 5000 */
  readonly pause?: number;
}

/**
 * Runs `go build`. What Go has fetched and compiled by then is kept, so another attempt begins where the last one ended.
 *
 * @param run runs a program in a step
 * @param go path of the `go` program
 * @param words what follows `build`
 * @throws CommandError with Go's words where the last attempt failed, or one failed by something else than the network.
 */
export async function goBuild(
  run: StepContext["run"],
  go: string,
  words: readonly string[],
  { attempts = 3, pause = 5000, ...options }: GoBuildOptions,
): Promise<void> {
  try {
    await run(go, ["build", "-mod=readonly", ...words], options);
  } catch (error) {
    const again = error instanceof CommandError && error.lastLines.some((line) => NETWORK.test(line));
    if (!again || attempts <= 1) throw error;
    await sleep(pause);
    await goBuild(run, go, words, { ...options, attempts: attempts - 1, pause });
  }
}
