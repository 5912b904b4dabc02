import type { Watched } from "../../signals/signals.ts";
import type { Row } from "../dashboard-file.ts";
import { inDays } from "../marks.ts";
import { lines } from "../panels.ts";
import { limitsOf } from "../watched.ts";

const DAY = 86_400;

/** What is asked from outside, as a user would, and the certificates that it shows. */
export function probesRow(watched: Watched): Row {
  const certificates = watched.probes.some(({ url }) => url.startsWith("https:"));
  return {
    row: "Probes",
    panels: [
      lines({
        title: "Pages that answer",
        description: "1 for each page that answers as it should when it is asked from outside.",
        unit: "bool_yes_no",
        max: 1,
        queries: [{ expr: "min by (probe) (probe_success)", legend: "{{probe}}" }],
      }),
      lines({
        title: "Duration of probes",
        description: "Time until each page has answered, as a user sees it.",
        unit: "s",
        marks: limitsOf(watched, "ProbeSlow"),
        queries: [{ expr: "max by (probe) (probe_duration_seconds)", legend: "{{probe}}" }],
      }),
      ...(certificates
        ? [
            lines({
              title: "Days until a certificate ends",
              description:
                "When it has ended, browsers turn users away. What renews it should have done so long before.",
              unit: "d",
              width: 24,
              marks: limitsOf(watched, "CertificateExpires").map(inDays),
              queries: [
                { expr: `min by (probe) (probe_ssl_earliest_cert_expiry - time()) / ${DAY}`, legend: "{{probe}}" },
              ],
            }),
          ]
        : []),
    ],
  };
}
