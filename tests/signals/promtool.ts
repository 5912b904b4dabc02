/** Runs rules in promtool, which evaluates them as Prometheus does. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { renderRules, runbookUrl } from "../../config/rules.ts";
import { findTool } from "../../offline/tools.ts";
import type { RuleGroup } from "../../signals/rule-group.ts";

/** One alert as people get it. */
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
        exp_alerts: fires.map(({ labels, summary, description }) => ({
          exp_labels: labels,
          exp_annotations: { summary, description, runbook_url: runbookUrl(alert) },
        })),
      },
    ],
  });
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

function testRules(groups: readonly RuleGroup[], interval: string, test: object, more: readonly string[] = []): void {
  inDirectory(groups, (directory, files) => {
    // In the order of their files, or promtool takes one at random; Prometheus only begins at different moments.
    const order = more.flatMap((file) => parse(readFileSync(file, "utf8")).groups.map(({ name }: RuleGroup) => name));
    const document = {
      rule_files: [...files, ...more],
      evaluation_interval: interval,
      ...(order.length === 0 ? {} : { group_eval_order: [...groups.map(({ name }) => name), ...order] }),
      tests: [test],
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

function inputSeries(series: AlertCase["series"]): object[] {
  return Object.entries(series).map(([name, values]) => ({ series: name, values }));
}
