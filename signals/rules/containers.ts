import type { Duration } from "../../services/units.ts";
import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** Where {@link containerRules} alerts. */
export interface ContainerRules {
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
  /** Time in which restarts are counted. @default "10m" */
  readonly window?: Duration;
  /** Restarts in that time above which the alert fires. @default 2 */
  readonly restarts?: number;
}

/**
 * Containers that restart again and again, seen in the metrics of the programs inside them.
 *
 * Docker's own counter is only in its API, and no container here may have the socket: who can read it can be root on
 * the host. A program's start time changes with each restart and is exact; most programs have one. The Python services
 * run several processes and have none: for them, each time that the target went away and came back counts as one. A
 * restart between two scrapes is missed there, which a container that restarts again and again does not manage for long.
 */
export function containerRules(args: ContainerRules = {}): RuleGroup {
  const { pace = PACES.steady, window = "10m", restarts = 2 } = args;
  const record = `instance:restarts:changes${window}`;
  const started = (of: string, metric: string) => ({
    record,
    expr: `max by (job, instance) (changes(${metric}[${window}]))`,
    labels: { of },
  });
  return {
    name: "containers",
    rules: [
      started("process", "process_start_time_seconds"),
      started("postgresql", "pg_postmaster_start_time_seconds"),
      started("redis", "redis_start_time_seconds"),
      // Down and up again are two changes.
      { record, expr: `floor(max by (job, instance) (changes(up[${window}])) / 2)`, labels: { of: "target" } },
      {
        alert: "ContainerRestarting",
        expr: `max by (job, instance) (${record}) > ${restarts}`,
        for: pace.downFor,
        severity: "warning",
        summary: "{{ $labels.instance }} of {{ $labels.job }} keeps restarting",
        description: `{{ $labels.instance }} started {{ $value }} times in the last ${window}; more than ${restarts} is no deployment.`,
      },
    ],
  };
}
