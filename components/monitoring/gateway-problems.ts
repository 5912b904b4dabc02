import { NAME_OR_ADDRESS } from "../../services/grammar.ts";
import { isLoopback } from "../../services/loopback.ts";
import type { Problem } from "../../services/problems.ts";
import type { Platform } from "../platform/platform.ts";

/**
 * What is wrong with where a gateway listens, and by which address it is reached.
 *
 * @param property what the caller calls that address
 */
export function gatewayProblems(
  host: Pick<Platform, "name" | "bindAddress">,
  address: string,
  property = "address",
): Problem[] {
  const problems: Problem[] = [];
  if (!NAME_OR_ADDRESS.fits(address)) {
    problems.push({
      property,
      given: address,
      allowed: "a name or an IPv4 address that the other hosts reach this one by",
      fix: "The networks of containers have no IPv6.",
    });
  }
  if (isLoopback(host.bindAddress)) {
    problems.push({
      property: "bindAddress",
      given: host.bindAddress,
      allowed: `an address of host ${JSON.stringify(host.name)} that others reach, such as 0.0.0.0`,
      fix: "Only the gateway listens there: everything else of the monitoring stays on the loopback.",
    });
  }
  return problems;
}
