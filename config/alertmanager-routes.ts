import { given } from "../services/given.ts";
import type { Duration } from "../services/units.ts";
import { type AlertPolicySpec, type Grouping, recipientsOf, TOLD_SEVERITIES } from "../signals/alert-policy.ts";
import type { MaintenanceWindow } from "../signals/maintenance.ts";
import { type MuteTiming, spansOf, timeOf } from "../signals/mute-timing.ts";
import type { Receiver } from "../signals/receivers/index.ts";
import { type Use, usersOf } from "../signals/use.ts";
import { maintainedServices } from "./alertmanager-maintenance.ts";

/** The receiver that tells nobody. */
export const NO_RECEIVER = "none";

/** Services of each system, by its name. */
export type Systems = Readonly<Record<string, readonly string[]>>;

/** What all routes share. */
export interface RouteSettings {
  /** Services of each system. */
  readonly systems: Systems;
  /** How long a symptom waits for its cause. @default - as long as any group */
  readonly symptomWait: Duration | undefined;
  /** Times in which nobody is told of some services. */
  readonly maintenance: readonly MaintenanceWindow[];
}

/** The services that a policy is about; undefined for all that no other one names. */
export function servicesOf({ services, system }: AlertPolicySpec, systems: Systems): readonly string[] | undefined {
  return system === undefined ? services : (systems[system] ?? []);
}

/**
 * The routes of the policies: those that name services first, then those of systems, then the one for all others.
 * Every receiver has a route, and so groups, of its own: one that hangs holds up no other.
 */
export function renderPolicies(policies: readonly AlertPolicySpec[], settings: RouteSettings): readonly object[] {
  const rank = ({ services, system }: AlertPolicySpec): number => (services ? 0 : system === undefined ? 2 : 1);
  return [...policies].sort((a, b) => rank(a) - rank(b)).map((policy) => renderPolicy(policy, settings));
}

function renderPolicy(policy: AlertPolicySpec, { systems, symptomWait, maintenance }: RouteSettings): object {
  const services = servicesOf(policy, systems);
  const { groupBy, grouping = {} } = policy;
  // A route has nothing of its parent's times.
  const told = (times: readonly string[]): object => {
    const muted = times.length === 0 ? {} : { mute_time_intervals: times };
    const symptoms = { matchers: ['kind="symptom"'], group_wait: symptomWait, ...muted };
    return { ...muted, ...(symptomWait === undefined ? {} : { routes: [symptoms] }) };
  };
  const maintained = maintainedServices(maintenance, services);
  return {
    ...(services === undefined ? {} : { matchers: [oneOf("service", services)] }),
    receiver: NO_RECEIVER,
    ...given({ group_by: groupBy }),
    ...renderGrouping(grouping),
    routes: TOLD_SEVERITIES.flatMap((severity) =>
      recipientsOf(policy, severity).map(({ to, except }) => {
        const times = except.map(({ name }) => name);
        const { routes = [], ...muted } = told(times) as { readonly routes?: readonly object[] };
        const quiet = maintained.map((one) => ({
          matchers: [oneOf("service", one.services)],
          ...told([...times, ...one.windows]),
        }));
        const below = [...quiet, ...routes];
        return {
          matchers: [`severity="${severity}"`],
          receiver: to.name,
          ...muted,
          continue: true,
          ...(below.length === 0 ? {} : { routes: below }),
        };
      }),
    ),
  };
}

/** A grouping in the words of Alertmanager. */
export function renderGrouping({ wait, interval, repeat }: Partial<Grouping>): object {
  return {
    ...given({ group_wait: wait }),
    ...given({ group_interval: interval }),
    ...given({ repeat_interval: repeat }),
  };
}

/**
 * The route of the Watchdog. It always fires, so it is told again and again: who gets it raises the alarm when it stays
 * away. The end of it is not told: that would be one more sign of life.
 */
export function renderWatchdog(watchdog: Receiver | undefined, every: Grouping["repeat"]): object {
  if (watchdog === undefined) return { matchers: ['severity="none"'], receiver: NO_RECEIVER };
  // A repeat is sent at the first tick of the interval after its time; a repeat below the interval is sent at each.
  return {
    matchers: ['severity="none"'],
    receiver: watchdog.name,
    ...renderGrouping({ wait: "0s", interval: every, repeat: "1s" }),
  };
}

/** Times in which somebody is not told, in the words of Alertmanager. */
export function renderTiming(timing: MuteTiming): object {
  return {
    name: timing.name,
    time_intervals: spansOf(timing).map(({ day, from, to }) => ({
      times: [{ start_time: timeOf(from), end_time: timeOf(to) }],
      weekdays: [day],
      location: timing.timezone ?? "UTC",
    })),
  };
}

/** Which alerts mute which others. */
export function renderInhibitions(uses: readonly Use[]): readonly object[] {
  return [
    // An empty service equals an empty service: what has none may not mute what has none.
    {
      source_matchers: ['severity="critical"', 'service!=""'],
      target_matchers: ['severity=~"warning|info"'],
      equal: ["service"],
    },
    {
      source_matchers: ['severity="warning"', 'service!=""'],
      target_matchers: ['severity="info"'],
      equal: ["service"],
    },
    // What the users of something feel while it is down has a reason that somebody is paged for. That one of them is
    // down itself is no symptom, and is told.
    ...usersOf(uses).map(({ on, exporter, services }) => ({
      source_matchers: [
        'kind="outage"',
        'severity="critical"',
        `service="${on}"`,
        ...(exporter ? ['alertname!="TargetDown"'] : []),
      ],
      target_matchers: ['kind="symptom"', oneOf("service", services)],
    })),
  ];
}

function oneOf(label: string, values: readonly string[]): string {
  return `${label}=~"${values.join("|")}"`;
}
