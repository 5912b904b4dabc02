import { AsyncLocalStorage } from "node:async_hooks";
import type { Context } from "@opentelemetry/api";

/** What the code that runs is doing, through all that it waits for. */
export interface Work {
  /** The request that is being answered. */
  readonly requestId: string | undefined;
  /** Where it is traced: what further spans are parts of. */
  readonly trace: { readonly context: Context } | undefined;
}

// One for all: entering each costs as much as the first.
const works = new AsyncLocalStorage<Work>();

/** Does something as a part of work. */
export function doAsPartOf<T>(work: Work, something: () => T): T {
  return works.run(work, something);
}

/** The work that is going on. */
export function currentWork(): Work | undefined {
  return works.getStore();
}
