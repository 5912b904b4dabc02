/** Time of a test: `vi.mock("node:timers/promises", () => import("./virtual-time.ts"))` and {@link passed}. */

import { vi } from "vitest";

/** `setTimeout` of `node:timers/promises`, by the timers that a test moves. */
export function setTimeout<T>(milliseconds: number, value?: T, options: { signal?: AbortSignal } = {}): Promise<T> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    const abort = () => {
      globalThis.clearTimeout(timer);
      reject(new DOMException("The operation was aborted", "AbortError"));
    };
    const timer = globalThis.setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value as T);
    }, milliseconds);
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** What work comes to, while time passes as fast as it can. Fails where it is not over after so many seconds of that time. */
export async function passed<T>(work: Promise<T>, mostSeconds = 3600): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  work.then(end, end);
  for (let left = mostSeconds * 4; left > 0 && !over; left--) await vi.advanceTimersByTimeAsync(250);
  if (!over) throw new Error(`it is not over after ${mostSeconds} s`);
  return await work;
}
