import { type Rate, toSeconds } from "../../services/units.ts";
import { type BurnRate, STEADY_WINDOWS } from "./windows.ts";

/** Errors below which no alert about a budget fires: one failed request is no outage, however quiet the night. */
export const LEAST_ERRORS = 5;

/** Errors that are no chance, whatever the traffic: more of them say nothing new, and would only come later. */
const ENOUGH_ERRORS = 30;

/**
 * Errors that the long window must hold before its alert fires: what the burn rate takes at a tenth of the expected
 * traffic, but neither too few to mean anything nor more than mean something. So the ratio alone decides on an ordinary
 * day; on a quiet one a whole outage still pages, only later.
 */
export function leastErrors(perSecond: number, budget: number, burnRate: BurnRate): number {
  const errors = Math.round(errorsAt(perSecond, budget, burnRate) / 10);
  return Math.min(Math.max(errors, LEAST_ERRORS), ENOUGH_ERRORS);
}

/**
 * Whether the expected traffic measures a budget: in every window, the burn rate that alerts is more than a handful of
 * errors. It does not depend on the pace: an objective is good everywhere or nowhere.
 */
export function isMeasurable(perSecond: number, budget: number): boolean {
  return STEADY_WINDOWS.burnRates.every((burnRate) => errorsAt(perSecond, budget, burnRate) >= LEAST_ERRORS);
}

/** Budget that no alert can ever see burnt: its first factor takes more errors than there are requests. */
export const LARGEST_BUDGET = 1 / Math.max(...STEADY_WINDOWS.burnRates.map(({ factor }) => factor));

/** The smallest budget that so many requests measure, rounded up; undefined where it is larger than any may be. */
export function smallestBudget(perSecond: number): number | undefined {
  const budget = roundUp(LEAST_ERRORS / (perSecond * NARROWEST));
  return budget < LARGEST_BUDGET ? budget : undefined;
}

/** The fewest requests that measure a budget, rounded up, in the first unit of time that has one. */
export function fewestRequests(budget: number): Rate {
  const perSecond = LEAST_ERRORS / (budget * NARROWEST);
  const [unit, seconds] = (perSecond >= 1 ? ["s", 1] : perSecond * 60 >= 1 ? ["m", 60] : ["h", 3600]) as [
    "s" | "m" | "h",
    number,
  ];
  return `${roundUp(perSecond * seconds)}/${unit}`;
}

function errorsAt(perSecond: number, budget: number, { factor, long }: BurnRate): number {
  return perSecond * (toSeconds(long) ?? 0) * factor * budget;
}

// Seconds of traffic, times the factor: the pair of windows that sees the fewest errors.
const NARROWEST = Math.min(...STEADY_WINDOWS.burnRates.map(({ factor, long }) => factor * (toSeconds(long) ?? 0)));

// To two digits: a person reads it.
function roundUp(value: number): number {
  const digit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / digit - 1e-9) * digit).toPrecision(2));
}
