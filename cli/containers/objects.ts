/** What the engines of a stack hold of it. */

import type { StackEngines } from "./engine.ts";
import type { StackObject } from "./found.ts";

/**
 * Everything of a stack, host by host: containers first, then networks, then volumes.
 *
 * @throws Error with the engine's words when one does not answer.
 */
export async function objectsOf(stack: string, { all }: StackEngines): Promise<StackObject[]> {
  return (await Promise.all(all.map((engine) => engine.objectsOf(stack)))).flat();
}

/** Removes objects, containers before the networks and volumes that they use; gives the engine's words for what stays. */
export async function removeObjects(
  objects: readonly StackObject[],
  { services, all }: StackEngines,
): Promise<string[]> {
  const order = { container: 0, network: 1, volume: 2 } as const;
  const problems: string[] = [];
  for (const object of [...objects].sort((a, b) => order[a.kind] - order[b.kind])) {
    const engine = all.find(({ host }) => host === object.host) ?? services;
    const why = await engine.removeObject(object);
    if (why !== undefined) problems.push(`${object.kind} ${object.name}: ${why}`);
  }
  return problems;
}
