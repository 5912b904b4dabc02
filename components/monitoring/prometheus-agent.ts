import * as pulumi from "@pulumi/pulumi";
import { PROMETHEUS_DIRECTORY, type ScrapeSettings } from "../../config/prometheus.ts";
import { AGENT_KEEPS, PROMETHEUS_AGENT_CHECK, renderPrometheusAgent } from "../../config/prometheus-agent.ts";
import { PACES, type Pace } from "../../signals/rule-group.ts";
import { HOST_AGENT_THRESHOLDS, hostAgentRules } from "../../signals/rules/host-agent.ts";
import { mergeSignals, type Observable, type Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import type { SecretFiles } from "../platform/mounts.ts";
import type { Platform } from "../platform/platform.ts";
import { refusing } from "../platform/refuse.ts";
import { scrapeDials } from "../platform/scrape-dials.ts";
import type { Running } from "../platform/workload.ts";
import type { Link } from "./gateway.ts";
import { PROMETHEUS_PORT, prometheusProgram } from "./prometheus-program.ts";

/** Arguments of {@link PrometheusAgent}. */
export interface PrometheusAgentArgs extends ScrapeSettings {
  /** The host it runs on. */
  readonly host: Platform;
  /** All that it scrapes; it adds itself. */
  readonly signals: readonly Signals[];
  /** Where the samples go. */
  readonly link: Link;
  /** The files of that link. */
  readonly secrets: SecretFiles;
  /** What must run before it looks: what is only coming up would be an alert. @default [] */
  readonly dependsOn?: readonly pulumi.Resource[];
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** Memory of the container. @default "192MiB" */
  readonly memory?: string;
}

/**
 * Prometheus as an agent: it scrapes what is on its host and sends the samples to the Prometheus of another one. What
 * could not be sent yet is on its volume, for four hours: neither a cut link nor its own end makes a hole.
 *
 * Its rules are for the Prometheus that it sends to. They say when nothing arrives: then no target of this host counts
 * as down, since nobody says so.
 *
 * @throws pulumi.InputPropertiesError when two jobs have one name
 */
export class PrometheusAgent extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: PrometheusAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:PrometheusAgent", name, {}, opts);
    const { host, link, secrets } = args;
    this.name = name;
    this.signals = {
      scrapeJobs: [
        {
          job: name,
          targets: [host.address(name, PROMETHEUS_PORT)],
          emits: ["prometheus-agent", "prometheus"],
        },
      ],
      ruleGroups: [
        hostAgentRules({
          job: name,
          host: host.name,
          pace: args.pace ?? PACES.steady,
          scrapeInterval: args.scrapeInterval,
          thresholds: overridesFor(HOST_AGENT_THRESHOLDS, args.thresholds),
        }),
      ],
    };
    host.claimName(name, "Prometheus agent");
    const all = mergeSignals([this.signals, ...args.signals]);
    const files = refusing(() => renderPrometheusAgent(all, args));
    this.container = prometheusProgram(
      name,
      {
        host,
        files,
        check: PROMETHEUS_AGENT_CHECK,
        filesDependOn: args.dependsOn ?? [],
        dependsOn: [link.ready],
        secrets,
        protect: false,
        dials: [...scrapeDials(host.paths, all, args), { to: [link.gateway], why: "brings samples" }],
        arguments: [
          "--agent",
          `--config.file=${PROMETHEUS_DIRECTORY}/prometheus.yml`,
          "--storage.agent.path=/prometheus",
          `--storage.agent.retention.max-time=${AGENT_KEEPS}`,
        ],
        memory: args.memory ?? "192MiB",
      },
      this,
    );
    this.registerOutputs({});
  }
}
