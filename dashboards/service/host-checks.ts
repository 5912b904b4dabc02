import type { Row } from "../dashboard-file.ts";
import { inDays } from "../marks.ts";
import { lines } from "../panels.ts";
import { jobsOf, limitsOf } from "../watched.ts";
import type { ServiceContext } from "./context.ts";

const DAY = 86_400;

/** The hosts that the service looks at, where it does. */
export function hostChecksRow({ watched, service, job }: ServiceContext): readonly Row[] {
  if (!jobsOf(watched, "host-checks").includes(service)) return [];
  const legend = "{{host}}:{{port}}";
  return [
    {
      row: "Hosts that it looks at",
      panels: [
        lines({
          title: "Hosts that are well",
          description: "1 for each host that was well at the last look of at least one instance.",
          unit: "bool_yes_no",
          max: 1,
          queries: [{ expr: `max by (host, port) (host_check_up{${job}})`, legend }],
        }),
        lines({
          title: "Duration of looks",
          description: "Time until each host had taken the connection, with TLS until the handshake was done.",
          unit: "s",
          queries: [{ expr: `max by (host, port) (host_check_duration_seconds{${job}})`, legend }],
        }),
        lines({
          title: "Days until a host's certificate ends",
          description: "Of the hosts that are looked at by TLS: the certificate that each showed last.",
          unit: "d",
          width: 24,
          marks: limitsOf(watched, "HostCheckCertificateExpires", service).map(inDays),
          queries: [
            {
              expr: `min by (host, port) (host_check_certificate_expiry_timestamp_seconds{${job}} - time()) / ${DAY}`,
              legend,
            },
          ],
        }),
      ],
    },
  ];
}
