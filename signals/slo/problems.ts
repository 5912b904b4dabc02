import { nearest, type Problem } from "../../services/problems.ts";
import { LATENCY_BUCKETS } from "../../services/telemetry/node/latency-buckets.ts";
import { toPerSecond, toSeconds } from "../../services/units.ts";
import type { AlertPolicy } from "../alert-policy.ts";
import { budgetOf } from "./indicator.ts";
import { fewestRequests, isMeasurable, LARGEST_BUDGET, smallestBudget } from "./measurable.ts";
import type { LatencyObjective, Objective } from "./objective.ts";

/**
 * Everything that is wrong with the policies' objectives; `[]` when all is well.
 *
 * @param jobs the services that are watched. @default - they are not known, and any name will do
 */
export function objectiveProblems(policies: readonly AlertPolicy[], jobs?: readonly string[]): Problem[] {
  return policies.flatMap(({ name, services, objective }) => {
    if (objective === undefined) return [];
    return [
      ...serviceProblems(`policies.${name}.services`, services, jobs),
      ...ofObjective(`policies.${name}.objective`, objective),
    ];
  });
}

function serviceProblems(property: string, services: readonly string[] | undefined, jobs?: readonly string[]) {
  if (services === undefined) {
    const allowed = "the services that the objective is for";
    return [
      { property, given: services, allowed, fix: "What all others owe their users differs from one to the next." },
    ];
  }
  if (jobs === undefined) return [];
  return services
    .filter((service) => !jobs.includes(service))
    .map((service): Problem => {
      const near = nearest(service, jobs);
      const allowed = `a service that is watched and has metrics: ${jobs.join(", ")}`;
      return { property, given: service, allowed, ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }) };
    });
}

function ofObjective(at: string, { availability, latency, expectedRate }: Objective): Problem[] {
  const problems: Problem[] = [];
  if (availability === undefined && latency === undefined) {
    const allowed = "availability, latency, or both";
    problems.push({ property: at, given: { expectedRate }, allowed });
  }
  const perSecond = toPerSecond(String(expectedRate)) ?? 0;
  if (perSecond === 0) {
    problems.push({
      property: `${at}.expectedRate`,
      given: expectedRate,
      allowed: 'the requests that each service gets, above 0, such as "5/s", "30/m" or "200/h"',
    });
  }
  if (availability !== undefined) {
    const property = `${at}.availability`;
    const wrong = availabilityProblem(property, availability);
    const few = { perSecond, expectedRate, budget: budgetOf(availability / 100), show: percent };
    problems.push(...(wrong === undefined ? trafficProblems(property, availability, few) : [wrong]));
  }
  if (latency !== undefined) {
    const property = `${at}.latency.quantile`;
    const wrong = quantileProblem(property, latency);
    const few = { perSecond, expectedRate, budget: budgetOf(latency.quantile), show: share };
    problems.push(...(wrong === undefined ? trafficProblems(property, latency.quantile, few) : [wrong]));
    problems.push(...boundProblems(`${at}.latency.under`, latency.under));
  }
  return problems;
}

function availabilityProblem(property: string, given: number): Problem | undefined {
  if (given < 100 && 1 - given / 100 < LARGEST_BUDGET) return undefined;
  const allowed = `percent from ${percent(LEAST)} to below 100, such as 99.9`;
  if (given > 0 && given <= 1) return { property, given, allowed, fix: `It is in percent: ${percent(given)}.` };
  const fix =
    given >= 100
      ? "No service answers every request; what is left below 100 is its error budget."
      : "With less, even an outage of everything burns the budget too slowly to page anybody.";
  return { property, given, allowed, fix };
}

function quantileProblem(property: string, { quantile: given }: LatencyObjective): Problem | undefined {
  if (given < 1 && 1 - given < LARGEST_BUDGET) return undefined;
  const allowed = `a share from ${share(LEAST)} to below 1, such as 0.95`;
  if (given > 1 && given < 100) return { property, given, allowed, fix: `It is no percentage: ${share(given / 100)}.` };
  return given >= 0 && given < 1
    ? { property, given, allowed, fix: "With less, even a service that is always slow never pages anybody." }
    : { property, given, allowed };
}

function trafficProblems(
  property: string,
  given: number,
  few: { perSecond: number; expectedRate: string; budget: number; show: (objective: number) => string },
): Problem[] {
  const { perSecond, expectedRate, budget, show } = few;
  if (perSecond === 0 || isMeasurable(perSecond, budget)) return [];
  const possible = smallestBudget(perSecond);
  const allowed =
    possible === undefined
      ? `nothing: ${expectedRate} measures no objective`
      : `at most ${show(1 - possible)}, which is all that ${expectedRate} can measure`;
  const fix =
    `Its budget would be gone before a handful of requests had failed. ${show(1 - budget)} takes ` +
    `${fewestRequests(budget)}: raise expectedRate if there are so many.`;
  return [{ property, given, allowed, fix }];
}

function boundProblems(property: string, given: string): Problem[] {
  const seconds = toSeconds(String(given));
  const bounds: readonly number[] = LATENCY_BUCKETS;
  if (seconds !== undefined && bounds.includes(seconds)) return [];
  if (seconds === undefined || seconds === 0) {
    return [{ property, given, allowed: `a time: one of ${bounds.map(duration).join(", ")}` }];
  }
  const near = [bounds.findLast((bound) => bound < seconds), bounds.find((bound) => bound > seconds)];
  const nearby = near.filter((bound) => bound !== undefined).map(duration);
  const allowed = `an upper bound of http_request_duration_seconds; the nearest: ${nearby.join(" and ")}`;
  return [{ property, given, allowed, fix: "Between two bounds it could only be guessed." }];
}

const LEAST = Math.ceil((1 - LARGEST_BUDGET) * 1000) / 1000;

// Without the noise of binary fractions.
function percent(objective: number): string {
  return String(Number((objective * 100).toPrecision(9)));
}

function share(objective: number): string {
  return String(Number(objective.toPrecision(9)));
}

function duration(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${seconds}s`;
}
