import type { DashboardFile, Watched } from "../signals/signals.ts";
import { choice, dashboardFile, type Row } from "./dashboard-file.ts";
import { lines } from "./panels.ts";
import { limitsOf } from "./watched.ts";

const HOST = 'instance="$instance"';
// File systems in memory and layers of images: their free space is somebody else's.
const DISKS = `${HOST},fstype!~"tmpfs|ramfs|overlay|squashfs|devtmpfs|nsfs|fuse.*"`;

const rate = (metric: string, more = ""): string => `rate(node_${metric}{${HOST}${more}}[$__rate_interval])`;
const both = (title: string, metric: string, by: string) =>
  ["receive", "transmit"].map((way) => ({
    expr: `sum by (${by}) (${rate(`network_${way}_${metric}_total`, ',device!="lo"')})`,
    legend: `{{device}} ${title} ${way === "receive" ? "in" : "out"}`.replace("  ", " "),
  }));

/** Utilisation, saturation and errors of a host: what is used up, what waits, what fails. */
export function hostDashboard(watched: Watched): DashboardFile {
  return dashboardFile({
    uid: "host",
    title: "Host",
    description: "Utilisation, saturation and errors of processors, memory, disks and network.",
    variables: [choice({ name: "instance", label: "Host", query: "label_values(node_uname_info, instance)" })],
    panels: [processorsAndMemory(watched), disks(watched), networkAndLimits(watched)],
  });
}

/** How busy the processors are, and whether the memory suffices. */
function processorsAndMemory(watched: Watched): Row {
  return {
    row: "Processors and memory",
    panels: [
      lines({
        title: "Processors",
        description: "Share of all processors that works. Near 100% for long, everything gets slower.",
        unit: "percentunit",
        max: 1,
        marks: limitsOf(watched, "HostCpuSaturated"),
        queries: [{ expr: `1 - avg by (instance) (${rate("cpu_seconds_total", ',mode="idle"')})`, legend: "used" }],
      }),
      lines({
        title: "Load per processor",
        description: "Processes that run or wait, for each processor. Above 1, some wait.",
        unit: "short",
        queries: [1, 5, 15].map((minutes) => ({
          expr: `node_load${minutes}{${HOST}} / on (instance) count by (instance) (${rate("cpu_seconds_total", ',mode="idle"')})`,
          legend: `${minutes} min`,
        })),
      }),
      lines({
        title: "Memory available",
        description: "Share of the memory that programs can still get. Without any, the kernel ends one of them.",
        unit: "percentunit",
        max: 1,
        marks: limitsOf(watched, "HostMemoryLow"),
        queries: [{ expr: `instance:node_memory_available:ratio{${HOST}}`, legend: "available" }],
      }),
      lines({
        title: "Memory",
        description: "Used by programs, and what they could still get.",
        unit: "bytes",
        stacked: true,
        queries: [
          { expr: `node_memory_MemTotal_bytes{${HOST}} - node_memory_MemAvailable_bytes{${HOST}}`, legend: "used" },
          { expr: `node_memory_MemAvailable_bytes{${HOST}}`, legend: "available" },
        ],
      }),
      lines({
        title: "Stands still for want of memory",
        description:
          "Share of the time in which all its processes wait for memory. Empty where the kernel does not say.",
        unit: "percentunit",
        marks: limitsOf(watched, "HostMemoryPressure"),
        queries: [{ expr: rate("pressure_memory_stalled_seconds_total"), legend: "memory" }],
      }),
      lines({
        title: "Pages read again",
        description: "Pages a second that are read from disk because they were thrown out. Many: memory is short.",
        unit: "ops",
        queries: [{ expr: rate("vmstat_pgmajfault"), legend: "major faults" }],
      }),
    ],
  };
}

/** Space on the disks, and who waits for them. */
function disks(watched: Watched): Row {
  return {
    row: "Disks",
    panels: [
      lines({
        title: "Disk space available",
        description: "Share of each disk that is free. When it is full, databases stop and samples are lost.",
        unit: "percentunit",
        max: 1,
        marks: limitsOf(watched, "HostDiskLow"),
        queries: [
          {
            expr: `min by (device) (instance_device:node_filesystem_available:ratio{${HOST}})`,
            legend: "{{device}}",
          },
        ],
      }),
      lines({
        title: "Inodes available",
        description: "Share of the files that each disk can still take. Without any, no file can be made.",
        unit: "percentunit",
        max: 1,
        marks: limitsOf(watched, "HostInodesLow"),
        queries: [
          {
            expr: `min by (device) (node_filesystem_files_free{${DISKS}} / (node_filesystem_files{${DISKS}} > 0))`,
            legend: "{{device}}",
          },
        ],
      }),
      lines({
        title: "Disk time",
        description: "Share of the time in which a disk is busy. Near 100%, what reads or writes waits.",
        unit: "percentunit",
        queries: [{ expr: rate("disk_io_time_seconds_total"), legend: "{{device}}" }],
      }),
      lines({
        title: "Stands still for its disks",
        description:
          "Share of the time in which all its processes wait for disks. Empty where the kernel does not say.",
        unit: "percentunit",
        marks: limitsOf(watched, "HostDiskPressure"),
        queries: [{ expr: rate("pressure_io_stalled_seconds_total"), legend: "disks" }],
      }),
    ],
  };
}

/** The network, and what the kernel has limits for. */
function networkAndLimits(watched: Watched): Row {
  return {
    row: "Network and limits",
    panels: [
      lines({
        title: "Network",
        description: "Bytes a second, in and out.",
        unit: "Bps",
        queries: both("", "bytes", "device"),
      }),
      lines({
        title: "Network errors",
        description: "Packets a second that were damaged or thrown away. Anything above 0 for long is worth a look.",
        unit: "pps",
        queries: [...both("damaged", "errs", "device"), ...both("dropped", "drop", "device")],
      }),
      lines({
        title: "Files open",
        description: "Share of the files that the host may have open. At the limit no process opens a connection.",
        unit: "percentunit",
        marks: limitsOf(watched, "HostFilesNearLimit"),
        queries: [{ expr: `node_filefd_allocated{${HOST}} / node_filefd_maximum{${HOST}}`, legend: "open" }],
      }),
      lines({
        title: "Clock",
        description: "How far the clock is off. Logs and traces of several hosts no longer fit together then.",
        unit: "s",
        marks: limitsOf(watched, "HostClockSkewed"),
        queries: [{ expr: `abs(node_timex_offset_seconds{${HOST}})`, legend: "off by" }],
      }),
      lines({
        title: "Killed for memory",
        description: "Processes a second that the kernel killed, in a container at its limit or for the host's sake.",
        unit: "ops",
        width: 24,
        queries: [{ expr: rate("vmstat_oom_kill"), legend: "killed" }],
      }),
    ],
  };
}
