import type { Problem } from "../../services/problems.ts";
import type { Platform, PortClaim } from "./platform.ts";
import { type Made, refusingAll } from "./refuse.ts";

/** What a component takes on its platform. */
export interface Claimed {
  /** The platform. */
  readonly host: Platform;
  /** What it is, as refusals call it: `data store`. */
  readonly kind: string;
  /** Its name in the program. */
  readonly name: string;
  /** Ports that it takes. @default [] */
  readonly ports?: readonly PortClaim[];
  /** What else is wrong with its arguments. @default [] */
  readonly problems?: readonly Problem[];
}

/**
 * Refuses all that is wrong with a component at once, its name, its ports and what pure functions of the library refuse;
 * then takes the name and the ports. Who is refused has taken nothing.
 *
 * @throws pulumi.InputPropertiesError with every problem
 * @example
 * ```ts
 * const { rules } = claiming({ host, kind: "data store", name }, { rules: () => redisRules({ job: name }) });
 * ```
 */
export function claiming<Runs extends Readonly<Record<string, () => unknown>>>(
  { host, kind, name, ports = [], problems = [] }: Claimed,
  runs: Runs,
): Made<Runs> {
  const ofPorts = ports.length === 0 ? [] : host.portProblems(ports);
  const made = refusingAll(
    `${kind} ${JSON.stringify(name)}`,
    [...host.nameProblems(name), ...ofPorts, ...problems],
    runs,
  );
  host.claimName(name, kind);
  if (ports.length > 0) host.claimPorts(ports);
  return made;
}
