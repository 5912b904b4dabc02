import { setTimeout as sleep } from "node:timers/promises";
import { given } from "../../../services/given.ts";
import { type Executor, unlessGone } from "../executor.ts";
import type { Found } from "../tools.ts";

interface Commanded extends Readonly<Record<string, unknown>> {
  readonly container: Found;
  readonly mend?: readonly string[];
}

/** Runs a command in the first of the containers again and again. Its repair runs the fault's `mend`. */
export const commands: Executor<"commands", Commanded> = {
  async prepare({ containers, mend }, tools) {
    const [container] = await tools.find(containers);
    if (container === undefined) throw new Error("no container was found");
    return { container, ...given({ mend }) };
  },
  async inject({ command, times = 1 }, { container }, tools, over) {
    const engine = tools.at(container.host);
    const again = async () => {
      while (!over.aborted) {
        const run = engine
          .within(3600)
          .run({ in: container.id, command })
          .catch(() => undefined);
        await Promise.race([run, new Promise((ended) => over.addEventListener("abort", ended, { once: true }))]);
        await sleep(500, undefined, { signal: over }).catch(() => undefined);
      }
    };
    for (let index = 0; index < times; index++) void again();
  },
  async repair({ container, mend }, tools) {
    if (mend !== undefined) await unlessGone(tools.at(container.host).output({ in: container.id, command: mend }));
  },
};
