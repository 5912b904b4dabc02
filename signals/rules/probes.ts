import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** Days before its end at which a certificate is a matter for working hours, and at which somebody is called. */
const CERTIFICATE_DAYS = { warning: 21, critical: 3 } as const;

/** Pages that are asked from outside, by blackbox_exporter, and the certificates that they show. */
export function probeRules(pace: Pace = PACES.steady): RuleGroup {
  const left = "probe_ssl_earliest_cert_expiry - time()";
  const { warning, critical } = CERTIFICATE_DAYS;
  const ends = "The certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}";
  return {
    name: "probes",
    rules: [
      {
        alert: "ProbeFailed",
        expr: "probe_success == 0",
        for: pace.downFor,
        severity: "critical",
        summary: "{{ $labels.probe }} fails: {{ $labels.instance }}",
        description: "Asked from outside as a user would, {{ $labels.instance }} does not answer as it should.",
      },
      {
        alert: "ProbeSlow",
        expr: `avg_over_time(probe_duration_seconds[${pace.window}]) > 2 and probe_success == 1`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $labels.probe }} takes {{ $value | humanizeDuration }}: {{ $labels.instance }}",
        description: "Asked from outside as a user would, it answers, but late; 2 s is the limit.",
      },
      {
        alert: "CertificateExpires",
        expr: `${left} < ${critical} * 86400`,
        for: pace.symptomFor,
        severity: "critical",
        summary: ends,
        description: `Below ${critical} days somebody must act now: browsers turn users away when it has ended.`,
      },
      {
        alert: "CertificateExpires",
        expr: `${left} < ${warning} * 86400 and ${left} >= ${critical} * 86400`,
        for: pace.symptomFor,
        severity: "warning",
        summary: ends,
        description: `Below ${warning} days, what renews it has had its chances: it does not work.`,
      },
    ],
  };
}
