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
  const { window } = pace;
  const pressure = (kind: string): string =>
    `rate(node_pressure_${kind}_stalled_seconds_total{${selector}}[${window}])`;
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
        alert: "HostDiskFullIn4Days",
        // Three hours of the past are the least: the first minutes of a host, or one build of an image, tell nothing.
        expr:
          `instance_device:node_filesystem_available:ratio{${selector}} < 0.4 and min by (job, instance, device) ` +
          `(predict_linear(node_filesystem_avail_bytes${disk}[6h], 4 * 86400) < 0 and node_filesystem_avail_bytes${disk} offset 3h > 0)`,
        for: "1h",
        severity: "warning",
        summary:
          "{{ $labels.device }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} left, and none in four days",
        description: "At the pace of the last six hours nothing is left by then. There is time to find what grows.",
      },
      {
        alert: "HostInodesLow",
        expr: `min by (job, instance, device) (node_filesystem_files_free${disk} / (node_filesystem_files${disk} > 0)) < 0.1`,
        for: pace.symptomFor,
        severity: "warning",
        summary:
          "{{ $labels.device }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} of its inodes left",
        description: "When they are used up no file can be made, however much space is free.",
      },
      {
        alert: "HostCpuSaturated",
        expr: `1 - avg by (job, instance) (rate(node_cpu_seconds_total{${selector},mode="idle"}[${window}])) > 0.9`,
        // A build or a backup may take all there is for a while.
        for: "15m",
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "The processors of {{ $labels.instance }} are busy for {{ $value | humanizePercentage }} of the time",
        description: "For 15 minutes nearly nothing is left: everything on the host waits.",
      },
      {
        alert: "HostMemoryPressure",
        expr: `${pressure("memory")} > 0.1`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary:
          "{{ $labels.instance }} stands still for {{ $value | humanizePercentage }} of the time, for want of memory",
        description: "All its processes wait while the kernel looks for pages to take back.",
      },
      {
        alert: "HostDiskPressure",
        expr: `${pressure("io")} > 0.5`,
        for: "15m",
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $labels.instance }} stands still for {{ $value | humanizePercentage }} of the time, for its disks",
        description: "All its processes wait for reads and writes.",
      },
      {
        alert: "HostFilesNearLimit",
        expr: `node_filefd_allocated{${selector}} / node_filefd_maximum{${selector}} > 0.8`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the files that {{ $labels.instance }} may have open are",
        description: "At the limit no process opens a file or a connection.",
      },
      {
        alert: "HostClockSkewed",
        expr: `abs(node_timex_offset_seconds{${selector}}) > 0.05`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "The clock of {{ $labels.instance }} is off by {{ $value | humanizeDuration }}",
        description:
          "Logs and traces of several hosts no longer fit together, and sign-ins with short-lived codes fail.",
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
