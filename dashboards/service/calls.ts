import type { Row } from "../dashboard-file.ts";
import { lines } from "../panels.ts";
import { quantileOf, rateOf } from "../promql.ts";
import { jobsOf } from "../watched.ts";
import type { ServiceContext } from "./context.ts";

/** What the service asks of others, where it does so by the client in `services/calls`. */
export function callsRow({ watched, service, job }: ServiceContext): readonly Row[] {
  if (!jobsOf(watched, "calls").includes(service)) return [];
  const rate = (metric: string, by: string): string => rateOf(`${metric}{${job}}`, by);
  const most = (metric: string, by: string): string => `max by (${by}) (${metric}{${job}})`;
  return [
    {
      row: "Calls of other services",
      panels: [
        lines({
          title: "Calls by how they ended",
          description:
            "Requests a second, each with all its tries. open: not asked, as it keeps failing; overloaded: too much is under way.",
          unit: "reqps",
          queries: [{ expr: rate("service_calls_total", "callee, outcome"), legend: "{{callee}} {{outcome}}" }],
        }),
        lines({
          title: "Duration of calls, p95",
          description: "One of 20 calls takes longer, with all its tries and the wait for its turn.",
          unit: "s",
          queries: [{ expr: quantileOf(0.95, "service_call_duration_seconds", job, "callee"), legend: "{{callee}}" }],
        }),
        lines({
          title: "Tries by how they ended",
          description: "Tries a second to ask a replica: a call may have several.",
          unit: "reqps",
          queries: [{ expr: rate("service_call_tries_total", "callee, outcome"), legend: "{{callee}} {{outcome}}" }],
        }),
        lines({
          title: "Retries",
          description:
            "Tries a second after the first one, by why, and those that were not made as the budget was used up.",
          unit: "reqps",
          queries: [
            { expr: rate("service_call_retries_total", "callee, reason"), legend: "{{callee}} {{reason}}" },
            {
              expr: rate("service_call_retry_budget_exhausted_total", "callee"),
              legend: "{{callee}} not made",
            },
          ],
        }),
        lines({
          title: "Not asked",
          description: "1 while a whole service, or one of its replicas, is not asked as it keeps failing.",
          unit: "bool_yes_no",
          max: 1,
          queries: [
            { expr: most("service_call_breaker_open", "callee"), legend: "{{callee}}" },
            { expr: most("service_call_replica_ejected", "callee, replica"), legend: "{{replica}}" },
          ],
        }),
        lines({
          title: "Calls under way",
          description: "Calls that are under way, that wait for their turn, and replicas that were left out, a second.",
          unit: "short",
          queries: [
            { expr: `sum by (callee) (service_calls_in_flight{${job}})`, legend: "{{callee}} under way" },
            { expr: `sum by (callee) (service_calls_waiting{${job}})`, legend: "{{callee}} waiting" },
            { expr: rate("service_call_ejections_total", "callee"), legend: "{{callee}} left out" },
          ],
        }),
      ],
    },
  ];
}
