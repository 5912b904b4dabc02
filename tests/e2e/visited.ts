import { setTimeout as sleep } from "node:timers/promises";

/** What was done, and what visitors were answered meanwhile. */
export interface Visited<T> {
  /** What came of it. */
  readonly done: T;
  /** How many answers had each status, or what there was in the place of an answer. */
  readonly statuses: Readonly<Record<string, number>>;
}

/**
 * Does something while visitors ask for films all the time.
 *
 * @param perSecond requests a second, at most: one that is slow makes the others wait no longer. @default 20
 */
export async function visited<T>(work: () => Promise<T>, perSecond = 20): Promise<Visited<T>> {
  let stop = false;
  const statuses: Record<string, number> = {};
  const pending = new Set<Promise<void>>();
  const visit = async () => {
    const status = await fetch("http://localhost/api/films?per_page=1").then(
      async (response) => {
        await response.arrayBuffer();
        return String(response.status);
      },
      (error: Error) => String(error.cause ?? error),
    );
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const visitors = (async () => {
    while (!stop) {
      // A stack that hangs is asked by so many, and by no more.
      if (pending.size < 100) {
        const one: Promise<void> = visit().finally(() => pending.delete(one));
        pending.add(one);
      }
      await sleep(1000 / perSecond);
    }
  })();
  const done = await work().finally(() => {
    stop = true;
  });
  await visitors;
  await Promise.all(pending);
  return { done, statuses };
}
