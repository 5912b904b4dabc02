import { setTimeout as sleep } from "node:timers/promises";
import type { Tools } from "./tools.ts";

const PAUSE = 200;

/**
 * Visitors who ask for a page five times a second, whatever they get, until they are told to stop.
 *
 * @param hostname the host name that they ask for, where it is another one than the address has
 */
export function visit(url: string, hostname: string | undefined, { ask }: Tools, over: AbortSignal): void {
  const headers = hostname === undefined ? {} : { host: hostname };
  const loop = async () => {
    while (!over.aborted) {
      // Nobody waits for the one before.
      ask(url, { signal: over, headers }).catch(() => undefined);
      await sleep(PAUSE, undefined, { signal: over });
    }
  };
  loop().catch(() => undefined);
}
