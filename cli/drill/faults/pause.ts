import { setTimeout as sleep } from "node:timers/promises";
import { type Executor, each, unlessGone } from "../executor.ts";
import type { Stopped } from "./stop.ts";

/** Holds the processes of containers, once or in beats. Its repair lets them go on. */
export const pause: Executor<"pause", Stopped> = {
  prepare: async ({ containers }, tools) => ({ containers: await tools.find(containers, "pause") }),
  async inject({ beats }, { containers }, tools, over) {
    const still = () => each(containers, ({ id, host }) => tools.at(host).pause(id));
    const go = () => each(containers, ({ id, host }) => unlessGone(tools.at(host).resume(id)));
    await still();
    if (beats === undefined) return;
    const beat = async () => {
      for (;;) {
        await sleep(beats.still * 1000, undefined, { signal: over });
        await go();
        await sleep(beats.runs * 1000, undefined, { signal: over });
        await still();
      }
    };
    // It ends by the signal; what it left is repaired.
    beat().catch(() => undefined);
  },
  async repair({ containers }, tools) {
    await each(containers, ({ id, host }) => unlessGone(tools.at(host).resume(id)));
  },
};
