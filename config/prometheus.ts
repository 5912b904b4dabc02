import { type Problem, refuseIf } from "../services/problems.ts";
import type { Version } from "../services/rollout.ts";
import { type Duration, durationWrong } from "../services/units.ts";
import { usedSeries } from "../signals/metrics/used.ts";
import { SCRAPE_INTERVAL, scrapeSeconds } from "../signals/scrape-interval.ts";
import type { Probe, ScrapeJob, Signals } from "../signals/signals.ts";
import { targetProblems } from "./addresses.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";
import { type RuleSettings, renderRules } from "./rules.ts";
import { SCRAPE_CLIENT } from "./scrape-access.ts";
import { budgetProblems, renderBudget } from "./scrape-budget.ts";

/** How targets are scraped. */
export interface ScrapeSettings {
  /** Time between two scrapes of a target. @default "15s" */
  readonly scrapeInterval?: string;
  /** blackbox_exporter as `host:port`. @default - none; then there may be no probes */
  readonly blackbox?: string;
  /**
   * Series that rules and panels name: each job keeps them besides its own of the catalogue.
   *
   * @default - those that the signals' own rules and dashboards name
   */
  readonly used?: readonly string[];
}

/** What is set for Prometheus as a whole. */
export interface PrometheusSettings extends RuleSettings, ScrapeSettings {
  /** Time between two evaluations of the rules. @default - the time between two scrapes */
  readonly evaluationInterval?: Duration;
  /** Labels of everything that leaves this Prometheus. @default {} */
  readonly externalLabels?: Readonly<Record<string, string>>;
  /** Alertmanagers as `host:port`. Each gets every alert: they agree among themselves who notifies. @default [] */
  readonly alertmanagers?: readonly string[];
  /** Whether it takes samples of agents on other hosts, late ones too. @default false */
  readonly receives?: boolean;
}

/** Where Prometheus reads its configuration, in its container. */
export const PROMETHEUS_DIRECTORY = "/etc/prometheus";

/** How promtool signs in at the Prometheus that it is beside, in a file of {@link PROMETHEUS_DIRECTORY}. */
export const PROMETHEUS_CLIENT = yamlFile("client.yml", SCRAPE_CLIENT);

/** The check of Prometheus' own tool, run on the files before they land. */
export const PROMETHEUS_CHECK = ["promtool", "check", "config", `${PROMETHEUS_DIRECTORY}/prometheus.yml`] as const;

/**
 * How old a sample may be that an agent brings: it keeps as much while the link is down. Without it, Prometheus refuses
 * what is more than an hour older than its newest sample.
 */
export const LATE_SAMPLES = "5h";

/** The `job` of all probes. */
export const PROBE_JOB = "probes";

/**
 * Renders the configuration of Prometheus: jobs, probes, Alertmanagers, and one file for each group of rules.
 *
 * A scrape may take as long as the interval at most: Prometheus refuses more, and its default of 10 s is more than a
 * short interval.
 *
 * @throws DeclarationError with every problem: two jobs, probes or rule groups of one name, a job without targets, an
 * interval that is no duration, probes without a blackbox_exporter.
 * @example
 * ```ts
 * renderPrometheus({ scrapeJobs: [{ job: "catalog", targets: ["catalog-1:5000"] }] }, { scrapeInterval: "5s" });
 * ```
 */
export function renderPrometheus(signals: Signals, settings: PrometheusSettings = {}): readonly ConfigFile[] {
  const { ruleGroups = [] } = signals;
  const { alertmanagers = [] } = settings;
  refuseIf("the configuration of Prometheus", [
    ...scrapeProblems(signals, settings),
    ...intervalProblems("evaluationInterval", settings.evaluationInterval),
    ...alertmanagers.flatMap((target) => targetProblems("alertmanagers", target)),
  ]);
  const rules = renderRules(ruleGroups, settings);
  const times = scrapeTimes(settings);
  const document = {
    global: {
      ...times,
      evaluation_interval: settings.evaluationInterval ?? times.scrape_interval,
      ...(settings.externalLabels === undefined ? {} : { external_labels: settings.externalLabels }),
    },
    // Each by its name and no pattern: a file that an earlier deployment left is not read.
    ...(rules.length === 0 ? {} : { rule_files: rules.map(({ path }) => path) }),
    ...(alertmanagers.length === 0
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: alertmanagers }] }] } }),
    ...(settings.receives === true ? { storage: { tsdb: { out_of_order_time_window: LATE_SAMPLES } } } : {}),
    scrape_configs: scrapeConfigs(signals, settings),
  };
  return [yamlFile("prometheus.yml", document), ...rules];
}

