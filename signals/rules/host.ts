import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link hostRules} watches and where it alerts. */
export interface HostRules {
  /** The `job` label of node_exporter. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
  /** Share of the memory that must be available, from 0 to 1. @default 0.1 */
  readonly memoryAvailable?: number;
  /** Share of each file system that must be available, from 0 to 1. Loki refuses logs below 0.1. @default 0.15 */
  readonly diskAvailable?: number;
}

// File systems in memory and layers of images: their free space is somebody else's.
const FILE_SYSTEMS = 'fstype!~"tmpfs|ramfs|overlay|squashfs|devtmpfs|nsfs|fuse.*"';

/** Memory and disks of a host, from node_exporter. A number that no series has (an old kernel) alerts nobody. */
export function hostRules(args: HostRules): RuleGroup {
  const { job, pace = PACES.steady, memoryAvailable = 0.1, diskAvailable = 0.15 } = args;
  const selector = `job="${job}"`;
  const disk = `{${selector},${FILE_SYSTEMS}}`;
  return {
    name: `${job}.host`,
    rules: [
      {
        record: "instance:node_memory_available:ratio",
        expr: `node_memory_MemAvailable_bytes{${selector}} / node_memory_MemTotal_bytes{${selector}}`,
      },
      {
        record: "instance_device:node_filesystem_available:ratio",
        // One file system is mounted in many places; it is one disk that fills.
        expr: `min by (job, instance, device) (node_filesystem_avail_bytes${disk} / (node_filesystem_size_bytes${disk} > 0))`,
      },
      {
        alert: "HostMemoryLow",
        expr: `instance:node_memory_available:ratio{${selector}} < ${memoryAvailable}`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "{{ $labels.instance }} has {{ $value | humanizePercentage }} of its memory left",
        description: "When it is used up, the kernel ends a process of its own choice.",
      },
      {
        alert: "HostDiskLow",
        expr: `instance_device:node_filesystem_available:ratio{${selector}} < ${diskAvailable}`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "{{ $labels.device }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} left",
        description: "When it is full, databases stop and Prometheus loses samples; Loki refuses logs below 10%.",
      },
      {
        // At a container's own limit too. Which one it was is often not to be seen there: it starts again at once.
        alert: "HostProcessKilledForMemory",
        expr: `increase(node_vmstat_oom_kill{${selector}}[10m]) > 0`,
        for: "0s",
        severity: "warning",
        summary: "The kernel of {{ $labels.instance }} killed a process for memory",
        description:
          "In the last 10m a container went over its limit, or the host had no memory left. What the process was doing is lost.",
      },
    ],
  };
}
