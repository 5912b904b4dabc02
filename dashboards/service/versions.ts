import type { Row } from "../dashboard-file.ts";
import { lines } from "../panels.ts";
import { quantileOf, rateOf, shareOf } from "../promql.ts";
import { limitsOf } from "../watched.ts";
import type { ServiceContext } from "./context.ts";

const REQUESTS = "http_request_duration_seconds";

/** Whether a service has a candidate beside it. */
export function hasRollout({ watched, service }: Pick<ServiceContext, "watched" | "service">): boolean {
  return watched.scrapeJobs.find(({ job }) => job === service)?.candidates !== undefined;
}

/** Both versions of a rollout, side by side; nothing where there is none. */
export function versionsRow({ watched, service, job }: ServiceContext): readonly Row[] {
  if (!hasRollout({ watched, service })) return [];
  const rate = (more = ""): string => rateOf(`${REQUESTS}_count{${job}${more}}`, "version");
  const legend = "{{version}}";
  return [
    {
      row: "Rollout",
      panels: [
        lines({
          title: "Requests by version",
          description: "Requests a second that the stable version and the candidate answer, also those past the edge.",
          unit: "reqps",
          queries: [{ expr: rate(), legend }],
        }),
        lines({
          title: "Failed requests by version",
          description: "Share of the answers of each version with a 5xx status.",
          unit: "percentunit",
          marks: limitsOf(watched, "HttpHighErrorRatio", service),
          queries: [{ expr: shareOf(rate(',status=~"5.."'), rate()), legend }],
        }),
        lines({
          title: "Duration by version, p95",
          description: "One of 20 requests to each version takes longer.",
          unit: "s",
          marks: limitsOf(watched, "HttpSlowP95", service),
          queries: [{ expr: quantileOf(0.95, REQUESTS, job, "version"), legend }],
        }),
      ],
    },
  ];
}