/** How often targets are scraped, for the block `global`. */
export function scrapeTimes({ scrapeInterval = SCRAPE_INTERVAL }: ScrapeSettings) {
  const long = scrapeSeconds(scrapeInterval) > 10;
  return { scrape_interval: scrapeInterval, scrape_timeout: long ? "10s" : scrapeInterval };
}

/** The jobs and probes as `scrape_configs`. */
export function scrapeConfigs(signals: Signals, { blackbox, used: given }: ScrapeSettings): readonly object[] {
  const { scrapeJobs, ruleGroups = [], probes = [], dashboards = [] } = signals;
  // One that is made when the whole stack is known is looked at by who knows it, and gives `used`.
  const files = dashboards.filter((dashboard) => typeof dashboard !== "function");
  const used = given ?? usedSeries(ruleGroups, files);
  return [
    ...scrapeJobs.map((job) => renderJob(job, used)),
    ...(blackbox === undefined || probes.length === 0 ? [] : [renderProbes(probes, blackbox, used)]),
  ];
}

/** What is wrong with jobs and probes. */
export function scrapeProblems({ scrapeJobs, probes = [] }: Signals, settings: ScrapeSettings): Problem[] {
  return [
    ...problemsOf(scrapeJobs, settings.scrapeInterval),
    ...budgetProblems(scrapeJobs),
    ...probeProblems(probes, settings.blackbox),
  ];
}

function renderJob(job: ScrapeJob, used: readonly string[]): object {
  return {
    job_name: job.job,
    metrics_path: job.path ?? "/metrics",
    ...(job.signsIn === true ? SCRAPE_CLIENT : {}),
    ...renderBudget(job, used),
    static_configs: targetsOf(job),
  };
}

function targetsOf({ targets, candidates, labels }: ScrapeJob): readonly object[] {
  if (candidates === undefined) return [{ targets, ...(labels === undefined ? {} : { labels }) }];
  const isCandidate = (target: string): boolean => candidates.includes(target);
  const of = (version: Version, some: readonly string[]) => ({ targets: some, labels: { ...labels, version } });
  return [
    of(
      "stable",
      targets.filter((target) => !isCandidate(target)),
    ),
    of("candidate", targets.filter(isCandidate)),
  ];
}

// The exporter is what is scraped; what it asks is a parameter, and becomes the instance.
function renderProbes(probes: readonly Probe[], blackbox: string, used: readonly string[]): object {
  return {
    job_name: PROBE_JOB,
    metrics_path: "/probe",
    ...SCRAPE_CLIENT,
    ...renderBudget({ emits: ["probes"] }, used),
    static_configs: probes.map(({ name, service = name, url, hostname, module = "http_2xx" }) => ({
      targets: [url],
      labels: {
        probe: name,
        service,
        __param_module: module,
        ...(hostname === undefined ? {} : { __param_hostname: hostname }),
      },
    })),
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__address__"], target_label: "instance" },
      { target_label: "__address__", replacement: blackbox },
    ],
  };
}

function probeProblems(probes: readonly Probe[], blackbox: string | undefined): Problem[] {
  if (probes.length === 0) return [];
  const problems: Problem[] = [];
  if (blackbox === undefined) {
    problems.push({
      property: "blackbox",
      given: undefined,
      allowed: "host:port of blackbox_exporter, since there are probes",
    });
  } else problems.push(...targetProblems("blackbox", blackbox));
  probes.forEach(({ name, url, module = "http_2xx" }, index) => {
    if (probes.findIndex((other) => other.name === name) < index) {
      problems.push({ property: "probes", given: name, allowed: "each probe once", fix: "Rename one of the two." });
    }
    if (module !== "http_2xx") problems.push(...targetProblems(`probes.${name}.url`, url));
    else if (!/^https?:\/\/[^\s/]+(\/\S*)?$/.test(url)) {
      problems.push({ property: `probes.${name}.url`, given: url, allowed: "an address with http:// or https://" });
    }
  });
  return problems;
}

/** What is wrong with a time between two scrapes, or two evaluations; `[]` where it is left out. */
export function intervalProblems(property: string, given: string | undefined): Problem[] {
  const wrong = given === undefined ? undefined : durationWrong(given, { least: 1, such: SCRAPE_INTERVAL });
  return wrong === undefined ? [] : [{ property, given, ...wrong }];
}

function problemsOf(jobs: readonly ScrapeJob[], interval: string | undefined): Problem[] {
  const problems = intervalProblems("scrapeInterval", interval);
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
    for (const target of job.targets) problems.push(...targetProblems(`scrapeJobs.${job.job}.targets`, target));
  }
  return problems;
}
