import { serviceDashboardUid } from "../dashboard-link.ts";
import { endingBelow } from "../ending.ts";
import { type JobPackArgs, jobAlerts, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import { limitsFrom, type ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on hosts fire that a service looks at. */
export const HOST_CHECK_THRESHOLDS = {
  HostCheckCertificateExpires: { unit: "seconds", fires: "below", critical: 3 * 86_400, warning: 14 * 86_400 },
} as const satisfies ThresholdTable;

/** What {@link hostCheckRules} watches. */
export interface HostCheckRules extends JobPackArgs<typeof HOST_CHECK_THRESHOLDS> {
  /** The `job` label of the service that looks: its name. */
  readonly job: string;
}

// Hosts of others: no drill can stop them, so something says in the service's place that they are not well.
const DRILLED = '{host="drill.example",port="443",tls="true"}';

/** Hosts that a service looks at, by TCP or TLS, and the certificates that they show. They need not be of this stack. */
export function hostCheckRules(args: HostCheckRules): RuleGroup {
  const { job, owner, thresholds } = args;
  const { pace, selector, at } = jobAlerts(HOST_CHECK_THRESHOLDS, args);
  const left = `min by (job, host, port) (host_check_certificate_expiry_timestamp_seconds${selector}) - time()`;
  const ends = limitsFrom(HOST_CHECK_THRESHOLDS, "HostCheckCertificateExpires", thresholds);
  const stoodIn = (series: string, says: object) => ({
    fault: { kind: "stand-in", job, says: [{ series: `${series}${DRILLED}`, ...says }] } as const,
  });
  return rulePack({ job, pack: "host-checks", owner, dashboard: { uid: serviceDashboardUid(job) } }, [
    {
      alert: "HostCheckFailing",
      // Of several instances, one that sees it well is enough: the others have a matter of their own.
      expr: `max by (job, host, port, tls) (host_check_up${selector}) == 0`,
      for: pace.symptomFor,
      severity: "warning",
      kind: "cause",
      drill: stoodIn("host_check_up", { value: 0 }),
      summary: "{{ $labels.host }}, port {{ $labels.port }}, is not well",
      description: "No instance of {{ $labels.job }} has found it well since. What needs it fails, or will.",
    },
    ...at("HostCheckCertificateExpires", ({ severity, value, text }) => {
      const { expr, between } = endingBelow(left, value, ends);
      return {
        expr,
        for: pace.symptomFor,
        kind: "cause",
        drill: stoodIn("host_check_certificate_expiry_timestamp_seconds", { secondsAgo: -between }),
        summary:
          "The certificate of {{ $labels.host }}, port {{ $labels.port }}, ends in {{ $value | humanizeDuration }}",
        description:
          severity === "critical"
            ? `Below ${text} somebody must act now: whoever checks it goes away when it has ended.`
            : `Below ${text}, whoever renews it should have done so.`,
      };
    }),
  ]);
}
