import type * as docker from "@pulumi/docker";

/**
 * Makes a container for each replica, one after the other: an update replaces one when the one before is healthy.
 *
 * @param names names of the replicas
 * @param make makes one; it depends on the one before, where there is one
 * @example
 * ```ts
 * const containers = inTurn(["catalog-1", "catalog-2"], (replica, before) => hardenedContainer(replica, args, { dependsOn: before ?? [] }));
 * ```
 */
export function inTurn(
  names: readonly string[],
  make: (replica: string, before: docker.Container | undefined) => docker.Container,
): readonly docker.Container[] {
  const made: docker.Container[] = [];
  for (const replica of names) made.push(make(replica, made.at(-1)));
  return made;
}
