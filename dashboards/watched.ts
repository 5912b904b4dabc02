import { dashboardPath } from "../signals/dashboard-link.ts";
import { isAlertingRule } from "../signals/rule-group.ts";
import type { Watched } from "../signals/signals.ts";
import type { PageLink } from "./dashboard-file.ts";
import type { Mark } from "./marks.ts";

/**
 * The jobs that have a pack of rules: what is not watched has no panel, which could only be empty.
 *
 * @param pack what the pack is called: `postgres`
 */
export function jobsOf(watched: Watched, pack: string): readonly string[] {
  return watched.ruleGroups.flatMap(({ about }) => (about?.pack === pack ? [about.job] : []));
}

/** Whether a group of rules that is nobody's job is there: `containers`, `logs`. */
export function hasGroup(watched: Watched, group: string): boolean {
  return watched.ruleGroups.some(({ name }) => name === group);
}

/**
 * The limits of an alert as they are deployed, as marks on a graph.
 *
 * @param job only of this job. @default - of all
 */
export function limitsOf(watched: Watched, alert: string, job?: string): readonly Mark[] {
  return watched.ruleGroups
    .filter(({ about }) => job === undefined || about?.job === job)
    .flatMap(({ rules }) => rules.filter(isAlertingRule))
    .filter((rule) => rule.alert === alert)
    .flatMap(({ limit, severity }) =>
      limit === undefined ? [] : [{ value: limit.value, means: severity, fires: limit.fires }],
    );
}

/** The page of a job of the stack: the one that its alerts point to. */
export function pageOf(watched: Watched, job: string): readonly PageLink[] {
  const [alert] = watched.ruleGroups
    .filter(({ about }) => about?.job === job)
    .flatMap(({ rules }) => rules.filter(isAlertingRule));
  return alert === undefined ? [] : [{ title: job, path: dashboardPath(alert.dashboard) }];
}

/**
 * The pages on which one goes on with a service, where the stack has them: its logs, its containers.
 *
 * @param service its name, or the variable that has it
 */
export function pagesOf(watched: Watched, service: string): readonly PageLink[] {
  return [
    ...(hasGroup(watched, "logs") ? [{ title: "Logs", path: `/d/logs?var-service=${service}` }] : []),
    ...(hasGroup(watched, "containers") ? [{ title: "Containers", path: `/d/containers?var-service=${service}` }] : []),
  ];
}
