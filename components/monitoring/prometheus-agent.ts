import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/images.ts";
import { PROMETHEUS_DIRECTORY, type ScrapeSettings } from "../../config/prometheus.ts";
import { AGENT_KEEPS, PROMETHEUS_AGENT_CHECK, renderPrometheusAgent } from "../../config/prometheus-agent.ts";
import { PACES, type Pace } from "../../signals/rule-group.ts";
import { HOST_AGENT_THRESHOLDS, hostAgentRules } from "../../signals/rules/host-agent.ts";
import { mergeSignals, type Observable, type Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import { hardenedContainer, tmpfsOptions } from "../docker/container.ts";
import { dataVolume } from "../docker/data-volume.ts";
import type { SecretFiles } from "../docker/secret-files.ts";
import type { Host } from "../platform/host.ts";
import { refusing } from "../platform/refuse.ts";
import { scrapeDials } from "../platform/scrape-dials.ts";
import type { Link } from "./gateway.ts";
import { PROMETHEUS_PORT } from "./prometheus.ts";

/** Arguments of {@link PrometheusAgent}. */
export interface PrometheusAgentArgs extends ScrapeSettings {
  /** The host it runs on. */
  readonly host: Host;
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
  readonly container: docker.Container;

  constructor(name: string, args: PrometheusAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:PrometheusAgent", name, {}, opts);
    const { host, link, secrets } = args;
    const { user } = images.prometheus;
    this.name = name;
    this.signals = {
      scrapeJobs: [
        {
          job: name,
          targets: [`${host.physicalName(name)}:${PROMETHEUS_PORT}`],
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
    const config = host.hotFiles(
      `${name}-config`,
      {
        directory: name,
        files,
        check: { image: "prometheus", user, command: PROMETHEUS_AGENT_CHECK, mountPath: PROMETHEUS_DIRECTORY },
      },
      { parent: this, dependsOn: [...(args.dependsOn ?? [])] },
    );
    this.container = hardenedContainer(
      `${name}-container`,
      {
        host,
        name,
        component: name,
        image: host.image("prometheus").name,
        user,
        networks: ["observability", "metrics"],
        dials: [...scrapeDials(host.paths, all, args), { to: [link.gateway], why: "brings samples" }],
        command: [
          "--agent",
          `--config.file=${PROMETHEUS_DIRECTORY}/prometheus.yml`,
          "--storage.agent.path=/prometheus",
          `--storage.agent.retention.max-time=${AGENT_KEEPS}`,
          "--enable-feature=auto-reload-config,exemplar-storage,extra-scrape-metrics",
          "--config.auto-reload-interval=5s",
          "--log.format=json",
        ],
        health: ["CMD", "promtool", "check", "ready", `--url=http://127.0.0.1:${PROMETHEUS_PORT}`],
        memory: args.memory ?? "192MiB",
        tmpfs: { "/tmp": tmpfsOptions(user) },
        volumes: [
          { hostPath: host.hotDirectory(name), containerPath: PROMETHEUS_DIRECTORY, readOnly: true },
          { volumeName: dataVolume(name, host, false, this).name, containerPath: "/prometheus" },
        ],
        secrets,
        stopSeconds: 30,
      },
      { parent: this, dependsOn: [config, link.ready] },
    );
    this.registerOutputs({});
  }
}
