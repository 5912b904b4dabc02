import type { ScrapeSettings } from "../../config/prometheus.ts";
import type { Signals } from "../../signals/signals.ts";
import type { Dial, Paths } from "./paths.ts";

/**
 * What a Prometheus connects to: the targets of all jobs, and blackbox_exporter where there are probes. What that one
 * asks is told to `paths`: its container was made before anybody knew.
 */
export function scrapeDials(
  paths: Paths,
  { scrapeJobs, probes = [] }: Signals,
  { blackbox }: Pick<ScrapeSettings, "blackbox">,
): readonly Dial[] {
  const scraped = scrapeJobs.map(({ job, targets }) => ({ to: targets, why: `scrapes ${job}` }));
  if (blackbox === undefined || probes.length === 0) return scraped;
  paths.dial(blackbox, { to: probes.map(({ url }) => url), why: "asks as visitors do" });
  return [...scraped, { to: [blackbox], why: "has pages asked for" }];
}
