import { phpFpmSocket } from "../../services/php-sockets.ts";
import type { Fault } from "../faults/index.ts";
import type { Said } from "../faults/stand-in.ts";
import { type JobAlerts, type JobPackArgs, jobAlerts, type PackRule, rulePack } from "../pack.ts";
import { downAlerts } from "../replicas.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on PHP-FPM fire. */
export const PHP_FPM_THRESHOLDS = {
  PhpFpmPoolExhausted: { unit: "ratio", fires: "above", warning: 0.9 },
  PhpFpmRequestsWaiting: { unit: "count", fires: "above", critical: 20, warning: 2 },
  PhpFpmMaxChildrenReached: { unit: "count", fires: "above", info: 0 },
  PhpFpmSlowRequests: { unit: "perSecond", fires: "above", warning: 0.2 },
} as const satisfies ThresholdTable;

/** What {@link phpFpmRules} watches. */
export interface PhpFpmRules extends JobPackArgs<typeof PHP_FPM_THRESHOLDS> {
  /** The `job` label of PHP-FPM: the application's name. */
  readonly job: string;
  /** Requests that one pool works on at a time. Its status page does not say it. */
  readonly maxChildren: number;
  /** Names of the containers with PHP-FPM. @default - one, the job's with `-1` */
  readonly pools?: readonly string[];
}

const SLOW: readonly Said[] = [
  { series: "phpfpm_up", value: 1 },
  { series: "phpfpm_slow_requests", perSecond: 1 },
];

/**
 * PHP-FPM, from its own status page. When what gives the page is away, `TargetDown` says so and these are silent. Only
 * how many requests wait for it comes from the containers' metrics: PHP-FPM does not know it of a Unix socket.
 */
export function phpFpmRules(args: PhpFpmRules): RuleGroup {
  const { job, owner, maxChildren, pools = [`${job}-1`] } = args;
  const told = { ...jobAlerts(PHP_FPM_THRESHOLDS, args), maxChildren, pools };
  const { pace, selector, at } = told;
  return rulePack({ job, pack: "php-fpm", owner, dashboard: { uid: "php-fpm", variables: { job } } }, [
    ...down(told),
    {
      record: "job_instance:phpfpm_pool_at_work:ratio",
      expr: `max by (job, instance) (phpfpm_active_processes${selector}) / ${maxChildren}`,
    },
    {
      record: "job_instance:phpfpm_requests_waiting:max",
      expr: `label_replace(max by (container_name) (container_unix_socket_pending_connections{path=~"${phpFpmSocket(`${job}-[0-9]+`)}"}), "instance", "$1", "container_name", "(.+)")`,
      labels: { job },
    },
    ...full(told),
    ...at("PhpFpmSlowRequests", ({ value, text }) => ({
      expr: `sum by (job, instance) (rate(phpfpm_slow_requests${selector}[${pace.window}])) > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job, says: SLOW } },
      summary: "PHP-FPM of {{ $labels.job }} has {{ $value | humanize }} slow requests a second",
      description: `More than ${text} take longer than its limit. Its log has for each where it was at that moment.`,
    })),
  ]);
}

type Told = JobAlerts<typeof PHP_FPM_THRESHOLDS> & Required<Pick<PhpFpmRules, "maxChildren" | "pools">>;

/** The first pool with all its processes at work, and so many requests that wait for one. */
function crowd({ job, pools, maxChildren }: Told, waiting: number): Fault {
  const [first = job] = pools;
  return {
    kind: "connections",
    containers: { component: job, name: pools.slice(0, 1) },
    socket: phpFpmSocket(first),
    count: maxChildren + waiting,
    // Half of a request's first word keeps a process at work; without a word it would count as idle. Those that find no
    // process wait in the queue.
    greets: "\u0001",
  };
}

/** Requests that wait at a socket that nobody but the drill asks. */
function untaken({ job, pools }: Told): Fault {
  return {
    kind: "connections",
    containers: { component: job, name: pools.slice(0, 1) },
    socket: phpFpmSocket(`${job}-0`),
    untaken: true,
    count: 10,
  };
}

/** Whether the pools answer: all of them, or all but one. */
function down({ job, pools, pace }: Told): readonly PackRule[] {
  return downAlerts({
    alert: "PhpFpmDown",
    job,
    up: "phpfpm_up",
    containers: pools,
    for: pace.downFor,
    // Until what its users felt is over: else that would be told when its reason has gone.
    keepFiringFor: pace.keepFor,
    none: {
      summary: "PHP-FPM of {{ $labels.job }} does not answer",
      description:
        "No pool of {{ $labels.job }} can be reached; that of {{ $labels.instance }} is one of them. Every page is an error.",
    },
    one: {
      summary: "One PHP-FPM of {{ $labels.job }} does not answer",
      description: "{{ $labels.instance }} cannot reach its pool. Other replicas of {{ $labels.job }} make its pages.",
    },
  });
}

/** Whether the pools have processes enough for what is asked. */
function full(told: Told): readonly PackRule[] {
  const { selector, maxChildren, pace, at } = told;
  return [
    ...at("PhpFpmPoolExhausted", ({ value }) => ({
      expr: `job_instance:phpfpm_pool_at_work:ratio${selector} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      // The health checks of Nginx wait behind them: beyond 20 that would page, and a page mutes this.
      drill: { fault: crowd(told, 0) },
      summary: "{{ $value | humanizePercentage }} of the pool of {{ $labels.job }} is at work",
      description: `It works on ${maxChildren} requests at a time. What comes then waits in its queue.`,
    })),
    ...at("PhpFpmRequestsWaiting", ({ value, severity }) => ({
      expr: `max by (job, instance) (job_instance:phpfpm_requests_waiting:max${selector}) > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      // Where no process is free, the queue grows until it pages, and a page mutes the warning: so that one is drilled at
      // a socket that nobody but the drill asks.
      drill: {
        fault: severity === "critical" ? crowd(told, 40) : untaken(told),
      },
      summary: "{{ $value | humanize }} requests wait for PHP-FPM of {{ $labels.job }}",
      description: "All processes of the pool are at work. Visitors wait, and at a full queue they are refused.",
    })),
    ...at("PhpFpmMaxChildrenReached", ({ value }) => ({
      expr: `sum by (job, instance) (increase(phpfpm_max_children_reached${selector}[${pace.window}])) > ${value}`,
      for: "0s",
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: crowd(told, 0) },
      summary: "PHP-FPM of {{ $labels.job }} was {{ $value | humanize }} times at its limit of processes",
      description: `In the last ${pace.window} it wanted more than ${maxChildren}. For a moment that is no harm.`,
    })),
  ];
}
