import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** Pages that are asked from outside, by blackbox_exporter. */
export function probeRules(pace: Pace = PACES.steady): RuleGroup {
  return {
    name: "probes",
    rules: [
      {
        alert: "ProbeFailed",
        expr: "probe_success == 0",
        for: pace.downFor,
        severity: "critical",
        summary: "{{ $labels.probe }} fails: {{ $labels.instance }}",
        description: "Asked from outside as a user would, {{ $labels.instance }} does not answer as it should.",
      },
    ],
  };
}
