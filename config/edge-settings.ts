/** What is wrong with what a stack's configuration says of the edge. */

import type { Problem } from "../services/problems.ts";
import { callerProblems } from "./edge-callers.ts";
import { type EdgeLimits, limitProblems } from "./edge-limits.ts";

/** What is allowed in place of `vigie:edgeLimits`; undefined where nothing is wrong. */
export function edgeLimitsWrong(limits: object | undefined): string | undefined {
  if (limits === undefined) return 'an object of limit to value, such as {"requestsPerSecond": 50, "burst": 100}';
  return said(limitProblems(limits as EdgeLimits), "limits.");
}

/** What is allowed in place of a list of trusted addresses; undefined where nothing is wrong. */
export function addressesWrong(addresses: readonly string[] | undefined): string | undefined {
  if (addresses === undefined) return 'a list of IPv4 addresses and networks, such as ["192.0.2.7", "10.0.0.0/8"]';
  return said(callerProblems({ trustedProxies: addresses }), "trustedProxies");
}

function said(problems: readonly Problem[], before: string): string | undefined {
  if (problems.length === 0) return undefined;
  return problems.map(({ property, allowed }) => `${property.replace(before, "")}: ${allowed}`).join("; ");
}
