import { type Duration, toSeconds } from "../../services/units.ts";
import type { Call } from "../signals.ts";
import type { Objective } from "./objective.ts";

/**
 * From when on an answer of a program is slow: by what its users were promised. Whoever calls a program waits for it, so a
 * caller of whom nothing was promised, such as the edge, is not slow before the slowest that it calls.
 *
 * @param objectives what services owe their users, by name
 * @param calls who calls whom
 * @param otherwise from when on the others are slow; a caller's limit is never below it
 * @returns the limit by program; none for those that are slow from `otherwise` on
 * @example
 * ```ts
 * slowAnswers({ catalog: { latency: { quantile: 0.95, under: "1s" }, expectedRate: "5/s" } }, [{ from: "edge", to: "catalog" }], "500ms");
 * // { catalog: "1s", edge: "1s" }
 * ```
 */
export function slowAnswers(
  objectives: Readonly<Record<string, Objective>>,
  calls: readonly Call[],
  otherwise: Duration,
): Readonly<Record<string, Duration>> {
  const promised = new Map<string, Duration>(
    Object.entries(objectives).flatMap(([name, { latency }]) => (latency === undefined ? [] : [[name, latency.under]])),
  );
  const limitOf = (name: string, callers: readonly string[]): Duration => {
    const own = promised.get(name);
    if (own !== undefined) return own;
    return calls
      .filter(({ from, to }) => from === name && to !== name && !callers.includes(to))
      .map(({ to }) => limitOf(to, [...callers, name]))
      .reduce(longer, otherwise);
  };
  const names = new Set([...promised.keys(), ...calls.map(({ from }) => from)]);
  const limits = [...names].map((name) => [name, limitOf(name, [])] as const);
  return Object.fromEntries(limits.filter(([name, limit]) => promised.has(name) || limit !== otherwise));
}

function longer(one: Duration, other: Duration): Duration {
  return (toSeconds(other) ?? 0) > (toSeconds(one) ?? 0) ? other : one;
}
