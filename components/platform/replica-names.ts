import type { Problem } from "../../services/problems.ts";

/**
 * The names of a component's replicas in the program.
 *
 * @example
 * ```ts
 * replicaNames("catalog", 2); // ["catalog-1", "catalog-2"]
 * ```
 */
export function replicaNames(name: string, replicas: number): readonly string[] {
  return Array.from({ length: replicas }, (_, index) => `${name}-${index + 1}`);
}

/** What is wrong with a number of replicas. */
export function replicaProblems(replicas: number): Problem[] {
  if (Number.isInteger(replicas) && replicas > 0 && replicas <= 50) return [];
  return [{ property: "replicas", given: replicas, allowed: "a whole number from 1 to 50" }];
}
