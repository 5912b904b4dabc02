/** What a check is, and how one waits for what takes a moment. */

import { setTimeout as sleep } from "node:timers/promises";
import { given } from "../../services/given.ts";
import type { Proof } from "../../signals/proof.ts";
import { type Ask, Unanswered } from "./ask.ts";

/** What a check found. */
export type Finding =
  | {
      /** `ok`; `warning`, which fails nothing; `skipped`, since it was not asked for. */
      readonly status: "ok" | "warning" | "skipped";
      /** What was found, in a few words. */
      readonly found: string;
      /** Look again while there is time: it may still become better. @default false */
      readonly again?: boolean;
    }
  | Failure;

/** Something that should be otherwise. */
export interface Failure {
  readonly status: "failed";
  /** What was expected. */
  readonly expected: string;
  /** What came. */
  readonly came: string;
  /** Program whose last lines may say why. @default - the check's own */
  readonly program?: string;
}

/** One thing that is proven. */
export interface Check {
  /** Its name, unique in a run: `trace catalog`. */
  readonly name: string;
  /** Seconds until what was found last counts. Most checks wait for something: a scrape, a span, a notice. */
  readonly seconds: number;
  /** Where to look when it fails: addresses, commands, pages of docs/runbooks. */
  readonly look: readonly string[];
  /** Program whose last lines are shown when it fails. @default - none */
  readonly program?: string;
  /** Looks once. It is asked again until it finds what it wants, or its time is over. */
  find(signal: AbortSignal): Promise<Finding>;
}

/** What checks are made from. */
export interface Verification {
  /** The deployment. */
  readonly proof: Proof;
  /** Asks its programs. */
  readonly ask: Ask;
  /** What is dialled instead of a URL, where its host is behind a tunnel. */
  readonly reach: (url: string) => string;
  /** Password of Grafana's user `admin`; undefined where the stack has no such output. */
  readonly grafanaPassword: string | undefined;
  /** Whether people may be sent a test notification. */
  readonly notify: boolean;
  /** The clock of this machine, in milliseconds. */
  readonly now: () => number;
}

/** Makes the checks of one kind; none where the deployment has nothing of it. */
export type CheckKind = (verification: Verification) => readonly Check[];

/** All is well. */
export const ok = (found: string): Finding => ({ status: "ok", found });

/** It was not asked for. */
export const skipped = (found: string): Finding => ({ status: "skipped", found });

/** Something is worth a look, and no reason to fail. */
export const warning = (found: string, again = false): Finding => ({ status: "warning", found, again });

/** It is not as it should be. */
export const failed = (expected: string, came: string, program?: string): Failure => ({
  status: "failed",
  expected,
  came,
  ...given({ program }),
});

/** A list as a person reads it: at most eight of them. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

/** What is in the first list and not in the second. */
export const missing = (wanted: readonly string[], found: readonly string[]): string[] =>
  wanted.filter((name) => !found.includes(name));

const PAUSE = 500;

/** Looks until the check is content, or its time is over; what it found last counts. */
export async function settled(check: Check, pause = PAUSE): Promise<Finding> {
  const signal = AbortSignal.timeout(check.seconds * 1000);
  let last: Finding = failed("an answer", `none within ${check.seconds} s`);
  for (;;) {
    const finding = await look(check, signal);
    // What was cut off at the end says less than the answer before.
    if (finding !== undefined) last = finding;
    if ((last.status !== "failed" && last.again !== true) || signal.aborted) return last;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return last;
  }
}

/** Looks once; no answer is a finding, too. Undefined where the time was over meanwhile. */
export async function look(check: Check, signal: AbortSignal): Promise<Finding | undefined> {
  try {
    return await check.find(signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof Unanswered) return failed(error.expected, error.came, error.program);
    // An answer of another shape than the program's is an answer of something else.
    return failed("an answer in the program's own form", error instanceof Error ? error.message : String(error));
  }
}
