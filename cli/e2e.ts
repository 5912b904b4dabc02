/** `npm run e2e`: the tests on a real deployment. */

import { surroundings } from "./surroundings.ts";
import { vitest } from "./test.ts";

/** Runs vitest's e2e project with the variables that `npm run env` prints; arguments go to vitest. */
export async function e2e(args: readonly string[]): Promise<number> {
  const { env } = await surroundings("dev");
  return await vitest("e2e", args, env);
}
