import { nearest, type Problem } from "../../services/problems.ts";
import { durationMeant, inOneUnit, toPerSecond, toSeconds } from "../../services/units.ts";
import type { AlertPolicySpec } from "../alert-policy.ts";
import { budgetOf } from "./indicator.ts";
import { fewestRequests, isMeasurable, LARGEST_BUDGET, smallestBudget } from "./measurable.ts";
import { measuredAtOf, type WatchedService } from "./measured.ts";
import { type LatencyObjective, MEASURED_AT, type MeasuredAt, type Objective } from "./objective.ts";
import { REQUEST_HISTOGRAMS } from "./request-histograms.ts";

/**
 * Everything that is wrong with the policies' objectives; `[]` when all is well.
 *
 * @param watched the services that are watched. @default - they are not known: any name will do, and each counts its own
 */
export function objectiveProblems(
  policies: readonly AlertPolicySpec[],
  watched?: readonly WatchedService[],
): Problem[] {
  return policies.flatMap(({ name, services, objective }) => {
    if (objective === undefined) return [];
    const at = `policies.${name}`;
    const known =
      watched?.filter(({ job }) => services?.includes(job)) ?? (services ?? []).map((job) => ({ job, counts: true }));
    const counting = new Set(known.map((service) => measuredAtOf(objective, service)));
    const places = MEASURED_AT.filter((place) => counting.has(place));
    return [
      ...serviceProblems(`${at}.services`, services, watched),
      ...ofObjective(`${at}.objective`, objective, places.length === 0 ? ["service"] : places),
      ...placeProblems(at, objective, known),
    ];
  });
}

/** Who is said to count the requests, and does not. */
function placeProblems(at: string, objective: Objective, services: readonly WatchedService[]): Problem[] {
  const { measuredAt } = objective;
  const property = `${at}.objective.measuredAt`;
  if (measuredAt !== undefined && !MEASURED_AT.includes(measuredAt)) {
    return [{ property, given: measuredAt, allowed: `${MEASURED_AT.join(" or ")}, whoever counts the requests` }];
  }
  const own = REQUEST_HISTOGRAMS.service.name;
  return services.flatMap((service): Problem[] => {
    const { job, counts, edge } = service;
    const place = measuredAtOf(objective, service);
    if (place === "service" ? counts : edge !== undefined) return [];
    if (!counts && edge === undefined) {
      const allowed = `a service whose requests are counted: by itself (${own}), or by the edge that has a route to it`;
      return [{ property: `${at}.services`, given: job, allowed }];
    }
    const allowed =
      place === "service"
        ? `edge, for ${job}, which counts no requests: it has no ${own}`
        : `service, for ${job}: no edge that is watched has a route to it`;
    return [{ property, given: measuredAt, allowed }];
  });
}

function serviceProblems(
  property: string,
  services: readonly string[] | undefined,
  watched?: readonly WatchedService[],
): Problem[] {
  if (services === undefined) {
    const allowed = "the services that the objective is for";
    return [
      { property, given: services, allowed, fix: "What all others owe their users differs from one to the next." },
    ];
  }
  if (watched === undefined) return [];
  const jobs = watched.map(({ job }) => job);
  return services
    .filter((service) => !jobs.includes(service))
    .map((service): Problem => {
      const near = nearest(service, jobs);
      const allowed = `a service that is watched and has metrics: ${jobs.join(", ")}`;
      return { property, given: service, allowed, ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }) };
    });
}

function ofObjective(
  at: string,
  { availability, latency, expectedRate }: Objective,
  places: readonly MeasuredAt[],
): Problem[] {
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
    for (const place of places) problems.push(...boundProblems(`${at}.latency.under`, latency.under, place));
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

function boundProblems(property: string, given: string, place: MeasuredAt): Problem[] {
  const seconds = toSeconds(String(given));
  const { name, bounds } = REQUEST_HISTOGRAMS[place];
  if (seconds !== undefined && bounds.includes(seconds)) return [];
  if (seconds === undefined || seconds === 0) {
    const meant = seconds === undefined ? durationMeant(String(given)) : undefined;
    const fix = meant === undefined ? {} : { fix: `Write ${JSON.stringify(meant)}.` };
    return [{ property, given, allowed: `a time: one of ${bounds.map(duration).join(", ")}`, ...fix }];
  }
  const near = [bounds.findLast((bound) => bound < seconds), bounds.find((bound) => bound > seconds)];
  const nearby = near.filter((bound) => bound !== undefined).map(duration);
  const allowed = `an upper bound of ${name}; the nearest: ${nearby.join(" and ")}`;
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
  return inOneUnit(`${BigInt(Math.round(seconds * 1000))}ms`);
}
