import { parse } from "yaml";
import { BUDGET_HEADROOM } from "../../../signals/metrics/budgets.ts";
import { containersOf } from "../containers.ts";
import { type Files, filesOf } from "../files.ts";
import type { Plan } from "../plan.ts";
import { keepsOf, lasting } from "../retention.ts";
import type { Finding, Section } from "../section.ts";

/** How many series there may be, how much disk they take and how much memory all takes. */
export const budget: Section = {
  name: "budget",
  title: "Series, disk and memory",
  nothing: "The budgets of series, disk and memory stay.",
  find: (plan) => [...series(plan), ...disk(plan), ...memory(plan)],
};

/** A scrape job, as the file of Prometheus has it. */
interface Job {
  readonly job_name: string;
  readonly sample_limit?: number;
  readonly static_configs?: readonly { readonly targets?: readonly string[] }[];
}

/** What a job may bring. */
interface JobBudget {
  readonly targets: number;
  readonly series: number;
}

function series(plan: Plan): readonly Finding[] {
  const files = filesOf(plan);
  const [old, now] = [jobsIn(files.old), jobsIn(files.new)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const jobs = names.flatMap((subject): Finding[] => {
    const [before, after] = [old[subject], now[subject]];
    if (before === undefined) return [{ change: "scraped", subject: `job ${subject}`, text: jobText(after) }];
    if (after === undefined)
      return [{ change: "scraped no more", subject: `job ${subject}`, text: jobText(before), weight: "look" }];
    if (jobText(before) === jobText(after)) return [];
    return [
      {
        change: "scraped otherwise",
        subject: `job ${subject}`,
        text: `${jobText(after)}, no longer ${jobText(before)}`,
      },
    ];
  });
  const [before, after] = [old, now].map((all) => Object.values(all).reduce((sum, job) => sum + job.series, 0));
  return [...jobs, ...moved("series", before, after, (value) => `${value} at most`)];
}

const jobText = (job: JobBudget | undefined): string =>
  job === undefined ? "" : `${job.targets} ${job.targets === 1 ? "target" : "targets"}, ${job.series} series at most`;

function jobsIn(files: Files): Readonly<Record<string, JobBudget>> {
  const text = files["prometheus/prometheus.yml"];
  const { scrape_configs: jobs = [] } = (text === undefined ? {} : (parse(text) ?? {})) as {
    readonly scrape_configs?: readonly Job[];
  };
  return Object.fromEntries(
    jobs.map(({ job_name, sample_limit = 0, static_configs = [] }) => {
      const targets = static_configs.reduce((sum, { targets: own = [] }) => sum + own.length, 0);
      // The limit is the budget with headroom; what was declared is the budget.
      return [job_name, { targets, series: Math.floor(sample_limit / BUDGET_HEADROOM) * targets }];
    }),
  );
}

function disk(plan: Plan): readonly Finding[] {
  const { old, new: now } = keepsOf(plan);
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].sort().flatMap((what): Finding[] => {
    const [before, after] = [old[what], now[what]];
    const longer = before !== undefined && after !== undefined && after.seconds > before.seconds;
    return [
      ...(longer
        ? [{ change: "kept longer", subject: what, text: `for ${lasting(after)}, no longer ${lasting(before)}` }]
        : []),
      ...moved(`disk for ${what}`, before?.disk, after?.disk, (value) => `${value} MiB`),
    ];
  });
}

/** What all containers may take of memory together. */
function memory(plan: Plan): readonly Finding[] {
  const resources = containersOf(plan).map(({ resource }) => resource);
  const sum = (side: "old" | "new"): number =>
    resources.reduce((all, one) => all + (typeof one[side]?.memory === "number" ? Number(one[side]?.memory) : 0), 0);
  return moved("memory of all containers", sum("old"), sum("new"), (value) => `${value} MiB at most`);
}

function moved(
  subject: string,
  before: number | undefined,
  after: number | undefined,
  text: (value: number) => string,
): readonly Finding[] {
  if (before === undefined || after === undefined || before === after) return [];
  return [{ change: after > before ? "more" : "less", subject, text: `${text(after)}, no longer ${text(before)}` }];
}
