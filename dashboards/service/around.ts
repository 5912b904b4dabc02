import type { Duration } from "../../services/units.ts";
import type { Row } from "../dashboard-file.ts";
import { logCounts, logLines } from "../log-panels.ts";
import { lines, list } from "../panels.ts";
import { quantileOf } from "../promql.ts";
import { budgetLeftOf, burnRateOf } from "../slo.ts";
import { hasGroup, jobsOf, limitsOf } from "../watched.ts";
import type { ServiceContext } from "./context.ts";

/** How much of its error budget is left, where it owes its users something. */
export function objectivesRow({ watched, service, job }: ServiceContext): readonly Row[] {
  if (watched.objectives[service] === undefined) return [];
  const { burnRates, period } = watched.pace.slo;
  const fastest = burnRates.reduce((a, b) => (b.factor > a.factor ? b : a));
  const burn = (window: Duration): string => burnRateOf(window, `{${job}}`);
  return [
    {
      row: "Objectives",
      panels: [
        lines({
          title: "Error budget left",
          description: `1 is all of the budget of ${period}; below 0 the objective is missed.`,
          unit: "percentunit",
          signed: true,
          marks: [{ value: 0, means: "objective", fires: "below" }],
          queries: [{ expr: budgetLeftOf(`{${job}}`), legend: "{{slo}}" }],
        }),
        lines({
          title: "Burn rate",
          description: `How many times too fast the budget goes. Above ${fastest.factor} over ${fastest.long} and ${fastest.short} somebody is paged.`,
          unit: "short",
          marks: [{ value: fastest.factor, means: fastest.severity }],
          queries: [
            { expr: burn(fastest.long), legend: `{{slo}}, ${fastest.long}` },
            { expr: burn(fastest.short), legend: `{{slo}}, ${fastest.short}` },
          ],
        }),
      ],
    },
  ];
}

/** What it uses: whether that has alerts, and how it gets on with its database. */
export function usesRow(context: ServiceContext): Row {
  const { watched, service, uses, job } = context;
  const names = [service, ...uses];
  const none = names.map((name) => `label_replace(vector(0), "service", "${name}", "", "")`).join(" or ");
  const stores = jobsOf(watched, "postgres").some((name) => uses.includes(name));
  const alerts = lines({
    title: uses.length === 0 ? "Alerts" : "Alerts, and those of what it uses",
    description: "Alerts that fire. What a service uses comes first: when that is away, its own are a consequence.",
    unit: "short",
    width: stores ? 12 : 24,
    queries: [
      {
        expr: `count by (service) (ALERTS{alertstate="firing",service=~"${names.join("|")}",severity!="none"}) or ${none}`,
        legend: "{{service}}",
      },
    ],
  });
  if (!stores) return { row: "What it uses", panels: [alerts] };
  return {
    row: "What it uses",
    panels: [
      alerts,
      lines({
        title: "Queries, p95",
        description: "Which query to the database is slow: one of 20 takes longer.",
        unit: "s",
        queries: [
          {
            expr: quantileOf(0.95, "db_query_duration_seconds", job, "query"),
            legend: "{{query}}",
          },
        ],
      }),
      lines({
        title: "Connections to the database",
        description: "Connections of its pools, and the most that they may open. When all are in use, requests wait.",
        unit: "short",
        queries: [
          { expr: `sum by (state) (db_pool_connections{${job}})`, legend: "{{state}}" },
          { expr: `sum by (job) (db_pool_connections_max{${job}})`, legend: "the most" },
        ],
      }),
      lines({
        title: "Waiting for a connection",
        description: "Requests that wait for a connection to the database. Above 0 for long, the pool is too small.",
        unit: "short",
        marks: limitsOf(watched, "DatabasePoolExhausted", service),
        queries: [{ expr: `max by (job) (db_pool_pending_requests{${job}})`, legend: "waiting" }],
      }),
    ],
  };
}

/** Its containers: what they use, and which version they run. */
export function containersRow({ watched, service }: ServiceContext): readonly Row[] {
  if (!hasGroup(watched, "containers")) return [];
  const selector = `{service="${service}"}`;
  const legend = "{{container_name}}";
  return [
    {
      row: "Containers",
      panels: [
        lines({
          title: "Memory, of its limit",
          description: "Share of its limit that can't be taken back. At 100% the kernel ends a process.",
          unit: "percentunit",
          max: 1,
          marks: limitsOf(watched, "ContainerMemoryHigh"),
          queries: [{ expr: `max by (container_name) (container:memory_limit_used:ratio${selector})`, legend }],
        }),
        lines({
          title: "Processors",
          description: "Processors that each container keeps busy.",
          unit: "short",
          queries: [
            {
              expr: `max by (container_name) (rate(container_cpu_usage_seconds_total${selector}[$__rate_interval]))`,
              legend,
            },
          ],
        }),
        list({
          title: "Versions",
          description: "Which version each container runs, and since when it has been there.",
          unit: "dateTimeFromNow",
          width: 24,
          hidden: ["instance", "job", "service"],
          expr: `1000 * container_created_time_seconds${selector}`,
        }),
      ],
    },
  ];
}

/** What it says. */
export function logsRow({ watched, service }: ServiceContext): readonly Row[] {
  if (!hasGroup(watched, "logs")) return [];
  const store = watched.logStore;
  return [
    {
      row: "Logs",
      panels: [
        logCounts({
          title: "Log lines by level",
          description: "Lines written in each interval, by the level that the service gave them.",
          width: 24,
          store,
          stacked: true,
          counts: [{ counted: { of: { service } }, by: "level", legend: "{{level}}" }],
        }),
        logLines({
          title: "Lines",
          description: "What the service says, the newest first. A line's details have its request_id and trace_id.",
          store,
          shown: { of: { service } },
        }),
      ],
    },
  ];
}
