import { toSeconds } from "../../../services/units.ts";
import { SEVERITIES } from "../../../signals/severity.ts";
import { filesOf } from "../files.ts";
import { type Direction, directionOf, skeletonOf } from "../limits.ts";
import { alertsIn, type GroupedRule } from "../rules.ts";
import type { Finding, Section } from "../section.ts";

/** An alerting rule. */
type Alert = GroupedRule & { readonly alert: string };

/** One thing that differs in an alert. */
interface Difference {
  /** In words. */
  readonly text: string;
  /** Whether it fires sooner or later by it; `unknown` where nobody can say. @default - neither */
  readonly direction?: Direction | "unknown";
  /** Whether only its words differ. @default false */
  readonly words?: boolean;
}

/** Which alerts there are, and what it takes until each fires. */
export const alerts: Section = {
  name: "alerts",
  title: "Alerts",
  nothing: "Every alert stays as it is.",
  find: (plan) => {
    const files = filesOf(plan);
    const pairs = pairsOf(alertsIn(files.old), alertsIn(files.new));
    return [
      ...pairs.removed.map(
        (rule): Finding => ({
          change: "removed",
          subject: nameOf(rule),
          text: saysOf(rule),
          weight: "look",
        }),
      ),
      ...pairs.added.map((rule): Finding => ({ change: "added", subject: nameOf(rule), text: saysOf(rule) })),
      ...pairs.kept.flatMap(([old, now]) => changeOf(old, now)),
    ];
  },
};

/** What an alert is called here: its name, and what it is about where its group says so. */
function nameOf({ alert, group, labels = {} }: Alert): string {
  const subject = /^(.+)\.[^.]+$/.exec(group)?.[1];
  const about = subject === undefined ? "" : ` of ${subject}`;
  return `${alert}${about}${labels.slo === undefined ? "" : ` (${labels.slo})`}`;
}

const severityOf = ({ labels = {} }: Alert): string => labels.severity ?? "no severity";

const saysOf = (rule: Alert): string => `${severityOf(rule)}, after ${rule.for ?? "0s"}`;

/** Rules that are the same one before and after, by group, name and what else tells them apart. */
function pairsOf(old: readonly Alert[], now: readonly Alert[]) {
  const kept: (readonly [Alert, Alert])[] = [];
  const [removed, added] = [[...old], [...now]];
  // The nearest first: of two with one name, one keeps its severity and the other changes it.
  for (const key of [identityOf, identityWithoutSeverity]) {
    for (const rule of [...removed]) {
      const index = added.findIndex((other) => key(other) === key(rule));
      if (index < 0) continue;
      kept.push([rule, ...added.splice(index, 1)] as [Alert, Alert]);
      removed.splice(removed.indexOf(rule), 1);
    }
  }
  return { kept, removed, added };
}

const identityWithoutSeverity = ({ group, alert, labels = {} }: Alert): string =>
  [group, alert, labels.slo ?? ""].join("\n");

const identityOf = (rule: Alert): string => `${identityWithoutSeverity(rule)}\n${severityOf(rule)}`;

function changeOf(old: Alert, now: Alert): readonly Finding[] {
  const differences = [...severity(old, now), ...holds(old, now), ...asks(old, now), ...words(old, now)];
  if (differences.length === 0) return [];
  const directions = new Set(differences.flatMap(({ direction }) => direction ?? []));
  const [only] = directions;
  const change =
    directions.size === 1 && only !== undefined && only !== "unknown"
      ? only
      : differences.every((each) => each.words)
        ? "reworded"
        : "changed";
  return [
    {
      change,
      subject: nameOf(old),
      text: differences.map(({ text }) => text).join("; "),
      ...(change === "loosened" || change === "changed" ? { weight: "look" as const } : {}),
    },
  ];
}

function severity(old: Alert, now: Alert): readonly Difference[] {
  const [before, after] = [severityOf(old), severityOf(now)];
  if (before === after) return [];
  const rank = (name: string): number => (SEVERITIES as readonly string[]).indexOf(name);
  return [
    { text: `is ${after}, no longer ${before}`, direction: rank(after) < rank(before) ? "tightened" : "loosened" },
  ];
}

function holds(old: Alert, now: Alert): readonly Difference[] {
  const [before, after] = [old.for ?? "0s", now.for ?? "0s"];
  const longer = (toSeconds(after) ?? 0) > (toSeconds(before) ?? 0);
  const [stayed, stays] = [old.keep_firing_for ?? "0s", now.keep_firing_for ?? "0s"];
  return [
    ...(before === after
      ? []
      : [{ text: `must hold ${after}, no longer ${before}`, direction: longer ? "loosened" : "tightened" } as const]),
    ...(stayed === stays ? [] : [{ text: `goes on firing for ${stays} after its end, no longer ${stayed}` }]),
    ...(old.interval === now.interval
      ? []
      : [
          {
            text: `is asked ${often(now)}, no longer ${often(old)}`,
          },
        ]),
  ];
}

const often = ({ interval }: Alert): string =>
  interval === undefined ? "as often as Prometheus asks" : `every ${interval}`;

/** What differs in its query: numbers where only these do. */
function asks(old: Alert, now: Alert): readonly Difference[] {
  if (old.expr === now.expr) return [];
  const [before, after] = [skeletonOf(old.expr), skeletonOf(now.expr)];
  if (before.text !== after.text || before.comparisons.length !== after.comparisons.length)
    return [{ text: "asks something else", direction: "unknown" }];
  const limits = before.comparisons.flatMap((comparison, index): Difference[] => {
    const other = after.comparisons[index];
    if (other === undefined || other.number === comparison.number) return [];
    const side = comparison.fires === "unknown" ? "compares with" : `fires ${comparison.fires}`;
    const text = `${side} ${other.number}, no longer ${comparison.number}`;
    return [{ text, direction: directionOf(comparison, other) ?? "unknown" }];
  });
  const windows = before.windows.flatMap((window, index): Difference[] =>
    window === after.windows[index] ? [] : [{ text: `looks back ${after.windows[index]}, no longer ${window}` }],
  );
  return once([...limits, ...windows]);
}

function once(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter(({ text }, index) => differences.findIndex((other) => other.text === text) === index);
}

/** What differs in its words, and in what else is known of it. */
function words(old: Alert, now: Alert): readonly Difference[] {
  const { severity: _, ...before } = old.labels ?? {};
  const { severity: __, ...after } = now.labels ?? {};
  const labels = namesOfDifferent(before, after).map((name) => ({
    text: `its ${name} is ${after[name] ?? "none"}, no longer ${before[name] ?? "none"}`,
  }));
  const annotations = namesOfDifferent(old.annotations ?? {}, now.annotations ?? {});
  const text = `says it in other words (${annotations.join(", ")})`;
  return annotations.length === 0 ? labels : [...labels, { text, words: true }];
}

function namesOfDifferent(old: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => old[name] !== now[name]).sort();
}
