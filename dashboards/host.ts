import type { DashboardFile } from "../signals/signals.ts";
import { choice, dashboardFile, lines } from "./panels.ts";

const HOST = 'instance="$instance"';
const DISKS = `${HOST},fstype!~"tmpfs|ramfs|overlay|squashfs|devtmpfs|nsfs|fuse.*"`;

/** Utilisation, saturation and errors of a host: what is used up, what waits, what fails. */
export function hostDashboard(): DashboardFile {
  return dashboardFile({
    uid: "host",
    title: "Host",
    description: "Utilisation, saturation and errors of processors, memory, disks and network.",
    variables: [
      choice({
        name: "instance",
        label: "Host",
        query: "label_values(node_uname_info, instance)",
        datasource: "prometheus",
      }),
    ],
    panels: [
      lines({
        title: "Processors",
        description: "Share of all processors that works. Near 100% for long, everything gets slower.",
        unit: "percentunit",
        max: 1,
        queries: [
          {
            expr: `1 - avg by (instance) (rate(node_cpu_seconds_total{${HOST},mode="idle"}[$__rate_interval]))`,
            legend: "used",
          },
        ],
      }),
      lines({
        title: "Load per processor",
        description: "Processes that run or wait, for each processor. Above 1, some wait.",
        unit: "short",
        queries: [1, 5, 15].map((minutes) => ({
          expr: `node_load${minutes}{${HOST}} / on (instance) count by (instance) (node_cpu_seconds_total{${HOST},mode="idle"})`,
          legend: `${minutes} min`,
        })),
      }),
      lines({
        title: "Memory",
        description: "Used by programs, and what they could still get. HostMemoryLow fires below 10% available.",
        unit: "bytes",
        stacked: true,
        queries: [
          { expr: `node_memory_MemTotal_bytes{${HOST}} - node_memory_MemAvailable_bytes{${HOST}}`, legend: "used" },
          { expr: `node_memory_MemAvailable_bytes{${HOST}}`, legend: "available" },
        ],
      }),
      lines({
        title: "Memory pressure",
        description: "Pages a second that are read from disk because they were thrown out. Many: memory is short.",
        unit: "short",
        queries: [{ expr: `rate(node_vmstat_pgmajfault{${HOST}}[$__rate_interval])`, legend: "major faults" }],
      }),
      lines({
        title: "Disk space",
        description: "Share of each disk that is used. HostDiskLow fires above 85%.",
        unit: "percentunit",
        max: 1,
        queries: [
          {
            expr: `max by (device) (1 - node_filesystem_avail_bytes{${DISKS}} / (node_filesystem_size_bytes{${DISKS}} > 0))`,
            legend: "{{device}}",
          },
        ],
      }),
      lines({
        title: "Disk time",
        description: "Share of the time in which a disk is busy. Near 100%, what reads or writes waits.",
        unit: "percentunit",
        queries: [
          {
            expr: `rate(node_disk_io_time_seconds_total{${HOST}}[$__rate_interval])`,
            legend: "{{device}}",
          },
        ],
      }),
      lines({
        title: "Network",
        description: "Bytes a second, in and out.",
        unit: "Bps",
        queries: [
          {
            expr: `rate(node_network_receive_bytes_total{${HOST},device!="lo"}[$__rate_interval])`,
            legend: "{{device}} in",
          },
          {
            expr: `rate(node_network_transmit_bytes_total{${HOST},device!="lo"}[$__rate_interval])`,
            legend: "{{device}} out",
          },
        ],
      }),
      lines({
        title: "Network errors",
        description: "Packets a second that were damaged or thrown away. Anything above 0 for long is worth a look.",
        unit: "pps",
        queries: [
          {
            expr: `sum by (device) (rate(node_network_receive_errs_total{${HOST}}[$__rate_interval]) + rate(node_network_receive_drop_total{${HOST}}[$__rate_interval]))`,
            legend: "{{device}} in",
          },
          {
            expr: `sum by (device) (rate(node_network_transmit_errs_total{${HOST}}[$__rate_interval]) + rate(node_network_transmit_drop_total{${HOST}}[$__rate_interval]))`,
            legend: "{{device}} out",
          },
        ],
      }),
    ],
  });
}
