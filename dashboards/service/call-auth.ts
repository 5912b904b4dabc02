import type { Row } from "../dashboard-file.ts";
import { inDays } from "../marks.ts";
import { lines } from "../panels.ts";
import { jobsOf, limitsOf } from "../watched.ts";
import type { ServiceContext } from "./context.ts";

const DAY = 86_400;

/** How the service and others prove to each other who calls, where they do. */
export function callAuthRow({ watched, service, job }: ServiceContext): readonly Row[] {
  if (!jobsOf(watched, "call-auth").includes(service)) return [];
  const isCalled = limitsOf(watched, "CallsRefused", service).length > 0;
  const ends = limitsOf(watched, "CallCertificateExpires", service);
  const refused = lines({
    title: "Calls refused",
    description: "Calls of other services a minute that could not prove who calls, by why.",
    unit: "cpm",
    queries: [
      { expr: `sum by (reason) (rate(calls_refused_total{${job}}[$__rate_interval])) * 60`, legend: "{{reason}}" },
    ],
  });
  const days = lines({
    title: "Days until its certificate ends",
    description: "Of the certificate that it shows other services: of its instances, the first.",
    unit: "d",
    marks: ends.map(inDays),
    queries: [
      { expr: `(min(call_certificate_expiry_timestamp_seconds{${job}}) - time()) / ${DAY}`, legend: "certificate" },
    ],
  });
  return [{ row: "Who calls", panels: [...(isCalled ? [refused] : []), ...(ends.length > 0 ? [days] : [])] }];
}
