import type { Executor } from "../executor.ts";
import { findPlace, type InPlace, leavePlace, takePlace } from "./in-place.ts";
import { FILL } from "./scripts.ts";

interface Filled extends InPlace {
  /** The filler's part of its name. */
  readonly filler: string;
}

/** Starts the program again on a small volume, and fills that. Its repair starts the one that was stopped. */
export const fullDisk: Executor<"full-disk", Filled> = {
  async prepare({ containers }, tools, id) {
    return { ...(await findPlace(containers, tools, id)), filler: `${id}-fill` };
  },
  async inject({ directory, megabytes, filled = true }, back, tools) {
    const user = await takePlace(back, { directory, megabytes }, tools);
    if (!filled) return;
    await tools.start({
      name: back.filler,
      script: FILL,
      runs: { mounts: [{ from: back.place, at: "/full" }], user, memory: 64 },
      host: back.container.host,
    });
  },
  async repair(back, tools) {
    await tools.forget(`${tools.proof.prefix}drill-${back.filler}`, back.container.host);
    await leavePlace(back, tools);
  },
};
