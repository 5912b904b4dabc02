import { serviceDashboardUid } from "../dashboard-link.ts";
import type { Said } from "../faults/stand-in.ts";
import { type JobPackArgs, jobAlerts, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";

/** What {@link serviceCallRules} watches. */
export interface ServiceCallRules extends JobPackArgs {
  /** The `job` label of the service that calls others: its name. */
  readonly job: string;
}

// One fault has them all: something says in the caller's place what its client would.
const DRILLED = 'callee="drill"';
const UNWELL: readonly Said[] = [
  { series: `service_call_breaker_open{${DRILLED}}`, value: 1 },
  { series: `service_call_replica_ejected{${DRILLED},replica="drill-1:3000"}`, value: 1 },
  { series: `service_call_retry_budget_exhausted_total{${DRILLED}}`, perSecond: 5 },
  { series: `service_calls_total{${DRILLED},outcome="overloaded"}`, perSecond: 5 },
];

/** Calls of other services by one service, from the metrics of the client in `services/calls`. */
export function serviceCallRules(args: ServiceCallRules): RuleGroup {
  const { job, owner } = args;
  const { pace } = jobAlerts({}, args);
  const { window } = pace;
  const selector = `job="${job}"`;
  const drill = { fault: { kind: "stand-in", job, says: UNWELL } } as const;
  const shared = { for: pace.symptomFor, severity: "warning", kind: "cause", drill } as const;
  return rulePack({ job, pack: "calls", owner, dashboard: { uid: serviceDashboardUid(job) } }, [
    {
      ...shared,
      alert: "ServiceCallBreakerOpen",
      expr: `max by (job, callee) (service_call_breaker_open{${selector}}) == 1`,
      summary: "{{ $labels.job }} does not ask {{ $labels.callee }}, which keeps failing",
      description: "All but one request every few seconds is refused at once. What needs them fails.",
    },
    {
      ...shared,
      alert: "ServiceCallReplicaEjected",
      expr: `max by (job, callee, replica) (service_call_replica_ejected{${selector}}) == 1`,
      summary: "{{ $labels.job }} leaves out {{ $labels.replica }} of {{ $labels.callee }}, which keeps failing",
      description: "The other replicas answer for it. One more, and there may be too few.",
    },
    {
      ...shared,
      alert: "ServiceCallRetriesExhausted",
      expr: `sum by (job, callee) (rate(service_call_retry_budget_exhausted_total{${selector}}[${window}])) > 0`,
      keepFiringFor: pace.keepFor,
      summary:
        "{{ $labels.job }} gives up {{ $value | humanize }} requests a second to {{ $labels.callee }} for want of retries",
      description: "So many fail that not all are tried again: more would harm what is unwell already.",
    },
    {
      ...shared,
      alert: "ServiceCallsOverloaded",
      expr: `sum by (job, callee) (rate(service_calls_total{${selector},outcome="overloaded"}[${window}])) > 0`,
      keepFiringFor: pace.keepFor,
      summary: "{{ $labels.job }} refuses {{ $value | humanize }} requests a second that need {{ $labels.callee }}",
      description: "As many as may be are under way, and as many wait: they come faster than they are answered.",
    },
  ]);
}
