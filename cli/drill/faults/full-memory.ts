import type { Executor } from "../executor.ts";
import { findPlace, type InPlace, leavePlace, takePlace } from "./in-place.ts";

/** Enough for the few files of a program that takes no data. */
const MEGABYTES = 8;

/** Starts the program again with words that let it keep little. Its repair starts the one that was stopped. */
export const fullMemory: Executor<"full-memory", InPlace> = {
  prepare: ({ containers }, tools, id) => findPlace(containers, tools, id),
  async inject({ directory, words }, back, tools) {
    await takePlace(back, { directory, megabytes: MEGABYTES, words }, tools);
  },
  repair: leavePlace,
};
