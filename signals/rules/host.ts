import type { Fault } from "../faults/index.ts";
import { type JobAlerts, type JobPackArgs, jobAlerts, type PackRule, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on the host fire. */
export const HOST_THRESHOLDS = {
  HostMemoryLow: { unit: "ratio", fires: "below", warning: 0.1 },
  HostDiskLow: { unit: "ratio", fires: "below", warning: 0.15 },
  HostInodesLow: { unit: "ratio", fires: "below", warning: 0.1 },
  HostCpuSaturated: { unit: "ratio", fires: "above", warning: 0.9 },
  HostMemoryPressure: { unit: "ratio", fires: "above", warning: 0.1 },
  HostDiskPressure: { unit: "ratio", fires: "above", warning: 0.5 },
  HostFilesNearLimit: { unit: "ratio", fires: "above", warning: 0.8 },
  HostClockSkewed: { unit: "seconds", fires: "above", warning: 0.05 },
  HostProcessKilledForMemory: { unit: "count", fires: "above", warning: 0 },
} as const satisfies ThresholdTable;

/** What {@link hostRules} watches. */
export interface HostRules extends JobPackArgs<typeof HOST_THRESHOLDS> {
  /** The `job` label of node_exporter. */
  readonly job: string;
}

// File systems in memory and layers of images: their free space is somebody else's.
const FILE_SYSTEMS = 'fstype!~"tmpfs|ramfs|overlay|squashfs|devtmpfs|nsfs|fuse.*"';

// In memory, on disk and in time: what would harm the machine that it is drilled on.
const wornOut = (job: string): Fault => ({
  kind: "stand-in",
  job,
  says: [
    { series: "node_memory_MemAvailable_bytes", value: 1e8 },
    { series: "node_memory_MemTotal_bytes", value: 8e9 },
    { series: `node_filesystem_avail_bytes{${DISK}}`, value: 1e9 },
    { series: `node_filesystem_size_bytes{${DISK}}`, value: 1e11 },
    { series: `node_filesystem_files_free{${DISK}}`, value: 100 },
    { series: `node_filesystem_files{${DISK}}`, value: 1e6 },
    { series: "node_pressure_memory_stalled_seconds_total", perSecond: 0.5 },
    { series: "node_filefd_allocated", value: 950 },
    { series: "node_filefd_maximum", value: 1000 },
    { series: "node_timex_offset_seconds", value: 2 },
  ],
});

const DISK = 'device="/dev/drill",fstype="ext4",mountpoint="/drill"';

/** Memory and disks of a host, from node_exporter. A number that no series has (an old kernel) alerts nobody. */
export function hostRules(args: HostRules): RuleGroup {
  const { job, owner } = args;
  const told = jobAlerts(HOST_THRESHOLDS, args);
  return rulePack(
    { job, pack: "host", owner, dashboard: { uid: "host", variables: { instance: "{{ $labels.instance }}" } } },
    [...shares(told), ...room(told), ...saturation(told), ...kernel(told)],
  );
}

type Told = JobAlerts<typeof HOST_THRESHOLDS>;

/** Selector of the series of its disks. */
const disksOf = ({ job }: Told): string => `{job="${job}",${FILE_SYSTEMS}}`;

/** What is left of its memory and of each disk, as panels and alerts read it. */
function shares(told: Told): readonly PackRule[] {
  const { selector } = told;
  const disk = disksOf(told);
  return [
    {
      record: "instance:node_memory_available:ratio",
      expr: `node_memory_MemAvailable_bytes${selector} / node_memory_MemTotal_bytes${selector}`,
    },
    {
      record: "instance_device:node_filesystem_available:ratio",
      // One file system is mounted in many places; it is one disk that fills.
      expr: `min by (job, instance, device) (node_filesystem_avail_bytes${disk} / (node_filesystem_size_bytes${disk} > 0))`,
    },
  ];
}

/** What runs out: memory, disks and their inodes. */
function room(told: Told): readonly PackRule[] {
  const { job, selector, pace, at } = told;
  const disk = disksOf(told);
  return [
    ...at("HostMemoryLow", ({ value }) => ({
      expr: `instance:node_memory_available:ratio${selector} < ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: { fault: wornOut(job) },
      summary: "{{ $labels.instance }} has {{ $value | humanizePercentage }} of its memory left",
      description: "When it is used up, the kernel ends a process of its own choice.",
    })),
    ...at("HostDiskLow", ({ value }) => ({
      expr: `instance_device:node_filesystem_available:ratio${selector} < ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: { fault: wornOut(job) },
      summary: "{{ $labels.device }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} left",
      description: "When it is full, databases stop and Prometheus loses samples; Loki refuses logs below 10%.",
    })),
    {
      alert: "HostDiskFullIn4Days",
      // Three hours of the past are the least: the first minutes of a host, or one build of an image, tell nothing.
      expr:
        `instance_device:node_filesystem_available:ratio${selector} < 0.4 and min by (job, instance, device) ` +
        `(predict_linear(node_filesystem_avail_bytes${disk}[6h], 4 * 86400) < 0 and node_filesystem_avail_bytes${disk} offset 3h > 0)`,
      for: "1h",
      severity: "warning",
      kind: "cause",
      drill: { undrillable: "It looks at six hours of a disk that fills, of which at least three must have passed." },
      summary:
        "{{ $labels.device }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} left, and none in four days",
      description: "At the pace of the last six hours nothing is left by then. There is time to find what grows.",
    },
    ...at("HostInodesLow", ({ value }) => ({
      expr: `min by (job, instance, device) (node_filesystem_files_free${disk} / (node_filesystem_files${disk} > 0)) < ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: { fault: wornOut(job) },
      summary:
        "{{ $labels.device }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} of its inodes left",
      description: "When they are used up no file can be made, however much space is free.",
    })),
  ];
}

/** What everything waits for: processors, memory and disks. */
function saturation({ job, selector, pace, at }: Told): readonly PackRule[] {
  const { window } = pace;
  const pressure = (kind: string): string => `rate(node_pressure_${kind}_stalled_seconds_total${selector}[${window}])`;
  return [
    ...at("HostCpuSaturated", ({ value }) => ({
      expr: `1 - avg by (job, instance) (rate(node_cpu_seconds_total{job="${job}",mode="idle"}[${window}])) > ${value}`,
      // A build or a backup may take all there is for a while.
      for: "15m",
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { undrillable: "All processors must be busy for a quarter of an hour, at every pace." },
      summary: "The processors of {{ $labels.instance }} are busy for {{ $value | humanizePercentage }} of the time",
      description: "For 15 minutes nearly nothing is left: everything on the host waits.",
    })),
    ...at("HostMemoryPressure", ({ value }) => ({
      expr: `${pressure("memory")} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: wornOut(job) },
      summary:
        "{{ $labels.instance }} stands still for {{ $value | humanizePercentage }} of the time, for want of memory",
      description: "All its processes wait while the kernel looks for pages to take back.",
    })),
    ...at("HostDiskPressure", ({ value }) => ({
      expr: `${pressure("io")} > ${value}`,
      for: "15m",
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { undrillable: "All processes must wait for the disks for a quarter of an hour, at every pace." },
      summary: "{{ $labels.instance }} stands still for {{ $value | humanizePercentage }} of the time, for its disks",
      description: "All its processes wait for reads and writes.",
    })),
  ];
}

