/** The files that programs read, as they are deployed and as they would be. */

import { parseLandingInput } from "../../config/landing.ts";
import { landedIn } from "../compose/hot-files.ts";
import type { Inputs, Plan } from "./plan.ts";

/** Files by their paths: the name of the directory, then the path in it. */
export type Files = Readonly<Record<string, string>>;

/** The files that differ, before and after. */
export interface FilesOfPlan {
  /** What is deployed. */
  readonly old: Files;
  /** What the program gives now. */
  readonly new: Files;
}

/** The files of a plan that differ, those of all owners of a directory together: what stays is nothing to report of. */
export function filesOf(plan: Plan): FilesOfPlan {
  const all = { old: {} as Record<string, string>, new: {} as Record<string, string> };
  for (const { operation, old, new: now } of plan.resources) {
    if (operation === "same") continue;
    const [before, after] = [filesIn(old), filesIn(now)];
    for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (before[path] === after[path]) continue;
      if (before[path] !== undefined) all.old[path] = before[path];
      if (after[path] !== undefined) all.new[path] = after[path];
    }
  }
  return all;
}

/** All files of a plan, before and after, also those that stay. */
export function allFilesOf({ resources }: Plan): FilesOfPlan {
  const of = (side: "old" | "new"): Files => Object.assign({}, ...resources.map((resource) => filesIn(resource[side])));
  return { old: of("old"), new: of("new") };
}

/** The files that a resource lands, by path; none where it lands none, or what it lands is a secret. */
export function filesIn(inputs: Inputs | undefined): Files {
  const { create, stdin } = inputs ?? {};
  const directory = typeof create === "string" ? landedIn(create) : undefined;
  if (directory === undefined || typeof stdin !== "string") return {};
  const name = directory.split("/").at(-1) ?? directory;
  return Object.fromEntries(Object.entries(parseLandingInput(stdin)).map(([path, text]) => [`${name}/${path}`, text]));
}
