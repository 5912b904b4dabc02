/** Whether a candidate's memory leaks: no request shows it until the limit is reached. */

import { type Problem, refuseIf } from "../../services/problems.ts";
import { chanceOfRising, type MemorySample, slopesWithin } from "./trend.ts";

/** The memory of one container. */
export interface ContainerMemory {
  /** The container. */
  readonly container: string;
  /** Its limit, in bytes. @default - it has none, or nobody knows it */
  readonly limit?: number;
  /** What it held, in order: a stretch for each step of the rollout, within which it was asked for the same share. */
  readonly stretches: readonly (readonly MemorySample[])[];
}

/** How sure it has to be, and how near the end. */
export interface LeakSettings {
  /** How sure it must be that memory rises before a candidate is rolled back, from 0.5 to below 1: 0.99. */
  readonly confidence: number;
  /** A candidate is rolled back that would reach its limit within so many seconds: above 0. */
  readonly withinSeconds: number;
}

/** What follows for the rollout. Memory is never waited for: who wants to be sure looks longer. */
export interface LeakJudgement {
  /** What follows. */
  readonly verdict: "go on" | "roll back";
  /** How often memory without a trend rises as steadily, from 0 to 1; undefined where there is nothing to look at. */
  readonly chance: number | undefined;
  /** The same for people, with the numbers. */
  readonly why: string;
}

/** What slows down to less than this part of its pace within the stretches fills a cache or warms up: it does not leak. */
export const STEADY = 0.75;

/** A leak of the candidate's own is so many times as fast as whatever grows in stable. */
export const OWN = 3;

/** A stretch of more samples is cut into so many parts, of which the least counts: what is left after a collection. */
export const PARTS = 30;

/**
 * Looks whether memory of a candidate is on the way to its limit. It is rolled back where all four hold, for one container:
 *
 * - It rises: the chance that memory without a trend has so many rising pairs of samples or more is at most `1 - confidence`,
 *   divided by the number of containers. It is the seasonal Kendall test, exact and one-sided: samples are compared within a step alone, so
 *   that a higher level with more requests is no trend (R. M. Hirsch, J. R. Slack and R. A. Smith, "Techniques of trend
 *   analysis for monthly water quality data", Water Resources Research 18, 1982; H. B. Mann, "Nonparametric tests against
 *   trend", Econometrica 13, 1945).
 * - It does so steadily: its pace in the later halves of the steps is at least three quarters of that in the earlier
 *   halves. A warm-up slows down, by as much in a time of about half its time constant.
 * - At its pace it reaches the limit within the time that is given. The pace is the median of the slopes of all pairs, which a
 *   few outliers do not move (P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", Journal of
 *   the American Statistical Association 63, 1968).
 * - No container of stable rises a third as fast: what both do is not the candidate's fault.
 *
 * Memory at a moment depends on that at the moment before, so the first number alone is too sure; the other three are what
 * keeps a candidate that settles.
 *
 * @throws DeclarationError with every setting that makes no sense
 * @example
 * ```ts
 * const stretches = [[0, 5, 10, 15, 20, 25, 30].map((seconds) => ({ seconds, bytes: 60e6 + 1e6 * seconds }))];
 * const candidate = [{ container: "catalog-candidate-1", limit: 128e6, stretches }];
 * judgeMemory({ candidate, stable: [] }, { confidence: 0.999, withinSeconds: 3600 }).verdict; // "roll back"
 * ```
 */
export function judgeMemory(
  seen: Readonly<Record<"stable" | "candidate", readonly ContainerMemory[]>>,
  { confidence, withinSeconds }: LeakSettings,
): LeakJudgement {
  refuseIf("the judgement of memory", settingProblems({ confidence, withinSeconds }));
  const stable = Math.max(0, ...seen.stable.map(({ stretches }) => paceOf(stretches.map(thinned))));
  const least = (1 - confidence) / Math.max(1, seen.candidate.length);
  const looked = seen.candidate
    .filter(({ stretches }) => stretches.some((stretch) => stretch.length > 1))
    .map((memory) => lookAt(memory, stable, { least, withinSeconds }));
  const worst = looked.find(({ verdict }) => verdict === "roll back") ?? looked[0];
  return worst ?? { verdict: "go on", chance: undefined, why: "nothing has measured the candidate's memory" };
}

