/** Runs rules in promtool, which evaluates them as Prometheus does. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { renderRules, runbookUrl } from "../../config/rules.ts";
import { findTool } from "../../offline/tools.ts";
import { dashboardUrl } from "../../signals/dashboard-link.ts";
import { type AlertingRule, isAlertingRule, type RuleGroup } from "../../signals/rule-group.ts";

/** One alert as people get it; `kind`, `owner` and the addresses are those of its rule. */
export interface ExpectedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
}

/** Samples, and the alerts of one name that fire after a while. */
export interface AlertCase {
  /** Time between two samples and two evaluations. @default "15s" */
  readonly interval?: string;
  /** Series to its samples, in promtool's notation: `1x40` is 41 samples of 1. */
  readonly series: Readonly<Record<string, string>>;
  readonly at: string;
  readonly alert: string;
  readonly fires: readonly ExpectedAlert[];
}

/** Fails with promtool's words when the alerts are others. */
export function checkAlerts(groups: readonly RuleGroup[], { series, at, alert, fires, ...rest }: AlertCase): void {
  const { interval = "15s" } = rest;
  testRules(groups, interval, {
    interval,
    input_series: inputSeries(series),
    alert_rule_test: [
      {
        eval_time: at,
        alertname: alert,
        exp_alerts: fires.map((expected) => asPromtool(ruleOf(groups, alert, expected.labels.severity), expected)),
      },
    ],
  });
}

/** An alert at its limit. */
export interface LimitCase {
  readonly alert: string;
  readonly groups: readonly RuleGroup[];
  /** Time between two samples and two evaluations. @default "15s" */
  readonly interval?: string;
  readonly at: string;
  /** Samples on which it fires. */
  readonly above: AlertCase["series"];
  /** Samples on which it is still silent. */
  readonly below: AlertCase["series"];
  /** The alert; its description is the rule's own, which has no template. */
  readonly fires: Omit<ExpectedAlert, "description">;
}

/** Fails with promtool's words unless the alert fires above its limit, and is silent just below and without data. */
export function checkLimit({ alert, groups, interval = "15s", at, above, below, fires }: LimitCase): void {
  const rule = ruleOf(groups, alert, fires.labels.severity);
  const expected = asPromtool(rule, { ...fires, description: rule.description });
  const test = (name: string, series: AlertCase["series"], alerts: readonly object[]): object => ({
    name: `${alert} ${name}`,
    interval,
    input_series: inputSeries(series),
    alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: alerts }],
  });
  testRules(groups, interval, [
    test("above its limit", above, [expected]),
    test("just below its limit", below, []),
    test("without data", {}, []),
  ]);
}

/** Fails with promtool's words when a query gives something else; `samples` are series to value. */
export function checkQuery(
  groups: readonly RuleGroup[],
  given: {
    readonly series: AlertCase["series"];
    readonly at: string;
    readonly expr: string;
    readonly samples: Readonly<Record<string, number>>;
    /** Time between two samples and two evaluations. @default "15s" */
    readonly interval?: string;
    /** Absolute paths of files with more rules. @default [] */
    readonly more?: readonly string[];
  },
): void {
  const { interval = "15s", more = [] } = given;
  const test = {
    interval,
    input_series: inputSeries(given.series),
    promql_expr_test: [
      {
        eval_time: given.at,
        expr: given.expr,
        exp_samples: Object.entries(given.samples).map(([labels, value]) => ({ labels, value })),
      },
    ],
  };
  testRules(groups, interval, test, more);
}

/** Fails with promtool's words when a query has no number to show; an answer that is no number is none. */
export function checkAnswers(
  groups: readonly RuleGroup[],
  given: { readonly series: AlertCase["series"]; readonly at: string; readonly queries: readonly string[] },
): void {
  const interval = "15s";
  testRules(groups, interval, {
    interval,
    input_series: inputSeries(given.series),
    promql_expr_test: given.queries.map((expr) => ({
      eval_time: given.at,
      expr: `count((${expr}) == (${expr})) > bool 0`,
      exp_samples: [{ labels: "{}", value: 1 }],
    })),
  });
}

/** What `promtool check rules --lint-fatal` says. */
export function checkRules(groups: readonly RuleGroup[]): string {
  return inDirectory(groups, (directory, files) =>
    execFileSync(findTool("promtool"), ["check", "rules", "--lint-fatal", ...files], {
      cwd: directory,
      encoding: "utf8",
      stdio: "pipe",
    }),
  );
}

// One test, or several: promtool takes them in one run.
function testRules(groups: readonly RuleGroup[], interval: string, test: object, more: readonly string[] = []): void {
  inDirectory(groups, (directory, files) => {
    // In the order of their files, or promtool takes one at random; Prometheus only begins at different moments.
    const order = more.flatMap((file) => parse(readFileSync(file, "utf8")).groups.map(({ name }: RuleGroup) => name));
    const document = {
      rule_files: [...files, ...more],
      evaluation_interval: interval,
      ...(order.length === 0 ? {} : { group_eval_order: [...groups.map(({ name }) => name), ...order] }),
      tests: [test].flat(),
    };
    writeFileSync(path.join(directory, "test.yml"), stringify(document, { lineWidth: 0 }));
    try {
      return execFileSync(findTool("promtool"), ["test", "rules", "test.yml"], {
        cwd: directory,
        encoding: "utf8",
        stdio: "pipe",
      });
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`promtool refuses the case:\n${stdout ?? ""}${stderr ?? error}`);
    }
  });
}

function inDirectory<T>(groups: readonly RuleGroup[], work: (directory: string, files: readonly string[]) => T): T {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-rules-"));
  try {
    mkdirSync(path.join(directory, "rules"));
    const files = renderRules(groups);
    for (const file of files) writeFileSync(path.join(directory, file.path), file.content);
    return work(
      directory,
      files.map((file) => file.path),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function ruleOf(groups: readonly RuleGroup[], alert: string, severity: string | undefined): AlertingRule {
  const rules = groups.flatMap(({ rules }) => rules).filter(isAlertingRule);
  const rule = rules.find((candidate) => candidate.alert === alert && candidate.severity === severity);
  if (rule === undefined) throw new Error(`no rule ${alert} of this severity`);
  return rule;
}

function asPromtool(rule: AlertingRule, { labels, summary, description }: ExpectedAlert): object {
  const link = dashboardUrl(rule.dashboard, "http://localhost:3000");
  return {
    exp_labels: { owner: rule.owner, kind: rule.kind, ...labels },
    exp_annotations: {
      summary,
      description,
      dashboard_url: link.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? ""),
      runbook_url: runbookUrl(rule.alert),
    },
  };
}

function inputSeries(series: AlertCase["series"]): object[] {
  return Object.entries(series).map(([name, values]) => ({ series: name, values }));
}
