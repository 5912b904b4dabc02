import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link blackboxRules} watches. */
export interface BlackboxRules {
  /** The `job` label of blackbox_exporter itself. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
}

/** blackbox_exporter itself; what it asks is watched by the rules of probes. */
export function blackboxRules({ job, pace = PACES.steady }: BlackboxRules): RuleGroup {
  const selector = `{job="${job}"}`;
  return {
    name: `${job}.blackbox`,
    rules: [
      {
        alert: "BlackboxReloadFailing",
        expr: `blackbox_exporter_config_last_reload_successful${selector} == 0`,
        for: pace.downFor,
        severity: "warning",
        summary: "{{ $labels.instance }} refuses its configuration",
        description: "It goes on with the one before: what is asked in a new way is not asked at all.",
      },
      {
        alert: "BlackboxUnknownModule",
        expr: `sum by (job, instance) (increase(blackbox_module_unknown_total${selector}[${pace.window}])) > 0`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "{{ $labels.instance }} was asked {{ $value | humanize }} times for a probe that it does not know",
        description:
          "Prometheus and the exporter have configurations that do not fit. Those pages are watched by nobody.",
      },
    ],
  };
}