function lookAt(
  { container, limit, stretches }: ContainerMemory,
  stable: number,
  { least, withinSeconds }: { readonly least: number; readonly withinSeconds: number },
): LeakJudgement {
  const parts = stretches.map(thinned).filter((stretch) => stretch.length > 1);
  const chance = chanceOfRising(parts);
  const pace = paceOf(parts);
  const all = stretches.flat();
  const now = all.at(-1)?.bytes ?? 0;
  const left = limit === undefined ? Number.POSITIVE_INFINITY : Math.max(0, limit - now) / Math.max(0, pace);
  const of = limit === undefined ? "" : ` of ${mebibytes(limit)}`;
  const held = `${container} went from ${mebibytes(all[0]?.bytes ?? 0)} to ${mebibytes(now)}${of}`;
  const odds = `memory without a trend rises so steadily in ${percent(chance)} of all cases, and the limit is ${percent(least)}`;
  const goOn = (why: string): LeakJudgement => ({ verdict: "go on", chance, why: `${held}; ${why}` });
  if (chance > least) {
    const few = chanceOfRising(parts, Number.POSITIVE_INFINITY) > least;
    return goOn(few ? "it was measured too few times to say whether it rises" : odds);
  }
  if (!steady(parts)) return goOn("it rises, and slows down as a warm-up does");
  if (!(left <= withinSeconds))
    return goOn(`at that pace it does not reach its limit within ${duration(withinSeconds)}`);
  if (pace < OWN * stable) return goOn(`it rises, and so does stable, by ${mebibytes(stable * 60)} a minute`);
  const reached = `by ${mebibytes(pace * 60)} a minute, and would reach its limit in ${duration(left)}`;
  const other = `; stable rises by ${mebibytes(stable * 60)} a minute at most`;
  return { verdict: "roll back", chance, why: `${held}, ${reached}${other}; ${odds}` };
}

/** The median of all slopes within the stretches, in bytes a second; 0 where there is none. */
function paceOf(stretches: readonly (readonly MemorySample[])[]): number {
  const slopes = stretches.flatMap(slopesWithin).sort((one, other) => one - other);
  const middle = Math.floor(slopes.length / 2);
  const [upper = 0, lower = upper] = [slopes[middle], slopes.length % 2 === 0 ? slopes[middle - 1] : undefined];
  return (lower + upper) / 2;
}

/** Whether the later halves of the stretches rise nearly as fast as the earlier ones. */
function steady(stretches: readonly (readonly MemorySample[])[]): boolean {
  // The sample in the middle is the end of one half and the beginning of the other.
  const earlier = stretches.map((stretch) => stretch.slice(0, Math.ceil((stretch.length + 1) / 2)));
  const later = stretches.map((stretch) => stretch.slice(Math.floor((stretch.length - 1) / 2)));
  return paceOf(later) >= STEADY * paceOf(earlier);
}

/** The stretch, or the least sample of each of {@link PARTS} parts of it. */
function thinned(stretch: readonly MemorySample[]): readonly MemorySample[] {
  if (stretch.length <= PARTS) return stretch;
  return Array.from({ length: PARTS }, (_, part) => {
    const from = Math.floor((part * stretch.length) / PARTS);
    const to = Math.floor(((part + 1) * stretch.length) / PARTS);
    return stretch.slice(from, to).reduce((least, sample) => (sample.bytes < least.bytes ? sample : least));
  });
}

function settingProblems({ confidence, withinSeconds }: LeakSettings): Problem[] {
  const problems: Problem[] = [];
  if (!(confidence >= 0.5 && confidence < 1)) {
    problems.push({ property: "confidence", given: confidence, allowed: "a number from 0.5 to below 1, such as 0.99" });
  }
  if (!(withinSeconds > 0)) {
    problems.push({ property: "withinSeconds", given: withinSeconds, allowed: "a number of seconds above 0" });
  }
  return problems;
}

const mebibytes = (bytes: number): string => `${Number((bytes / 2 ** 20).toPrecision(3))} MiB`;

const percent = (share: number): string =>
  share < 1e-6 ? "less than 0.0001%" : `${Number((share * 100).toPrecision(3))}%`;

const duration = (seconds: number): string =>
  seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
