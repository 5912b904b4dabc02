import { type OwnedServices, ownerBy, type PackArgs, rulePack } from "../pack.ts";
import { PACES, type RuleGroup } from "../rule-group.ts";
import { WATCHERS, type Watchers } from "../watchers.ts";

/** Where {@link targetRules} alerts. */
export interface TargetRules extends Omit<PackArgs, "thresholds">, OwnedServices {
  /** What the programs of the monitoring are called. @default WATCHERS */
  readonly watchers?: Watchers;
}

/**
 * Alerts about whatever Prometheus scrapes, and the Watchdog that always fires: who stops hearing from it knows that
 * no alert would arrive.
 *
 * `TargetDown` is critical when no instance of a job answers and a warning while another one still does.
 *
 * @example
 * ```ts
 * const signals = { scrapeJobs: [], ruleGroups: [targetRules()] };
 * ```
 */
export function targetRules(args: TargetRules = {}): RuleGroup {
  const { pace = PACES.steady, owner, owners = {}, watchers = WATCHERS } = args;
  const jobOwner = ownerBy("job", owners, owner);
  // Of the exporter itself: a probe's `up` has the label `service` of what it asks, which may well answer.
  const labels = { service: "{{ $labels.job }}" };
  return rulePack({ name: "targets", owner, dashboard: { uid: "stack-home" } }, [
    {
      alert: "Watchdog",
      expr: "vector(1)",
      for: "0s",
      severity: "none",
      kind: "none",
      // Who hears that it stays away is the dead man's switch.
      drill: {
        fault: { kind: "stop", containers: { component: watchers.prometheus } },
        service: "monitoring",
        takes: "70s",
        alone: true,
      },
      summary: "Alerts are being evaluated and delivered",
      description: "This alert always fires. When it stops arriving, no other alert would arrive either.",
      labels: { service: "monitoring" },
    },
    {
      alert: "TargetDown",
      expr: "up == 0 unless on (job) up == 1",
      for: pace.downFor,
      severity: "critical",
      kind: "outage",
      drill: { fault: { kind: "stop", containers: { component: { any: "service" } } }, visited: true },
      summary: "{{ $labels.job }} does not answer",
      description: "Prometheus reaches no instance of {{ $labels.job }}; {{ $labels.instance }} is one of them.",
      owner: jobOwner,
      labels,
    },
    {
      alert: "TargetDown",
      expr: "up == 0 and on (job) up == 1",
      for: pace.downFor,
      severity: "warning",
      kind: "cause",
      drill: { fault: { kind: "stop", containers: { component: { any: "replicated" }, one: true } } },
      summary: "{{ $labels.instance }} of {{ $labels.job }} does not answer",
      description: "Prometheus does not reach {{ $labels.instance }}. Other instances of {{ $labels.job }} answer.",
      owner: jobOwner,
      labels,
    },
  ]);
}
