import type { Problem } from "../services/problems.ts";

/** What is wrong with what a log agent is told: the stack that it reads, and the Loki that it writes to. */
export function addressProblems({ stack, loki }: { readonly stack: string; readonly loki: string }): Problem[] {
  const problems = stackProblems(stack);
  if (!/^[A-Za-z0-9._-]+:\d{1,5}$/.test(loki)) {
    problems.push({ property: "loki", given: loki, allowed: 'host:port, such as "vigie-dev-loki:3100"' });
  }
  return problems;
}

/** What is wrong with the name of a stack, as the label `vigie.stack` has it. */
export function stackProblems(stack: string): Problem[] {
  if (/^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/.test(stack)) return [];
  return [{ property: "stack", given: stack, allowed: '<project>/<stack>, such as "vigie/dev"' }];
}
