import type { DashboardFile } from "../signals/signals.ts";
import { choice, dashboardFile, lines } from "./panels.ts";

const SELECTED = '{service=~"$service"}';
const legend = "{{container_name}}";

/** A container's own number, which needs no sum: the labels of who tells it are left out. */
const each = (expr: string): string => `max by (container_name) (${expr})`;

const rate = (metric: string): string => `rate(container_${metric}${SELECTED}[$__rate_interval])`;

/** What each container uses of its host, and how near it is to what it may. */
export function containersDashboard(): DashboardFile {
  return dashboardFile({
    uid: "containers",
    title: "Containers",
    description: "Processors, memory, network and starts of every container of the stack.",
    variables: [
      choice({
        name: "service",
        label: "Service",
        query: "label_values(container_running, service)",
        datasource: "prometheus",
        all: true,
      }),
    ],
    panels: [
      lines({
        title: "Processors",
        description: "Processors that each container keeps busy. All together can't have more than the host has.",
        unit: "short",
        queries: [{ expr: each(rate("cpu_usage_seconds_total")), legend }],
      }),
      lines({
        title: "Waiting for processors",
        description: "Share of the time in which a container has used up its limit of processors. 0 without a limit.",
        unit: "percentunit",
        queries: [{ expr: each(rate("cpu_cfs_throttled_seconds_total")), legend }],
      }),
      lines({
        title: "Memory, of its limit",
        description: "Share of its limit that can't be taken back. ContainerMemoryHigh fires above 90%.",
        unit: "percentunit",
        max: 1,
        queries: [
          {
            expr: each(`container_memory_unreclaimable_bytes${SELECTED} / container_spec_memory_limit_bytes`),
            legend,
          },
        ],
      }),
      lines({
        title: "Memory",
        description: "Memory of each container with the files that it reads again and again.",
        unit: "bytes",
        queries: [{ expr: each(`container_memory_working_set_bytes${SELECTED}`), legend }],
      }),
      lines({
        title: "Network",
        description: "Bytes a second, in and out, of all networks that a container is in.",
        unit: "Bps",
        queries: [
          {
            expr: `sum by (container_name) (${rate("network_receive_bytes_total")})`,
            legend: `${legend} in`,
          },
          {
            expr: `sum by (container_name) (${rate("network_transmit_bytes_total")})`,
            legend: `${legend} out`,
          },
        ],
      }),
      lines({
        title: "Starts in an hour",
        description: "How often a container was started again in the last hour, by a deployment, by hand or by Docker.",
        unit: "short",
        queries: [{ expr: each(`changes(container_start_time_seconds${SELECTED}[1h])`), legend }],
      }),
    ],
  });
}
