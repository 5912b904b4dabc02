import type { Fault } from "../faults/index.ts";
import type { Said } from "../faults/stand-in.ts";
import { type JobPackArgs, jobAlerts, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on VictoriaLogs fire. */
export const VICTORIALOGS_THRESHOLDS = {
  VictoriaLogsReadOnly: { unit: "count", fires: "above", critical: 0 },
  VictoriaLogsRequestsFailing: { unit: "ratio", fires: "above", critical: 0.1 },
  VictoriaLogsQueriesRefused: { unit: "count", fires: "above", warning: 0 },
  VictoriaLogsNearDiskLimit: { unit: "ratio", fires: "above", info: 0.9 },
} as const satisfies ThresholdTable;

/** What {@link victorialogsRules} watches. */
export interface VictoriaLogsRules extends JobPackArgs<typeof VICTORIALOGS_THRESHOLDS> {
  /** The `job` label of VictoriaLogs. */
  readonly job: string;
}

// What is no JSON is no line.
const nonsenseTo = (job: string): Fault => ({
  kind: "requests",
  containers: { component: job },
  port: 9428,
  path: "/insert/jsonline",
  json: "no line {n}",
});

const FULL: readonly Said[] = [
  { series: 'vl_data_size_bytes{type="storage"}', value: 950 },
  { series: 'vl_max_disk_space_usage_bytes{path="/drill"}', value: 1000 },
  { series: "vl_concurrent_select_limit_timeout_total", perSecond: 1 },
];

/** VictoriaLogs itself: does it take lines, does it understand who sends, does it answer, has it room. */
export function victorialogsRules(args: VictoriaLogsRules): RuleGroup {
  const { job, owner } = args;
  const { pace, at } = jobAlerts(VICTORIALOGS_THRESHOLDS, args);
  const { window } = pace;
  const rate = (metric: string): string =>
    `sum by (job, path) (rate(vl_http_${metric}_total{job="${job}"}[${window}]))`;
  const sum = (metric: string): string => `sum by (job, instance) (${metric}{job="${job}"})`;
  const fault: Fault = { kind: "stand-in", job, says: FULL };
  // It takes no lines from 256 MiB of free space on: this volume never has as much.
  const small: Fault = {
    kind: "full-disk",
    containers: { component: job },
    directory: "/tmp",
    megabytes: 64,
    filled: false,
  };
  return rulePack({ job, pack: "victorialogs", owner, dashboard: { uid: "monitoring" } }, [
    ...at("VictoriaLogsReadOnly", ({ value }) => ({
      expr: `${sum("vl_storage_is_read_only")} > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { fault: small, takes: "15s" },
      summary: "{{ $labels.instance }} takes no lines: its disk is full",
      description: "It asks who sends them to come again later. Nothing is lost while the log agent's queue has room.",
    })),
    ...at("VictoriaLogsRequestsFailing", ({ value }) => ({
      expr: `${rate("errors")} / ${rate("requests")} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      drill: { fault: nonsenseTo(job), takes: "15s" },
      summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of the requests to {{ $labels.path }}",
      description: "It does not understand what is sent there: these lines are lost.",
    })),
    ...at("VictoriaLogsQueriesRefused", ({ value }) => ({
      expr: `sum by (job, instance) (increase(vl_concurrent_select_limit_timeout_total{job="${job}"}[${window}])) > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { fault, within: "0s" },
      summary: "{{ $labels.instance }} refused {{ $value | humanize }} queries: it was busy with others",
      description: `In the last ${window} they waited longer than it lets them. Somebody asks for too much at once.`,
    })),
    ...at("VictoriaLogsNearDiskLimit", ({ value }) => ({
      expr: `${sum("vl_data_size_bytes")} / ${sum("vl_max_disk_space_usage_bytes")} > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: { fault },
      summary: "{{ $labels.instance }} has filled {{ $value | humanizePercentage }} of its share of the disk",
      description:
        "When it is full, the oldest day is deleted before its time: logs go back less far than they should.",
    })),
  ]);
}
