/** The files that programs read, as they are deployed and as they would be. */

import { parseLandingInput } from "../../config/landing.ts";
import { landedIn } from "../compose/hot-files.ts";
import type { Inputs, Plan } from "./plan.ts";

/** Files by their paths: the name of the directory, then the path in it. */
export type Files = Readonly<Record<string, string>>;

/** The files before and after. */
export interface FilesOfPlan {
  /** What is deployed. */
  readonly old: Files;
  /** What the program gives now. */
  readonly new: Files;
}

/** The files of a plan, those of all owners of a directory together. */
export function filesOf(plan: Plan): FilesOfPlan {
  const all = { old: {} as Record<string, string>, new: {} as Record<string, string> };
  for (const { old, new: now } of plan.resources) {
    Object.assign(all.old, filesIn(old));
    Object.assign(all.new, filesIn(now));
  }
  return all;
}

/** The files that a resource lands, by path; none where it lands none, or what it lands is a secret. */
export function filesIn(inputs: Inputs | undefined): Files {
  const { create, stdin } = inputs ?? {};
  const directory = typeof create === "string" ? landedIn(create) : undefined;
  if (directory === undefined || typeof stdin !== "string") return {};
  const name = directory.split("/").at(-1) ?? directory;
  return Object.fromEntries(Object.entries(parseLandingInput(stdin)).map(([path, text]) => [`${name}/${path}`, text]));
}
