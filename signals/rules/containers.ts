import type { Duration } from "../../services/units.ts";
import { alertsAt, type OwnedServices, ownerBy, type PackArgs, rulePack } from "../pack.ts";
import { PACES, type RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on the containers fire. */
export const CONTAINER_THRESHOLDS = {
  ContainerRestarting: { unit: "count", fires: "above", warning: 2 },
  ContainerKilledForMemory: { unit: "count", fires: "above", warning: 0 },
  ContainerMemoryHigh: { unit: "ratio", fires: "above", warning: 0.9 },
  ContainerProcessesHigh: { unit: "ratio", fires: "above", warning: 0.9 },
  ContainerCpuThrottled: { unit: "ratio", fires: "above", info: 0.25 },
} as const satisfies ThresholdTable;

/** Where {@link containerRules} alerts. */
export interface ContainerRules extends PackArgs<typeof CONTAINER_THRESHOLDS>, OwnedServices {
  /** Time in which restarts and kills are counted. @default - that of the pace: 10m, or 1m */
  readonly window?: Duration;
}

const CONTAINER = "{{ $labels.container_name }}";

/**
 * The containers of a stack: do they keep starting again, do they come near their limits. The numbers are those of
 * `ContainerMetrics`, which has each container whatever runs in it; without it these are silent.
 */
export function containerRules(args: ContainerRules = {}): RuleGroup {
  const { pace = PACES.steady, owner, owners = {}, thresholds } = args;
  const { window = pace.events } = args;
  const rate = (metric: string): string => `rate(container_cpu_cfs_${metric}_total[${pace.window}])`;
  const at = alertsAt("the containers", CONTAINER_THRESHOLDS, thresholds);
  const dashboard = { uid: "containers", variables: { service: "{{ $labels.service }}" } } as const;
  return rulePack({ name: "containers", owner: ownerBy("service", owners, owner), dashboard }, [
    {
      record: "container:memory_limit_used:ratio",
      expr: "container_memory_unreclaimable_bytes / container_spec_memory_limit_bytes",
    },
    { record: "container:processes_limit_used:ratio", expr: "container_threads / container_threads_max" },
    {
      record: `container:cpu_throttled_periods:ratio_rate${pace.window}`,
      expr: `${rate("throttled_periods")} / (${rate("periods")} > 0)`,
    },
    ...at("ContainerRestarting", ({ value, text }) => ({
      // Docker's own count is lost when somebody starts the container by hand, and in a new container.
      expr: `changes(container_start_time_seconds[${window}]) > ${value}`,
      for: pace.downFor,
      kind: "cause",
      drill: { fault: { kind: "visitor", does: "restarts" }, takes: "30s", within: "0s" },
      summary: `${CONTAINER} keeps restarting: {{ $value }} times`,
      description: `It did so in the last ${window}; more than ${text} is no deployment.`,
    })),
    ...at("ContainerKilledForMemory", ({ value }) => ({
      expr: `increase(container_oom_events_total[${window}]) > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { fault: { kind: "visitor", does: "exceeds-memory" }, takes: "15s", within: "0s" },
      summary: `${CONTAINER} went {{ $value | printf "%.0f" }} times over its limit of memory`,
      description: `In the last ${window} the kernel killed a process of ${CONTAINER}. What it was doing is lost.`,
    })),
    ...at("ContainerMemoryHigh", ({ value }) => ({
      expr: `container:memory_limit_used:ratio > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: { fault: { kind: "visitor", does: "fills-memory" }, takes: "5s" },
      summary: `${CONTAINER} uses {{ $value | humanizePercentage }} of its memory`,
      description: `At its limit the kernel kills a process of ${CONTAINER}. Pages of files are not counted: those can be taken back.`,
    })),
    ...at("ContainerProcessesHigh", ({ value }) => ({
      expr: `container:processes_limit_used:ratio > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: { fault: { kind: "visitor", does: "starts-processes" }, takes: "5s" },
      summary: `${CONTAINER} has {{ $value | humanizePercentage }} of the processes that it may have`,
      description: `At its limit ${CONTAINER} can start no process and no thread: what needs one fails there.`,
    })),
    ...at("ContainerCpuThrottled", ({ value }) => ({
      expr: `container:cpu_throttled_periods:ratio_rate${pace.window} > ${value}`,
      for: pace.symptomFor,
      // Whether that harms anybody is what the alerts on latency say.
      kind: "cause",
      drill: { fault: { kind: "visitor", does: "burns-processor" }, takes: "15s" },
      summary: `${CONTAINER} waits {{ $value | humanizePercentage }} of the time for its limit of processors`,
      description: "In that share of the periods it has used up what it may, and stands still.",
    })),
  ]);
}
