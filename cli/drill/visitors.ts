import { setTimeout as sleep } from "node:timers/promises";
import type { Tools } from "./tools.ts";

const PAUSE = 200;
// As it is written, and as a URL's path has it.
const NUMBER = /\{n\}|%7Bn%7D/g;

/**
 * Visitors who ask for a page five times a second, whatever they get, until they are told to stop.
 *
 * @param url what they ask for; `{n}` in it is another number each time, so that no cache has the answer
 * @param hostname the host name that they ask for, where it is another one than the address has
 */
export function visit(url: string, hostname: string | undefined, { ask }: Tools, over: AbortSignal): void {
  const headers = hostname === undefined ? {} : { host: hostname };
  const loop = async () => {
    while (!over.aborted) {
      // Nobody waits for the one before.
      ask(
        url.replace(NUMBER, () => String(Date.now())),
        { signal: over, headers },
      ).catch(() => undefined);
      await sleep(PAUSE, undefined, { signal: over });
    }
  };
  loop().catch(() => undefined);
}
