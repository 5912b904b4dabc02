/** Whether a candidate is worse than what serves, by a stated test and not by a bare difference. */

import { type Problem, refuseIf } from "../../services/problems.ts";
import type { Version } from "../../services/rollout.ts";

/** What one version answered over one stretch of time. */
export interface VersionCounts {
  /** Requests; Prometheus' fractions are rounded. */
  readonly requests: number;
  /** Those of them that were errors: failed, or slow. */
  readonly errors: number;
}

/** How sure it has to be. */
export interface JudgeSettings {
  /** How sure it must be that a candidate is worse before it is rolled back, from 0.5 to below 1: 0.99. */
  readonly confidence: number;
  /** Requests that each version must have had before a candidate may go on: above 0. */
  readonly leastRequests: number;
}

/** What follows for the rollout. */
export type Verdict = "go on" | "roll back" | "wait";

/** A verdict with its numbers. */
export interface Judgement {
  /** What follows. */
  readonly verdict: Verdict;
  /** How often a candidate that is no worse has so many errors or more, from 0 to 1; undefined while it waits. */
  readonly chance: number | undefined;
  /** The same for people, with the numbers. */
  readonly why: string;
}

/**
 * Compares the errors of two versions by Fisher's exact test, one-sided: given all errors of both, how often would so many or
 * more be the candidate's, if they fell on requests without regard to the version? At `1 - confidence` or below it is rolled
 * back; with fewer requests than the least number, at a tenth of that.
 *
 * The test is exact for a handful of errors, where the usual approximation by a normal distribution is not (R. A. Fisher,
 * "The Logic of Inductive Inference", Journal of the Royal Statistical Society 98, 1935; A. Agresti, "Categorical Data
 * Analysis", section 3.5). It errs on the side of going on. Each look is a test of its own: who looks ten times at 0.99
 * rolls a good candidate back in up to one of ten rollouts, so a longer rollout asks for more confidence. Errors that come in
 * clusters, as in a hiccup of two seconds, or all of one visitor who stays with a version, count as if each were by itself.
 *
 * @throws DeclarationError with everything that is no count or no setting
 * @example
 * ```ts
 * const counts = { stable: { requests: 1800, errors: 2 }, candidate: { requests: 200, errors: 10 } };
 * judge(counts, { confidence: 0.99, leastRequests: 100 }).verdict; // "roll back"
 * ```
 */
export function judge(
  counts: Readonly<Record<Version, VersionCounts>>,
  { confidence, leastRequests }: JudgeSettings,
): Judgement {
  refuseIf("the judgement of a rollout", [
    ...settingProblems({ confidence, leastRequests }),
    ...countProblems("stable", counts.stable),
    ...countProblems("candidate", counts.candidate),
  ]);
  const [stable, candidate] = [rounded(counts.stable), rounded(counts.candidate)];
  const numbers = `candidate: ${shown(candidate)}; stable: ${shown(stable)}`;
  const chance = chanceOf(stable, candidate);
  const early = candidate.requests < leastRequests || stable.requests < leastRequests;
  const least = (1 - confidence) / (early ? EARLY : 1);
  const worse = stable.requests > 0 && candidate.requests > 0 && chance <= least;
  if (early && !worse) {
    const why = `${numbers}; each needs ${leastRequests} requests before they are compared`;
    return { verdict: "wait", chance: undefined, why };
  }
  const limit = `the limit is ${percent(least)}`;
  return {
    verdict: worse ? "roll back" : "go on",
    chance,
    why: `${numbers}; a candidate that is no worse has so many errors in ${percent(chance)} of all cases, and ${limit}`,
  };
}

/** With fewer requests than the least number a candidate must be so many times more surely worse: that pays for the looks. */
const EARLY = 10;

function settingProblems({ confidence, leastRequests }: JudgeSettings): Problem[] {
  const problems: Problem[] = [];
  if (!(confidence >= 0.5 && confidence < 1)) {
    const fix = confidence > 1 && confidence < 100 ? { fix: `It is no percentage: ${confidence / 100}.` } : {};
    problems.push({
      property: "confidence",
      given: confidence,
      allowed: "a number from 0.5 to below 1, such as 0.99",
      ...fix,
    });
  }
  if (!(Number.isInteger(leastRequests) && leastRequests > 0)) {
    problems.push({ property: "leastRequests", given: leastRequests, allowed: "a whole number above 0" });
  }
  return problems;
}

function countProblems(version: Version, { requests, errors }: VersionCounts): Problem[] {
  const isCount = (value: number) => Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
  const wrong = Object.entries({ requests, errors }).filter(([, value]) => !isCount(value));
  if (wrong.length > 0) {
    return wrong.map(([name, given]) => ({
      property: `${version}.${name}`,
      given,
      allowed: "a number of requests, 0 or more",
    }));
  }
  if (Math.round(errors) <= Math.round(requests)) return [];
  return [{ property: `${version}.errors`, given: errors, allowed: `at most the ${requests} requests` }];
}

const rounded = ({ requests, errors }: VersionCounts): VersionCounts => ({
  requests: Math.round(requests),
  errors: Math.round(errors),
});

function shown({ requests, errors }: VersionCounts): string {
  return `${errors} errors of ${requests} requests${requests === 0 ? "" : ` (${percent(errors / requests)})`}`;
}

function percent(share: number): string {
  if (share > 0 && share < 1e-6) return "less than 0.0001%";
  return `${Number((share * 100).toPrecision(3))}%`;
}

/**
 * The upper tail of the hypergeometric distribution: the chance that, of all requests, those of the candidate hold at least as
 * many of all errors as they do.
 */
function chanceOf(stable: VersionCounts, candidate: VersionCounts): number {
  const requests = stable.requests + candidate.requests;
  const errors = stable.errors + candidate.errors;
  const drawn = candidate.requests;
  const found = candidate.errors;
  const least = Math.max(0, drawn + errors - requests);
  const most = Math.min(errors, drawn);
  if (found <= least) return 1;
  // The chance of one more, over that of so many.
  const next = (x: number): number => ((errors - x) * (drawn - x)) / ((x + 1) * (requests - errors - drawn + x + 1));
  const at = (x: number): number =>
    Math.exp(logChoose(errors, x) + logChoose(requests - errors, drawn - x) - logChoose(requests, drawn));
  // Always from the border away from the middle: the terms become smaller, and one that is too small for a number is none.
  if (found * requests >= errors * drawn) {
    let [sum, term] = [0, at(found)];
    for (let x = found; x <= most && term > sum * 1e-17; x++) {
      sum += term;
      term *= next(x);
    }
    return Math.min(1, sum);
  }
  let [below, term] = [0, at(found - 1)];
  for (let x = found - 1; x >= least && term > below * 1e-17; x--) {
    below += term;
    term /= next(x - 1);
  }
  return Math.max(0, 1 - below);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Stirling's series, which is exact to the last digits from 10 on; below it, the product. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const square = n * n;
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / n;
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + series;
}
