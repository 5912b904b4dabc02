import { PACES, type Pace, type RuleGroup } from "./rule-group.ts";
import { alertingRules } from "./rules/alerting.ts";
import { containerRules } from "./rules/containers.ts";
import { logRules } from "./rules/logs.ts";
import { probeRules } from "./rules/probes.ts";
import { targetRules } from "./rules/targets.ts";

/**
 * The rules that every stack has, whatever runs in it: targets, restarts, probes, and the paths that alerts
 * and logs take. Services, stores and hosts bring theirs.
 */
export function standardRules(pace: Pace = PACES.steady): readonly RuleGroup[] {
  return [targetRules(pace), containerRules({ pace }), probeRules(pace), alertingRules(pace), logRules(pace)];
}
