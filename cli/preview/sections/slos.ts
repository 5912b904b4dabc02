import { SLO_SERIES } from "../../../signals/slo/names.ts";
import { showLimit } from "../../../signals/threshold.ts";
import { type Files, filesOf } from "../files.ts";
import { rulesIn } from "../rules.ts";
import type { Finding, Section } from "../section.ts";

/** What was promised to users. */
export const slos: Section = {
  name: "slos",
  title: "Objectives",
  nothing: "Every objective stays.",
  find: (plan) => {
    const files = filesOf(plan);
    const [old, now] = [objectivesIn(files.old), objectivesIn(files.new)];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].sort().flatMap((subject): Finding[] => {
      const [before, after] = [old[subject], now[subject]];
      if (before === undefined) return [{ change: "promised", subject, text: textOf(after) }];
      if (after === undefined) return [{ change: "promised no more", subject, text: textOf(before), weight: "look" }];
      if (textOf(before) === textOf(after)) return [];
      const change = changeOf(before, after);
      const text = `${textOf(after)}, no longer ${textOf(before)}`;
      return [{ change, subject, text, ...(change === "tightened" ? {} : { weight: "look" as const }) }];
    });
  },
};

/** An objective, as the rules have it. */
interface Objective {
  /** The share of the requests. */
  readonly target: number;
  /** In which time. */
  readonly period: string;
  /** Seconds within which a request has to be answered. @default - no time is promised */
  readonly bound?: number;
}

/** More requests, or a shorter time, is tighter; another period, or both ways at once, is neither. */
function changeOf(old: Objective, now: Objective): string {
  const stricter = Math.sign(now.target - old.target);
  const quicker = Math.sign((old.bound ?? 0) - (now.bound ?? 0));
  if (old.period !== now.period || stricter * quicker < 0) return "changed";
  return stricter + quicker > 0 ? "tightened" : "loosened";
}

function textOf(objective: Objective | undefined): string {
  if (objective === undefined) return "";
  const { target, bound, period } = objective;
  const within = bound === undefined ? "" : ` within ${showLimit({ value: bound, unit: "seconds" })}`;
  return `${showLimit({ value: target, unit: "ratio" })}${within} over ${period}`;
}

/** The objectives in rule files: `availability of catalog`. */
function objectivesIn(files: Files): Readonly<Record<string, Objective>> {
  const rules = rulesIn(files);
  return Object.fromEntries(
    rules.flatMap(({ record, expr, labels = {} }) => {
      if (record !== SLO_SERIES.objective) return [];
      const own = rules.filter((rule) => rule.labels?.job === labels.job && rule.labels?.slo === labels.slo);
      const period = own.find((rule) => rule.record === SLO_SERIES.periodRatio)?.expr ?? "";
      const errors = own.find((rule) => rule.record?.startsWith("job_slo:errors:rate"))?.expr ?? "";
      // Prometheus writes `1` as `1.0` or as `1`, so the rule takes both.
      const [, bound] = /le=~?"([^"(]+)/.exec(errors) ?? [];
      const objective: Objective = {
        target: Number(/[\d.]+/.exec(expr)?.[0]),
        period: /\[(\w+)/.exec(period)?.[1] ?? "its period",
        ...(bound === undefined ? {} : { bound: Number(bound) }),
      };
      return [[`${labels.slo} of ${labels.job}`, objective]];
    }),
  );
}
