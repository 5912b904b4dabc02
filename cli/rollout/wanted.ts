/** What somebody asks of `npm run rollout`. */

import { isImageReference } from "../../config/image-references.ts";
import { nearest, type Problem, refuseIf } from "../../services/problems.ts";
import { toSeconds } from "../../services/units.ts";
import type { StackOptions } from "../options.ts";

/** A rollout, as it is asked for. */
export interface Wanted {
  /** The service. */
  readonly service: string;
  /** Reference of the candidate's image. @default - that of the rollout that runs, or the service's own */
  readonly image?: string;
  /** Percent of the requests, step by step, each more than the one before; the last is 100. */
  readonly steps: readonly number[];
  /** Seconds that each step is looked at. */
  readonly everySeconds: number;
  /** How sure it must be that a candidate is worse before it is rolled back, over all looks together. */
  readonly confidence: number;
  /** Requests that each version must have had in a step before they are compared. */
  readonly leastRequests: number;
  /** A candidate whose memory grows is rolled back where it would reach its limit within so many seconds. */
  readonly memoryWithinSeconds: number;
}

/** What is taken where nothing is said. */
export const USUAL = {
  steps: "10,25,50,100",
  every: "60s",
  confidence: "0.99",
  least: "100",
  memoryWithin: "1h",
} as const;

/**
 * Reads a command line.
 *
 * @param services those that the edge leads to
 * @throws DeclarationError with everything that is wrong, and what is allowed
 * @example
 * ```ts
 * wantedRollout({ words: ["catalog"], texts: { steps: ["10,100"] } }, ["catalog", "orders"]).everySeconds; // 60
 * ```
 */
export function wantedRollout(
  { words, texts }: Pick<StackOptions, "words" | "texts">,
  services: readonly string[],
): Wanted {
  const text = (name: string, usual = "") => texts[name]?.at(-1) ?? usual;
  const [service = ""] = words;
  const image = text("image");
  const every = text("every", USUAL.every);
  const steps = stepsOf(text("steps", USUAL.steps));
  const everySeconds = toSeconds(every) ?? 0;
  const confidence = Number(text("confidence", USUAL.confidence));
  const leastRequests = Number(text("least", USUAL.least));
  const memoryWithin = text("memory-within", USUAL.memoryWithin);
  const memoryWithinSeconds = toSeconds(memoryWithin) ?? 0;
  refuseIf("the rollout", [
    ...serviceProblems(service, services),
    ...problemIf(
      image !== "" && !isImageReference(image),
      "--image",
      image,
      "a reference, such as shop.example/catalog:2",
    ),
    ...problemIf(
      steps === undefined,
      "--steps",
      text("steps", USUAL.steps),
      "whole numbers of percent from 1 to 100, each more than the one before and 100 at the end, such as 10,25,50,100",
    ),
    ...problemIf(
      everySeconds < 20 || everySeconds > 86_400,
      "--every",
      every,
      "a duration from 20s to 24h, such as 60s: Prometheus has to have counted a few times",
    ),
    ...problemIf(
      !(confidence >= 0.5 && confidence < 1),
      "--confidence",
      text("confidence"),
      "0.5 to below 1, such as 0.99",
    ),
    ...problemIf(
      !(Number.isInteger(leastRequests) && leastRequests > 0),
      "--least",
      text("least"),
      "a whole number of requests above 0, such as 100",
    ),
    ...problemIf(
      memoryWithinSeconds < 60 || memoryWithinSeconds > 604_800,
      "--memory-within",
      memoryWithin,
      "a duration from 1m to 7d, such as 1h",
    ),
  ]);
  return {
    ...{ service, steps: steps ?? [], everySeconds, confidence, leastRequests, memoryWithinSeconds },
    ...(image === "" ? {} : { image }),
  };
}

/**
 * The service of a command line that says no more.
 *
 * @throws DeclarationError when there is none such
 */
export function wantedService({ words }: Pick<StackOptions, "words">, services: readonly string[]): string {
  const [service = ""] = words;
  refuseIf("the rollout", serviceProblems(service, services));
  return service;
}

function serviceProblems(service: string, services: readonly string[]): Problem[] {
  if (services.includes(service)) return [];
  const near = nearest(service, services);
  const allowed = services.length === 0 ? "none: nothing here takes a rollout" : `one of ${services.join(", ")}`;
  return [
    { property: "service", given: service, allowed, ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }) },
  ];
}

function problemIf(wrong: boolean, property: string, given: unknown, allowed: string): Problem[] {
  return wrong ? [{ property, given, allowed }] : [];
}

function stepsOf(text: string): readonly number[] | undefined {
  const steps = text.split(",").map((step) => (/^\s*\d+\s*$/.test(step) ? Number(step) : Number.NaN));
  const rising = steps.every((step, index) => step >= 1 && step <= 100 && step > (steps[index - 1] ?? 0));
  return rising && steps.at(-1) === 100 ? steps : undefined;
}
