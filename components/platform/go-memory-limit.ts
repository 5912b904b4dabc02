import { toMebibytes } from "../../services/units.ts";

/**
 * Environment of a program in Go: it collects garbage more often near its container's memory limit, instead of being
 * killed at it. Nine tenths of the limit, which is the ratio that Prometheus takes for itself.
 *
 * @param memory the container's memory
 */
export function goMemoryLimit(memory: string): Record<string, string> {
  return { GOMEMLIMIT: `${Math.floor((toMebibytes(memory) ?? 256) * 0.9)}MiB` };
}
