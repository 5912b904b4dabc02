import { PORT } from "../../services/grammar.ts";
import type { Problem } from "../../services/problems.ts";
import type { PortClaim } from "../platform/platform.ts";
import type { Listener } from "./machine.ts";

/**
 * What is wrong with a set of ports: out of range, taken twice, or in use on the host by somebody else than this
 * stack. Ports that this stack itself holds are fine: they are the last deployment's.
 *
 * @param claims what is asked for now
 * @param earlier what was granted before on the same host
 * @param listeners what is in use on the host
 * @param stack this stack, as its containers' label `vigie.stack` has it
 */
export function portProblems(
  claims: readonly PortClaim[],
  earlier: readonly PortClaim[],
  listeners: readonly Listener[],
  stack: string,
): Problem[] {
  const problems: Problem[] = [];
  claims.forEach((claim, index) => {
    if (!PORT.fits(claim.port)) {
      problems.push({ property: claim.property, given: claim.port, allowed: PORT.allowed });
      return;
    }
    const other = [...earlier, ...claims.slice(0, index)].find(({ port }) => port === claim.port);
    if (other !== undefined) {
      problems.push({
        property: claim.property,
        given: claim.port,
        allowed: "a port that nothing else of this stack takes",
        fix: `${other.property} of ${other.by} has it already: change one of the two.`,
      });
      return;
    }
    const listener = listeners.find(({ port, stack: owner }) => port === claim.port && owner !== stack);
    if (listener !== undefined) {
      problems.push({
        property: claim.property,
        given: claim.port,
        allowed: "a port that is free on the host",
        fix: `${listener.by} listens on it: stop that, or choose another port.`,
      });
    }
  });
  return problems;
}
