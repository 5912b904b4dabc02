import { type Problem, refuseIf } from "../services/problems.ts";
import { type DurationRule, durationWrong } from "../services/units.ts";
import { DASHBOARDS, isDashboardUid } from "../signals/alert-dashboards.ts";
import { dashboardUrl } from "../signals/dashboard-link.ts";
import {
  ALERT_KINDS,
  type AlertingRule,
  isAlertingRule,
  type RecordingRule,
  type RuleGroup,
} from "../signals/rule-group.ts";
import { SEVERITIES } from "../signals/severity.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";

/** What all alerts share. */
export interface RuleSettings {
  /** Where the runbooks are: an address, or a path in the repository. @default "docs/runbooks" */
  readonly runbookBase?: string;
  /**
   * Address of Grafana's pages, as people reach it; false where there is no Grafana: alerts then have no
   * `dashboard_url`.
   *
   * @default "http://localhost:3000"
   */
  readonly grafanaUrl?: string | false;
}

/**
 * Renders rule groups as files of Prometheus, `rules/<group>.yml` each.
 *
 * Every alert gets `severity`, `kind` and `owner`, the `service` that it is about, and the addresses of its dashboard and
 * its runbook.
 *
 * @throws DeclarationError with every problem: a group given twice, a name that is none, a duration that is none.
 * @example
 * ```ts
 * renderRules([targetRules(), postgresRules({ job: "postgres" })], { runbookBase: "https://wiki.example/runbooks" });
 * ```
 */
export function renderRules(groups: readonly RuleGroup[], settings: RuleSettings = {}): readonly ConfigFile[] {
  refuseIf("the rules of Prometheus", problemsOf(groups));
  return groups.map((group) =>
    yamlFile(`rules/${group.name}.yml`, {
      groups: [
        {
          name: group.name,
          ...(group.interval === undefined ? {} : { interval: group.interval }),
          rules: group.rules.map((rule) => (isAlertingRule(rule) ? renderAlert(rule, settings) : renderRecord(rule))),
        },
      ],
    }),
  );
}

/** Address of an alert's runbook. */
export function runbookUrl(alert: string, { runbookBase = "docs/runbooks" }: RuleSettings = {}): string {
  return `${runbookBase.replace(/\/+$/, "")}/${alert}.md`;
}

function renderRecord({ record, expr, labels }: RecordingRule): object {
  return { record, expr, ...(labels === undefined ? {} : { labels }) };
}

function renderAlert(rule: AlertingRule, settings: RuleSettings): object {
  const { grafanaUrl = "http://localhost:3000" } = settings;
  return {
    alert: rule.alert,
    expr: rule.expr,
    for: rule.for,
    ...(rule.keepFiringFor === undefined ? {} : { keep_firing_for: rule.keepFiringFor }),
    labels: {
      service: "{{ or $labels.service $labels.job }}",
      ...rule.labels,
      owner: rule.owner,
      kind: rule.kind,
      severity: rule.severity,
    },
    annotations: {
      summary: rule.summary,
      description: rule.description,
      ...(grafanaUrl === false ? {} : { dashboard_url: dashboardUrl(rule.dashboard, grafanaUrl) }),
      runbook_url: runbookUrl(rule.alert, settings),
    },
  };
}

function problemsOf(groups: readonly RuleGroup[]): Problem[] {
  const problems: Problem[] = [];
  const check = (fine: boolean, property: string, given: unknown, allowed: string, fix?: string): void => {
    if (!fine) problems.push({ property, given, allowed, ...(fix === undefined ? {} : { fix }) });
  };
  const duration = (property: string, given: string, rule: DurationRule): void => {
    const wrong = durationWrong(given, rule);
    if (wrong !== undefined) problems.push({ property, given, ...wrong });
  };
  const seen = new Set<string>();
  for (const group of groups) {
    const at = `ruleGroups.${group.name}`;
    check(
      /^[a-z0-9][a-z0-9.-]{0,99}$/.test(group.name),
      "ruleGroups",
      group.name,
      "a name of a-z, 0-9, . and -, starting with a letter or digit",
    );
    check(
      !seen.has(group.name),
      "ruleGroups",
      group.name,
      "each group once",
      "Two sources bring a group of this name: give one of them another job.",
    );
    seen.add(group.name);
    check(group.rules.length > 0, `${at}.rules`, [], "at least one rule");
    if (group.interval !== undefined) duration(`${at}.interval`, group.interval, { least: 1, such: "30s" });
    for (const rule of group.rules) {
      if (!isAlertingRule(rule)) {
        const name = /^[a-zA-Z_][a-zA-Z0-9_]*:[a-zA-Z0-9_]+:[a-zA-Z0-9_]+$/;
        check(name.test(rule.record), `${at}.record`, rule.record, "level:metric:operations");
        check(rule.expr.trim() !== "", `${at}.${rule.record}.expr`, rule.expr, "a query");
        continue;
      }
      const alert = `${at}.${rule.alert}`;
      check(/^[A-Z][A-Za-z0-9]*$/.test(rule.alert), `${at}.alert`, rule.alert, "a name in CamelCase");
      check(rule.expr.trim() !== "", `${alert}.expr`, rule.expr, "a condition");
      duration(`${alert}.for`, rule.for, { such: "5m" });
      if (rule.keepFiringFor !== undefined) duration(`${alert}.keepFiringFor`, rule.keepFiringFor, { such: "5m" });
      check(SEVERITIES.includes(rule.severity), `${alert}.severity`, rule.severity, SEVERITIES.join(", "));
      check(ALERT_KINDS.includes(rule.kind), `${alert}.kind`, rule.kind, ALERT_KINDS.join(", "));
      check((rule.owner ?? "").trim() !== "", `${alert}.owner`, rule.owner, "a team or a role");
      const { uid } = rule.dashboard ?? {};
      check(uid !== undefined && isDashboardUid(uid), `${alert}.dashboard`, uid, Object.keys(DASHBOARDS).join(", "));
      check(rule.summary.trim() !== "", `${alert}.summary`, rule.summary, "one line for a person");
      check(
        rule.description.trim() !== "",
        `${alert}.description`,
        rule.description,
        "what is wrong, with its numbers",
      );
    }
  }
  return problems;
}
