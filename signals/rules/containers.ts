import type { Duration } from "../../services/units.ts";
import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** Where {@link containerRules} alerts. */
export interface ContainerRules {
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
  /** Time in which restarts and kills are counted. @default "10m" */
  readonly window?: Duration;
  /** Restarts in that time above which the alert fires. @default 2 */
  readonly restarts?: number;
  /** Share of its limit of memory above which a container alerts, from 0 to 1. @default 0.9 */
  readonly memory?: number;
  /** Share of the time in which a container must wait for its limit of processors, from 0 to 1. @default 0.25 */
  readonly throttled?: number;
}

const CONTAINER = "{{ $labels.container_name }}";

/**
 * The containers of a stack: do they keep starting again, do they come near their limits. The numbers are those of
 * `ContainerMetrics`, which has each container whatever runs in it; without it these are silent.
 */
export function containerRules(args: ContainerRules = {}): RuleGroup {
  const { pace = PACES.steady, window = "10m", restarts = 2, memory = 0.9, throttled = 0.25 } = args;
  const rate = (metric: string): string => `rate(container_cpu_cfs_${metric}_total[${pace.window}])`;
  return {
    name: "containers",
    rules: [
      {
        record: "container:memory_limit_used:ratio",
        expr: "container_memory_unreclaimable_bytes / container_spec_memory_limit_bytes",
      },
      {
        record: `container:cpu_throttled_periods:ratio_rate${pace.window}`,
        expr: `${rate("throttled_periods")} / (${rate("periods")} > 0)`,
      },
      {
        alert: "ContainerRestarting",
        // Docker's own count is lost when somebody starts the container by hand, and in a new container.
        expr: `changes(container_start_time_seconds[${window}]) > ${restarts}`,
        for: pace.downFor,
        severity: "warning",
        summary: `${CONTAINER} keeps restarting`,
        description: `${CONTAINER} started {{ $value }} times in the last ${window}; more than ${restarts} is no deployment.`,
      },
      {
        alert: "ContainerKilledForMemory",
        expr: `increase(container_oom_events_total[${window}]) > 0`,
        for: "0s",
        severity: "warning",
        summary: `${CONTAINER} went over its limit of memory`,
        description: `In the last ${window} the kernel killed a process of ${CONTAINER}. What it was doing is lost.`,
      },
      {
        alert: "ContainerMemoryHigh",
        expr: `container:memory_limit_used:ratio > ${memory}`,
        for: pace.symptomFor,
        severity: "warning",
        summary: `${CONTAINER} uses {{ $value | humanizePercentage }} of its memory`,
        description: `At its limit the kernel kills a process of ${CONTAINER}. Pages of files are not counted: those can be taken back.`,
      },
      {
        alert: "ContainerCpuThrottled",
        expr: `container:cpu_throttled_periods:ratio_rate${pace.window} > ${throttled}`,
        for: pace.symptomFor,
        // Whether that harms anybody is what the alerts on latency say.
        severity: "info",
        summary: `${CONTAINER} waits for its limit of processors`,
        description: `In {{ $value | humanizePercentage }} of the time ${CONTAINER} has used up what it may, and stands still.`,
      },
    ],
  };
}
