import { type Problem, refuseIf } from "../services/problems.ts";
import { toSeconds } from "../services/units.ts";
import type { ScrapeJob, Signals } from "../signals/signals.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";

/** What is set for Prometheus as a whole. */
export interface PrometheusSettings {
  /** Time between two scrapes of a target. @default "15s" */
  readonly scrapeInterval?: string;
  /** Labels of everything that leaves this Prometheus. @default {} */
  readonly externalLabels?: Readonly<Record<string, string>>;
}

/** Where Prometheus reads its configuration, in its container. */
export const PROMETHEUS_DIRECTORY = "/etc/prometheus";

/** The check of Prometheus' own tool, run on the files before they land. */
export const PROMETHEUS_CHECK = ["promtool", "check", "config", `${PROMETHEUS_DIRECTORY}/prometheus.yml`] as const;

/**
 * Renders the configuration of Prometheus.
 *
 * A scrape may take as long as the interval at most: Prometheus refuses more, and its default of 10 s is more than a
 * short interval.
 *
 * @throws DeclarationError when two jobs have the same name, a job has no target, or the interval is no duration.
 * @example
 * ```ts
 * renderPrometheus({ scrapeJobs: [{ job: "catalog", targets: ["catalog-1:5000"] }] }, { scrapeInterval: "5s" });
 * ```
 */
export function renderPrometheus(signals: Signals, settings: PrometheusSettings = {}): readonly ConfigFile[] {
  const interval = settings.scrapeInterval ?? "15s";
  refuseIf("the configuration of Prometheus", problemsOf(signals.scrapeJobs, interval));
  const seconds = toSeconds(interval) ?? 15;
  const document = {
    global: {
      scrape_interval: interval,
      scrape_timeout: seconds > 10 ? "10s" : interval,
      evaluation_interval: interval,
      ...(settings.externalLabels === undefined ? {} : { external_labels: settings.externalLabels }),
    },
    scrape_configs: signals.scrapeJobs.map(renderJob),
  };
  return [yamlFile("prometheus.yml", document)];
}

function renderJob(job: ScrapeJob): object {
  return {
    job_name: job.job,
    metrics_path: job.path ?? "/metrics",
    static_configs: [{ targets: job.targets, ...(job.labels === undefined ? {} : { labels: job.labels }) }],
  };
}

function problemsOf(jobs: readonly ScrapeJob[], interval: string): Problem[] {
  const problems: Problem[] = [];
  if (!((toSeconds(interval) ?? 0) >= 1)) {
    problems.push({
      property: "scrapeInterval",
      given: interval,
      allowed: 'a duration of at least a second, such as "15s"',
    });
  }
  const seen = new Set<string>();
  for (const job of jobs) {
    if (seen.has(job.job)) {
      problems.push({
        property: "scrapeJobs",
        given: job.job,
        allowed: "each job once",
        fix: `Two sources are called ${JSON.stringify(job.job)}: rename one of them, or list it once in \`sources\`.`,
      });
    }
    seen.add(job.job);
    if (job.targets.length === 0) {
      problems.push({
        property: `scrapeJobs.${job.job}.targets`,
        given: job.targets,
        allowed: "at least one host:port",
      });
    }
    for (const target of job.targets) {
      if (!/^[A-Za-z0-9._-]+:\d{1,5}$/.test(target)) {
        problems.push({
          property: `scrapeJobs.${job.job}.targets`,
          given: target,
          allowed: 'host:port, such as "catalog-1:5000"',
        });
      }
    }
  }
  return problems;
}
