/** How a new version of a service is let in beside the one that serves. */

import { isDeepStrictEqual } from "node:util";
import { REPLICAS, wholeNumber } from "./grammar.ts";
import { nearest, type Problem } from "./problems.ts";
import type { Service, ServiceImage } from "./service.ts";

/** The two versions of a service in a rollout, as the label `version` of its metrics calls them. */
export const VERSIONS = ["stable", "candidate"] as const;

/** One of the two versions of a service in a rollout. */
export type Version = (typeof VERSIONS)[number];

/**
 * The new version: its image alone, or a whole declaration, which may have another image, environment, healthcheck,
 * limits, user and directories in memory. By all else it is the same service to those who ask, scrape and look after it.
 */
export type Candidate = ServiceImage | Service;

/** Two versions side by side: the edge gives the candidate a part of the requests. */
export interface Canary {
  /** How the candidate is let in: by a part of the requests. */
  readonly strategy: "canary";
  /** The new version. */
  readonly candidate: Candidate;
  /** Percent of the requests through the edge that the candidate gets, a whole number. @default 10 */
  readonly weight?: number;
  /** Number of the candidate's containers. @default 1 */
  readonly replicas?: number;
  /** Whether a visitor stays with the version that answered first, by a cookie. @default false */
  readonly sticky?: boolean;
}

/** A full second set beside the first, as many containers as it has, and one switch. */
export interface BlueGreen {
  /** How the candidate is let in: by a switch. */
  readonly strategy: "blue-green";
  /** The new version. */
  readonly candidate: Candidate;
  /** Which of the two gets all requests through the edge. */
  readonly live: Version;
}

/** How a new version of a service is let in. */
export type Rollout = Canary | BlueGreen;

/** What a canary gets where nothing is said, in percent. */
export const CANARY_WEIGHT = 10;

/** What {@link rolloutProblems} has to know besides. */
export interface RolloutPlace {
  /** The service that serves. */
  readonly service: Service;
  /** Whether its edge divides requests between two versions; undefined where it has no edge. */
  readonly splits: boolean | undefined;
}

/** A rollout with every default filled in: what the edge and the platform need of it. */
export interface PlannedRollout {
  /** The candidate's declaration. */
  readonly candidate: Service;
  /** Number of its containers. */
  readonly replicas: number;
  /** Percent of the requests that it gets. */
  readonly weight: number;
  /** Whether a visitor stays with the version that answered first. */
  readonly sticky: boolean;
}

/**
 * Fills in what is left out. Check it with {@link rolloutProblems} before.
 *
 * @param replicas number of the containers that serve
 * @example
 * ```ts
 * planRollout({ strategy: "canary", candidate: { reference: "docker.io/shop/catalog:2" } }, catalog, 2).weight; // 10
 * ```
 */
export function planRollout(rollout: Rollout, service: Service, replicas: number): PlannedRollout {
  const candidate = isService(rollout.candidate) ? rollout.candidate : { ...service, image: rollout.candidate };
  if (rollout.strategy === "blue-green") {
    return { candidate, replicas, weight: rollout.live === "candidate" ? 100 : 0, sticky: false };
  }
  const { weight = CANARY_WEIGHT, replicas: own = 1, sticky = false } = rollout;
  return { candidate, replicas: own, weight, sticky };
}

/** What the candidate of a service is called: its containers have numbers behind it. */
export const candidateName = (service: string): string => `${service}-candidate`;

/** Everything that is wrong with a rollout; `[]` when all is well. */
export function rolloutProblems(rollout: Rollout, { service, splits }: RolloutPlace): Problem[] {
  return [
    ...placeProblems(rollout, service, splits),
    ...strategyProblems(rollout),
    ...candidateProblems(rollout.candidate, service),
  ];
}

/** Nothing divides requests that do not come through an edge. */
function placeProblems({ strategy }: Rollout, { route, name }: Service, splits: boolean | undefined): Problem[] {
  if (route === undefined) {
    const allowed = "none: the declaration has no route, so there are no requests at an edge to divide";
    const fix = `Give ${JSON.stringify(name)} a \`route\`, or change its image without a rollout: replicas are replaced one after the other.`;
    return [{ property: "rollout", given: strategy, allowed, fix }];
  }
  // That there is no edge for a route is refused already.
  if (splits !== false) return [];
  const allowed = "none with this edge: its routes are labels of containers, which can't say weights";
  const fix = 'Set `discovery` of the edge to "file" (`vigie:discovery`).';
  return [{ property: "rollout", given: strategy, allowed, fix }];
}

