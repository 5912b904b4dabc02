import { setTimeout as sleep } from "node:timers/promises";
import type { Tools } from "./tools.ts";

const PAUSE = 200;

/** Visitors who ask for a page five times a second, whatever they get, until they are told to stop. */
export function visit(url: string, { ask }: Tools, over: AbortSignal): void {
  const loop = async () => {
    while (!over.aborted) {
      // Nobody waits for the one before.
      ask(url, { signal: over }).catch(() => undefined);
      await sleep(PAUSE, undefined, { signal: over });
    }
  };
  loop().catch(() => undefined);
}
