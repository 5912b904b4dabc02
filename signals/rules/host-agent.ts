import { toSeconds } from "../../services/units.ts";
import { type JobPackArgs, jobAlerts, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import { scrapeSeconds } from "../scrape-interval.ts";
import type { ThresholdTable } from "../threshold.ts";
import { prometheusReloadFailing } from "./prometheus.ts";

/** Beyond what the alerts on what watches another host fire. */
export const HOST_AGENT_THRESHOLDS = {
  HostAgentLosesSamples: { unit: "count", fires: "above", warning: 0 },
} as const satisfies ThresholdTable;

/** What {@link hostAgentRules} watches. */
export interface HostAgentRules extends JobPackArgs<typeof HOST_AGENT_THRESHOLDS> {
  /** The `job` label of the Prometheus agent of a host. */
  readonly job: string;
  /** Name of that host. @default - the job */
  readonly host?: string;
  /** Time between two of its scrapes. @default "15s" */
  readonly scrapeInterval?: string | undefined;
}

/**
 * What watches another host, and the link that its numbers come by. When nothing arrives, no target of that host counts
 * as down: nobody says so. Hence `HostAgentSilent`, which goes by the time of the newest sample.
 */
export function hostAgentRules(args: HostAgentRules): RuleGroup {
  const { job, host = job, owner, scrapeInterval } = args;
  const { pace, selector, at } = jobAlerts(HOST_AGENT_THRESHOLDS, args);
  // A scrape and a batch are always on their way.
  const late = Math.max(Math.min(60, toSeconds(pace.window) ?? 60), 3 * scrapeSeconds(scrapeInterval));
  return rulePack({ job, pack: "host-agent", owner, dashboard: { uid: "stack-home" } }, [
    {
      alert: "HostAgentSilent",
      // After five minutes the series is gone: the second half goes on with the same labels, so it is one alert.
      expr: `max by (job) (time() - timestamp(up${selector})) > ${late} or absent(up${selector})`,
      for: pace.downFor,
      severity: "critical",
      kind: "outage",
      drill: { fault: { kind: "stop", containers: { component: job } }, takes: `${BigInt(Math.ceil(late))}s` },
      summary: `No metrics arrive from host ${host}`,
      description: `The agent ${job}, its link to the monitoring, or the whole host is away. Nothing on ${host} can alert meanwhile; what is measured there arrives later, as long as it is not down for hours.`,
    },
    ...at("HostAgentLosesSamples", ({ value }) => ({
      expr: `sum by (job) (increase(prometheus_remote_storage_samples_failed_total${selector}[${pace.window}])) > ${value}`,
      for: "0s",
      kind: "cause",
      drill: {
        undrillable:
          "The monitoring host must refuse samples for good, which it does with those that are hours older than the link lets wait.",
      },
      summary: `{{ $value | humanize }} samples of host ${host} were refused for good`,
      description: "The monitoring host took them for wrong or too old. Graphs and alerts have a hole there.",
    })),
    prometheusReloadFailing(job, pace, "new targets"),
  ]);
}
