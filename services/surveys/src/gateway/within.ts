/** Which of the services are within the gateway's process: the one place that says so. The others are asked by HTTP. */

import type { Environment } from "../../../telemetry/node/index.ts";
import type { Part } from "../between/part.ts";
import { UPSTREAMS, type Upstream } from "./upstream-problems.ts";

const VARIABLE = "SURVEYS_WITHIN";

/** The services within, by name. */
export type Parts = Readonly<Partial<Record<Upstream, Part>>>;

/**
 * Loads the services that SURVEYS_WITHIN names: `survey,auth,health`, or some of them, or nothing. The code of others is
 * not loaded, so it takes no memory. Names of no service are left to {@link checkWithin}.
 */
export async function loadParts(values: Readonly<Record<string, string | undefined>>): Promise<Parts> {
  const words = wordsOf(values[VARIABLE] ?? "");
  const names = UPSTREAMS.filter((name) => words.includes(name));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await loadPart(name)] as const)));
}

/** Refuses what is no list of services, by the environment's `finish()`. */
export function checkWithin(environment: Environment): void {
  const allowed = `none or some of ${UPSTREAMS.join(", ")}, separated by commas, each once`;
  environment.parsed(VARIABLE, "", {
    read: (given) => {
      const words = wordsOf(given);
      const known = words.every((word) => UPSTREAMS.some((name) => name === word));
      return known && new Set(words).size === words.length ? given : undefined;
    },
    allowed,
    fix: `set ${VARIABLE}=${UPSTREAMS.join(",")}, or leave it out where each is asked over the network`,
  });
}

function wordsOf(given: string): readonly string[] {
  return given.trim() === "" ? [] : given.split(",").map((word) => word.trim());
}

async function loadPart(name: Upstream): Promise<Part> {
  return ((await import(`../${name}/part.ts`)) as { readonly part: Part }).part;
}
