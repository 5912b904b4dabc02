import type { Problem } from "../services/problems.ts";

/** What is wrong with the name of a stack, as the label `vigie.stack` has it. */
export function stackProblems(stack: string): Problem[] {
  if (/^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/.test(stack)) return [];
  return [{ property: "stack", given: stack, allowed: '<project>/<stack>, such as "vigie/dev"' }];
}

/** What is wrong with an address of the form `host:port`. */
export function targetProblems(property: string, target: string): Problem[] {
  return /^[A-Za-z0-9._-]+:\d{1,5}$/.test(target)
    ? []
    : [{ property, given: target, allowed: 'host:port, such as "catalog-1:5000"' }];
}
