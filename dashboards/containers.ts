import type { DashboardFile, Watched } from "../signals/signals.ts";
import { choice, dashboardFile } from "./dashboard-file.ts";
import { lines, list, type PanelBuilder } from "./panels.ts";
import { hasGroup, limitsOf } from "./watched.ts";

const SELECTED = '{service=~"$service"}';
const legend = "{{container_name}}";

/** A container's own number, which needs no sum: the labels of who tells it are left out. */
const each = (expr: string): string => `max by (container_name) (${expr})`;

const rate = (metric: string): string => `rate(container_${metric}${SELECTED}[$__rate_interval])`;

/** What each container uses of its host, and how near it is to what it may. */
export function containersDashboard(watched: Watched): DashboardFile {
  return dashboardFile({
    uid: "containers",
    title: "Containers",
    description: "Processors, memory, network and starts of every container of the stack.",
    variables: [
      choice({
        name: "service",
        label: "Service",
        query: "label_values(container_running, service)",
        all: true,
      }),
    ],
    deploymentsOf: 'service=~"$service"',
    links: hasGroup(watched, "logs") ? [{ title: "Logs", path: `/d/logs?\${service:queryparam}` }] : [],
    panels: [
      ...processors(watched),
      ...memory(watched),
      lines({
        title: "Processes, of their limit",
        description: "Share of the processes and threads that it may have. At 100% it can start none.",
        unit: "percentunit",
        max: 1,
        marks: limitsOf(watched, "ContainerProcessesHigh"),
        queries: [{ expr: each(`container:processes_limit_used:ratio${SELECTED}`), legend }],
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
      ...starts(watched),
    ],
  });
}

/** Processors that containers use, and those that wait for some. */
function processors(watched: Watched): readonly PanelBuilder[] {
  const throttled = `container:cpu_throttled_periods:ratio_rate${watched.pace.window}${SELECTED}`;
  return [
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
      marks: limitsOf(watched, "ContainerCpuThrottled"),
      queries: [{ expr: `${each(throttled)} or 0 * ${each(`container_running${SELECTED}`)}`, legend }],
    }),
  ];
}

/** Memory that containers use, and how near they are to their limits. */
function memory(watched: Watched): readonly PanelBuilder[] {
  return [
    lines({
      title: "Memory, of its limit",
      description: "Share of its limit that can't be taken back. At 100% the kernel ends a process.",
      unit: "percentunit",
      max: 1,
      marks: limitsOf(watched, "ContainerMemoryHigh"),
      queries: [{ expr: each(`container:memory_limit_used:ratio${SELECTED}`), legend }],
    }),
    lines({
      title: "Memory",
      description: "Memory of each container with the files that it reads again and again.",
      unit: "bytes",
      queries: [{ expr: each(`container_memory_working_set_bytes${SELECTED}`), legend }],
    }),
  ];
}

/** When containers started, why they ended, and what they run. */
function starts(watched: Watched): readonly PanelBuilder[] {
  return [
    lines({
      title: "Starts in ten minutes",
      description:
        "How often a container was started again in the last ten minutes, by a deployment, by hand or by Docker.",
      unit: "short",
      queries: [{ expr: each(`changes(container_start_time_seconds${SELECTED}[10m])`), legend }],
      marks: limitsOf(watched, "ContainerRestarting"),
    }),
    lines({
      title: "Killed for memory",
      description: "Processes a second that the kernel killed since a container was at its limit.",
      unit: "ops",
      queries: [{ expr: each(rate("oom_events_total")), legend }],
    }),
    list({
      title: "Versions",
      description: "Which version each container runs, and since when it has been there.",
      unit: "dateTimeFromNow",
      hidden: ["instance", "job"],
      expr: `1000 * container_created_time_seconds${SELECTED}`,
    }),
  ];
}
