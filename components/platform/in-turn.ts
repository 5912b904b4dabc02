import type { Running } from "./workload.ts";

/**
 * Makes a workload for each replica, one after the other: an update replaces one when the one before can serve.
 *
 * @param names names of the replicas
 * @param make makes one; it depends on the one before, where there is one
 * @example
 * ```ts
 * const containers = inTurn(["catalog-1", "catalog-2"], (replica, before) => host.run(replica, workload, { dependsOn: before?.ready ?? [] }));
 * ```
 */
export function inTurn(
  names: readonly string[],
  make: (replica: string, before: Running | undefined) => Running,
): readonly Running[] {
  const made: Running[] = [];
  for (const replica of names) made.push(make(replica, made.at(-1)));
  return made;
}
