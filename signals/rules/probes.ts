import { endingBelow } from "../ending.ts";
import { alertsAt, type OwnedServices, ownerBy, type PackArgs, rulePack } from "../pack.ts";
import { PACES, type RuleGroup } from "../rule-group.ts";
import { limitsFrom, type ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on probes and certificates fire. */
export const PROBE_THRESHOLDS = {
  ProbeSlow: { unit: "seconds", fires: "above", warning: 2 },
  CertificateExpires: { unit: "seconds", fires: "below", critical: 3 * 86_400, warning: 21 * 86_400 },
} as const satisfies ThresholdTable;

/** Where {@link probeRules} alerts. */
export interface ProbeRules extends PackArgs<typeof PROBE_THRESHOLDS>, OwnedServices {}

/** Pages that are asked from outside, by blackbox_exporter, and the certificates that they show. */
export function probeRules(args: ProbeRules = {}): RuleGroup {
  const { pace = PACES.steady, owner, owners = {}, thresholds } = args;
  const left = "probe_ssl_earliest_cert_expiry - time()";
  const at = alertsAt("the probes", PROBE_THRESHOLDS, thresholds);
  const ends = limitsFrom(PROBE_THRESHOLDS, "CertificateExpires", thresholds);
  return rulePack({ name: "probes", owner: ownerBy("service", owners, owner), dashboard: { uid: "monitoring" } }, [
    {
      alert: "ProbeFailed",
      expr: "probe_success == 0",
      for: pace.downFor,
      severity: "critical",
      kind: "symptom",
      drill: { fault: { kind: "stop", containers: { component: { any: "service" } } }, visited: true },
      summary: "{{ $labels.probe }} fails: {{ $labels.instance }}",
      description: "Asked from outside as a user would, {{ $labels.instance }} does not answer as it should.",
    },
    ...at("ProbeSlow", ({ value, text }) => ({
      expr: `avg_over_time(probe_duration_seconds[${pace.window}]) > ${value} and probe_success == 1`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job: { any: "service" }, answers: { seconds: 3 } }, visited: true },
      summary: "{{ $labels.probe }} takes {{ $value | humanizeDuration }}: {{ $labels.instance }}",
      description: `Asked from outside as a user would, it answers, but late; ${text} is the limit.`,
    })),
    ...at("CertificateExpires", ({ severity, value, text }) => {
      const { expr, between } = endingBelow(left, value, ends);
      return {
        expr,
        for: pace.symptomFor,
        kind: "cause",
        drill: {
          fault: {
            kind: "certificate",
            containers: { component: "edge" },
            endsIn: between,
          },
          takes: "5s",
        },
        summary: "The certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}",
        description:
          severity === "critical"
            ? `Below ${text} somebody must act now: browsers turn users away when it has ended.`
            : `Below ${text}, what renews it has had its chances: it does not work.`,
      };
    }),
  ]);
}
