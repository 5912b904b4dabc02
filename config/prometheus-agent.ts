import { refuseIf } from "../services/problems.ts";
import type { Signals } from "../signals/signals.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";
import { LINK_PATHS, type LinkSettings, linkProblems, linkTls } from "./link.ts";
import { PROMETHEUS_DIRECTORY, type ScrapeSettings, scrapeConfigs, scrapeProblems, scrapeTimes } from "./prometheus.ts";

/** What is set for a Prometheus that only scrapes and sends on. */
export interface PrometheusAgentSettings extends ScrapeSettings {
  /** Where the samples go. */
  readonly link: LinkSettings;
}

/** How long it keeps what it could not send. A little less than what the one that gets it takes as late. */
export const AGENT_KEEPS = "4h";

/** The check of Prometheus' own tool for an agent's configuration. */
export const PROMETHEUS_AGENT_CHECK = [
  "promtool",
  "check",
  "config",
  "--agent",
  `${PROMETHEUS_DIRECTORY}/prometheus.yml`,
] as const;

/**
 * Renders the configuration of Prometheus as an agent: it scrapes the jobs and probes of its host, and sends the samples
 * to the Prometheus that has the rules. It adds no label: rules and dashboards see what they would see of their own host.
 *
 * @throws DeclarationError with every problem of a job, a probe or the link.
 * @example
 * ```ts
 * renderPrometheusAgent({ scrapeJobs: [{ job: "catalog", targets: ["catalog-1:5000"] }] }, { link });
 * ```
 */
export function renderPrometheusAgent(signals: Signals, settings: PrometheusAgentSettings): readonly ConfigFile[] {
  const { link } = settings;
  refuseIf("the configuration of Prometheus' agent", [...scrapeProblems(signals, settings), ...linkProblems(link)]);
  return [
    yamlFile("prometheus.yml", {
      global: scrapeTimes(settings),
      scrape_configs: scrapeConfigs(signals, settings),
      remote_write: [
        {
          name: "monitoring",
          url: `https://${link.gateway}${LINK_PATHS.samples}`,
          remote_timeout: "10s",
          // They lead from a measured duration to its trace, whichever host it was measured on.
          send_exemplars: true,
          tls_config: { ...linkTls(link), min_version: "TLS12" },
          queue_config: {
            // The rules wait for it.
            batch_send_deadline: "1s",
            max_shards: 4,
            max_backoff: "5s",
            retry_on_http_429: true,
          },
          metadata_config: { send: true, send_interval: "1m" },
        },
      ],
    }),
  ];
}