const STRATEGIES = ["canary", "blue-green"] as const;
const WEIGHT = wholeNumber(0, 100, "a whole number of percent");

/** What each strategy takes besides its candidate, and why the other one does not. */
const NOT_WITH: Readonly<Record<Rollout["strategy"], Readonly<Record<string, string>>>> = {
  canary: { live: "Say it by `weight`: 0 is stable, 100 the candidate." },
  "blue-green": {
    weight: 'Say which one is `live`, or take `strategy: "canary"`.',
    replicas: "The second set is as large as the first.",
    sticky: "All visitors get the same version.",
  },
};

/** What is wrong with how a candidate is let in, whatever the service and the candidate. */
export function strategyProblems(rollout: Rollout): Problem[] {
  const { strategy } = rollout;
  const given: Readonly<Record<string, unknown>> = { ...rollout };
  if (!STRATEGIES.includes(strategy)) {
    const near = nearest(String(strategy), STRATEGIES);
    const fix = near === undefined ? {} : { fix: `Did you mean ${near}?` };
    return [{ property: "rollout.strategy", given: strategy, allowed: `one of ${STRATEGIES.join(", ")}`, ...fix }];
  }
  const foreign = Object.entries(NOT_WITH[strategy]).filter(([name]) => given[name] !== undefined);
  return [
    ...foreign.map(([name, fix]) => ({
      property: `rollout.${name}`,
      given: given[name],
      allowed: `none with ${strategy}`,
      fix,
    })),
    ...(rollout.strategy === "canary" ? canaryProblems(rollout) : liveProblems(rollout)),
  ];
}

function canaryProblems({ weight = CANARY_WEIGHT, replicas = 1, sticky = false }: Canary): Problem[] {
  const problems: Problem[] = [];
  if (!WEIGHT.fits(weight)) {
    const percent = Number(weight) * 100;
    const fix = weight > 0 && weight < 1 && WEIGHT.fits(percent) ? { fix: `It is in percent: ${percent}.` } : {};
    problems.push({ property: "rollout.weight", given: weight, allowed: WEIGHT.allowed, ...fix });
  }
  if (!REPLICAS.fits(replicas)) {
    const fix = replicas === 0 ? { fix: "A candidate that gets nothing has `weight: 0`." } : {};
    problems.push({ property: "rollout.replicas", given: replicas, allowed: REPLICAS.allowed, ...fix });
  }
  if (typeof sticky !== "boolean") {
    problems.push({ property: "rollout.sticky", given: sticky, allowed: "true or false" });
  }
  return problems;
}

function liveProblems({ live }: BlueGreen): Problem[] {
  if (VERSIONS.includes(live)) return [];
  return [{ property: "rollout.live", given: live, allowed: VERSIONS.join(" or ") }];
}

/** By what those who ask, scrape and look after a service know it: the same in both versions. */
const SHARED = [
  ...(["name", "port", "route", "readyPath", "metricsPath", "metrics", "seriesBudget", "traced"] as const),
  ...(["secretFiles", "outside", "owner"] as const),
];

function candidateProblems(candidate: Candidate | undefined, service: Service): Problem[] {
  if (!isCandidate(candidate)) {
    const allowed = 'an image, such as { reference: "docker.io/shop/catalog:2" }, or a declaration by defineService';
    return [{ property: "rollout.candidate", given: candidate, allowed }];
  }
  if (!isService(candidate)) return [];
  return SHARED.filter((property) => !isDeepStrictEqual(candidate[property], service[property])).map((property) => ({
    property: `rollout.candidate.${property}`,
    given: candidate[property],
    allowed: `that of ${JSON.stringify(service.name)}, ${JSON.stringify(service[property] ?? "none")}: both versions are one service`,
    fix: "Change it without a rollout.",
  }));
}

function isCandidate(candidate: unknown): candidate is Candidate {
  if (typeof candidate !== "object" || candidate === null) return false;
  if ("image" in candidate) return isCandidate(candidate.image) && "name" in candidate;
  if ("reference" in candidate) return typeof candidate.reference === "string" && candidate.reference !== "";
  return "context" in candidate && typeof candidate.context === "string";
}

const isService = (candidate: Candidate): candidate is Service => "image" in candidate;
