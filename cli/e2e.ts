/** `npm run e2e`: the tests on a real deployment. */

import { vitest } from "./test.ts";

/** Runs vitest's e2e project with the environment that `npm run env` prints; arguments go to vitest. */
export async function e2e(args: readonly string[]): Promise<number> {
  return await vitest("e2e", args);
}