/** What the kernel allows, keeps and ends: open files, its clock, processes without memory. */
function kernel({ job, selector, pace, at }: Told): readonly PackRule[] {
  return [
    ...at("HostFilesNearLimit", ({ value }) => ({
      expr: `node_filefd_allocated${selector} / node_filefd_maximum${selector} > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: { fault: wornOut(job) },
      summary: "{{ $value | humanizePercentage }} of the files that {{ $labels.instance }} may have open are",
      description: "At the limit no process opens a file or a connection.",
    })),
    ...at("HostClockSkewed", ({ value }) => ({
      expr: `abs(node_timex_offset_seconds${selector}) > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: wornOut(job) },
      summary: "The clock of {{ $labels.instance }} is off by {{ $value | humanizeDuration }}",
      description: "Logs and traces of several hosts no longer fit together, and sign-ins with short-lived codes fail.",
    })),
    ...at("HostProcessKilledForMemory", ({ value }) => ({
      // At a container's own limit too. Which one it was is often not to be seen there: it starts again at once.
      expr: `increase(node_vmstat_oom_kill${selector}[${pace.events}]) > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { fault: { kind: "visitor", does: "exceeds-memory" }, service: job, takes: "15s", within: "0s" },
      summary: 'The kernel of {{ $labels.instance }} killed {{ $value | printf "%.0f" }} processes for memory',
      description: `In the last ${pace.events} a container went over its limit, or the host had no memory left. What the process was doing is lost.`,
    })),
  ];
}
