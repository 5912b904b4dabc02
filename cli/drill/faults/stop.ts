import { type Executor, each, unlessGone } from "../executor.ts";
import type { Found, Tools } from "../tools.ts";

/** Containers that were stopped. */
export interface Stopped extends Readonly<Record<string, unknown>> {
  /** What a repair starts, or lets go on. */
  readonly containers: readonly Found[];
}

/** Stops containers. Its repair starts them. */
export const stop: Executor<"stop", Stopped> = {
  prepare: async ({ containers }, tools) => ({ containers: await tools.find(containers) }),
  inject: (_, { containers }, tools) => stopAll(containers, tools),
  repair: ({ containers }, tools) => startAll(containers, tools),
};

/** Seconds that a program has to end. */
export const END_SECONDS = 5;

/** Stops containers as by hand, and gives them a moment to end. */
export function stopAll(containers: readonly Found[], tools: Tools): Promise<void> {
  return each(containers, ({ id, host }) => tools.at(host).stop([id], END_SECONDS));
}

/** Starts what was stopped; what runs already goes on. */
export function startAll(containers: readonly Found[], tools: Tools): Promise<void> {
  return each(containers, ({ id, host }) => unlessGone(tools.at(host).start([id])));
}
