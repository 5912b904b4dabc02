/** Runs `go build` with the committed `go.mod` and `go.sum`. */

import type { CommandOptions } from "./command.ts";
import type { StepContext } from "./steps.ts";

/**
 * Runs `go build`. What Go has fetched and compiled by then is kept, so another attempt of the step begins where this
 * one ended.
 *
 * @param run runs a program in a step
 * @param go path of the `go` program
 * @param words what follows `build`
 * @param options how it is run
 * @throws CommandError with Go's words where it failed.
 */
export async function goBuild(
  run: StepContext["run"],
  go: string,
  words: readonly string[],
  options: CommandOptions,
): Promise<void> {
  await run(go, ["build", "-mod=readonly", ...words], options);
}
