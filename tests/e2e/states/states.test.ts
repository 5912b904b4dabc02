import path from "node:path";
import { describe, it } from "vitest";
import { linesOf, planAgainst, readState, STATES } from "./recorded.ts";

/**
 * What an existing stack goes through when the program of this commit comes to it. Beside each state stands the answer: no
 * line, no change. Whoever changes it on purpose runs `npm run e2e -- tests/e2e/states --update`, and says in the commit
 * what the lines mean for those who run such a stack.
 */
describe("a stack that was deployed before", () => {
  it.concurrent.for(STATES)("%s goes through what is written down, and nothing else", async (name, { expect }) => {
    const steps = await planAgainst(readState(name));
    await expect(linesOf(steps)).toMatchFileSnapshot(path.join(import.meta.dirname, `${name}.txt`));
  });
});
