import { type JobPackArgs, jobAlerts, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on blackbox_exporter fire. */
export const BLACKBOX_THRESHOLDS = {
  BlackboxUnknownModule: { unit: "count", fires: "above", warning: 0 },
} as const satisfies ThresholdTable;

/** What {@link blackboxRules} watches. */
export interface BlackboxRules extends JobPackArgs<typeof BLACKBOX_THRESHOLDS> {
  /** The `job` label of blackbox_exporter itself. */
  readonly job: string;
}

/** blackbox_exporter itself; what it asks is watched by the rules of probes. */
export function blackboxRules(args: BlackboxRules): RuleGroup {
  const { job, owner } = args;
  const { pace, selector, at } = jobAlerts(BLACKBOX_THRESHOLDS, args);
  return rulePack({ job, pack: "blackbox", owner, dashboard: { uid: "monitoring" } }, [
    {
      alert: "BlackboxReloadFailing",
      expr: `blackbox_exporter_config_last_reload_successful${selector} == 0`,
      for: pace.downFor,
      severity: "warning",
      kind: "cause",
      drill: {
        fault: {
          kind: "config",
          containers: { component: job },
          file: "/etc/blackbox_exporter/blackbox.yml",
          append: "\nbroken by a drill: [\n",
          reload: { port: 9115, path: "/-/reload" },
        },
      },
      summary: "{{ $labels.instance }} refuses its configuration",
      description: "It goes on with the one before: what is asked in a new way is not asked at all.",
    },
    ...at("BlackboxUnknownModule", ({ value }) => ({
      expr: `sum by (job, instance) (increase(blackbox_module_unknown_total${selector}[${pace.window}])) > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: {
        fault: {
          kind: "requests",
          containers: { component: job },
          port: 9115,
          path: "/probe?target=drill&module=drill",
        },
        within: "0s",
      },
      summary: "{{ $labels.instance }} was asked {{ $value | humanize }} times for a probe that it does not know",
      description:
        "Prometheus and the exporter have configurations that do not fit. Those pages are watched by nobody.",
    })),
  ]);
}
