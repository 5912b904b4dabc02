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
