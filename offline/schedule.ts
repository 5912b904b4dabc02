/** Which step runs when: in their order, two at a time, each after what it needs. */

import { availableParallelism } from "node:os";
import { Remaining } from "./remaining.ts";
import { type RunStepsOptions, type Step, StepError } from "./step.ts";
import { forget, runOne, SourcesGone } from "./step-run.ts";

/**
 * Runs steps. After a failure no further one is started; those in progress end, so that what they made is kept, unless
 * the one that failed decides over all.
 *
 * @throws StepError that names every step that failed.
 * @throws StepsInterrupted when the signal was aborted: those in progress are stopped then.
 */
export async function runAll(steps: readonly Step[], options: RunStepsOptions, signal: AbortSignal): Promise<void> {
  const parallel = options.parallel ?? 2;
  const remaining = new Remaining(steps, options.cache, { parallel, cores: availableParallelism() });
  const waiting = [...steps];
  const finished = new Set<string>();
  const running = new Map<Step, Promise<void>>();
  const remade = new Map<string, number>();
  const anew = new Set<string>();
  const failures: StepError[] = [];
  const cut = new AbortController();
  const stop = AbortSignal.any([signal, cut.signal]);

  /** Puts a step back behind what it takes everything from. */
  const afterItsSources = (step: Step) => {
    const sources = steps.filter(({ id }) => step.remakes?.includes(id) && finished.has(id));
    for (const source of sources) {
      finished.delete(source.id);
      anew.add(source.id);
    }
    remaining.again([...sources, step]);
    remade.set(step.id, (remade.get(step.id) ?? 0) + 1);
    waiting.unshift(...sources, step);
  };
  const start = (step: Step) => {
    if (anew.delete(step.id)) forget(step, options.cache);
    remaining.started(step);
    const work = runOne(step, options, stop, remade.get(step.id))
      .then(async (made) => {
        finished.add(step.id);
        await remaining.ended(step, made);
      })
      .catch((error: unknown) => {
        if (error instanceof SourcesGone) afterItsSources(step);
        else if (!stop.aborted) failures.push(error as StepError);
        if (step.decides && failures.length > 0) cut.abort();
      })
      .finally(() => running.delete(step));
    running.set(step, work);
  };
  /** A product is replaced only while nothing reads it. */
  const isRead = ({ id }: Step) => anew.has(id) && [...running.keys()].some(({ needs }) => needs?.includes(id));
  const next = () =>
    waiting.findIndex((step) => (step.needs ?? []).every((need) => finished.has(need)) && !isRead(step));

  options.reporter.remains?.(() => remaining.seconds());
  while (true) {
    while (running.size < parallel && !signal.aborted && failures.length === 0) {
      const index = next();
      if (index === -1) break;
      start(...(waiting.splice(index, 1) as [Step]));
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  options.reporter.remains?.(undefined);
  signal.throwIfAborted();
  const [first, ...others] = failures;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  throw new StepError(first.step, failures.map(({ message }) => message).join("\n\n"), new AggregateError(failures));
}
