import type { Fault } from "../../signals/faults/index.ts";
import { unless } from "../containers/errors.ts";
import type { Tools } from "./tools.ts";

/** What a repair needs, as plain data: it is written to the journal before anything is done. */
export type Undo = Readonly<Record<string, unknown>>;

/** How one kind of fault is done, and put back. */
export interface Executor<Kind extends Fault["kind"] = Fault["kind"], Back extends Undo = Undo> {
  /** Looks, and changes nothing. @throws Absent when the stack has nothing to do it to */
  prepare(fault: Extract<Fault, { kind: Kind }>, tools: Tools, id: string): Promise<Back>;
  /** Does it; what goes on in the background ends with the signal. */
  inject(fault: Extract<Fault, { kind: Kind }>, back: Back, tools: Tools, over: AbortSignal): Promise<void>;
  /** Puts it back, whether it was done, half done or not, and however often it is asked. */
  repair(back: Back, tools: Tools): Promise<void>;
}

/** A repair goes on with the next thing when one fails, and tells of all. @throws AggregateError */
export async function each<T>(things: readonly T[], work: (thing: T) => Promise<unknown>): Promise<void> {
  const results = await Promise.allSettled(things.map(work));
  const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
  if (reasons.length > 0) throw new AggregateError(reasons, reasons.map(({ message }) => message).join("; "));
}

/** What is gone needs no repair: a new deployment may have replaced it. */
export function unlessGone(work: Promise<unknown>): Promise<void> {
  return unless(["gone", "idle"], work);
}
