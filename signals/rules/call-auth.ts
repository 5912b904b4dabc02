import { serviceDashboardUid } from "../dashboard-link.ts";
import { endingBelow } from "../ending.ts";
import { type JobPackArgs, jobAlerts, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import { limitsFrom, type ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on who calls whom fire. */
export const CALL_AUTH_THRESHOLDS = {
  CallsRefused: { unit: "count", fires: "above", warning: 3 },
  CallCertificateExpires: { unit: "seconds", fires: "below", critical: 3 * 86_400, warning: 21 * 86_400 },
} as const satisfies ThresholdTable;

/** What {@link callAuthRules} watches. */
export interface CallAuthRules extends JobPackArgs<typeof CALL_AUTH_THRESHOLDS> {
  /** The `job` label of the service: its name. */
  readonly job: string;
  /** Whether others call it, and it refuses who can't prove who calls. @default true */
  readonly called?: boolean;
  /** Whether it shows a certificate, as who calls or as who is called. @default true */
  readonly certified?: boolean;
}

/** How services prove to each other who calls: what is refused, and the certificates that they show. */
export function callAuthRules(args: CallAuthRules): RuleGroup {
  const { job, owner, thresholds, called = true, certified = true } = args;
  const { pace, selector, at } = jobAlerts(CALL_AUTH_THRESHOLDS, args);
  const { window } = pace;
  const ends = limitsFrom(CALL_AUTH_THRESHOLDS, "CallCertificateExpires", thresholds);
  const left = `min by (job) (call_certificate_expiry_timestamp_seconds${selector}) - time()`;
  const refused = at("CallsRefused", ({ value }) => ({
    // One service with a wrong key is refused as long as it asks; one stray call is nothing to wake anybody for.
    expr: `sum by (job, reason) (increase(calls_refused_total${selector}[${window}])) > ${value}`,
    for: pace.symptomFor,
    kind: "cause",
    drill: {
      fault: { kind: "stand-in", job, says: [{ series: 'calls_refused_total{reason="drill"}', perSecond: 2 }] },
    },
    summary: "{{ $labels.job }} refused {{ $value | humanize }} calls of other services: {{ $labels.reason }}",
    description: `In the last ${window}, and for a while: a service has a wrong key, or somebody asks who is no service.`,
  }));
  const expires = at("CallCertificateExpires", ({ severity, value, text }) => {
    const { expr, between } = endingBelow(left, value, ends);
    return {
      expr,
      for: pace.symptomFor,
      kind: "cause",
      drill: {
        fault: {
          ...{ kind: "stand-in", job },
          says: [{ series: "call_certificate_expiry_timestamp_seconds", secondsAgo: -between }],
        },
      },
      summary: "The certificate that {{ $labels.job }} shows other services ends in {{ $value | humanizeDuration }}",
      description:
        severity === "critical"
          ? `Below ${text} somebody must act now: no other service takes it when it has ended.`
          : `Below ${text}, an \`up\` should have made a new one: there was none for months, or it is not read.`,
    };
  });
  return rulePack({ job, pack: "call-auth", owner, dashboard: { uid: serviceDashboardUid(job) } }, [
    ...(called ? refused : []),
    ...(certified ? expires : []),
  ]);
}
