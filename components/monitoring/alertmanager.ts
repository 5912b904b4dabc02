import * as pulumi from "@pulumi/pulumi";
import {
  ALERTMANAGER_CHECK,
  ALERTMANAGER_DIRECTORY,
  ALERTMANAGER_PORTS,
  ALERTMANAGER_RELOAD,
  renderAlertmanager,
  renderAlertmanagerArguments,
} from "../../config/alertmanager.ts";
import { alertmanagerProblems, receiverSecretProblems, receiversOf } from "../../config/alertmanager-problems.ts";
import type { AlertmanagerSettings } from "../../config/alertmanager-settings.ts";
import { images } from "../../config/images.ts";
import type { AlertPolicySpec } from "../../signals/alert-policy.ts";
import { addressOf } from "../../signals/receivers/index.ts";
import { PACES } from "../../signals/rule-group.ts";
import { ALERTMANAGER_THRESHOLDS, alertmanagerRules } from "../../signals/rules/alertmanager.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import { claiming } from "../platform/claiming.ts";
import type { SecretFiles } from "../platform/mounts.ts";
import { outsideNetwork } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import { refusing } from "../platform/refuse.ts";
import type { Running } from "../platform/workload.ts";

/** Arguments of {@link Alertmanager}. */
export interface AlertmanagerArgs extends AlertmanagerSettings {
  /** The host it runs on. */
  readonly host: Platform;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** Who hears of what. */
  readonly policies: readonly AlertPolicySpec[];
  /** Secrets of the receivers, by the name of their file in `/run/secrets`. @default {} */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Port of the host for the first instance's page. @default 9093 */
  readonly port?: number;
  /** What must answer before it starts: a mail server that runs in the same stack. @default [] */
  readonly dependsOn?: readonly pulumi.Resource[];
  /** Memory of one instance. @default "64MiB" */
  readonly memory?: string;
}

const INSTANCES = [1, 2] as const;

/**
 * Two Alertmanagers that gossip: each gets every alert, and one of them notifies. A single one that is killed forgets
 * whom it owes a "resolved".
 *
 * @throws pulumi.InputPropertiesError when a receiver is declared wrongly, or the port is taken
 * @example
 * ```ts
 * const mail: Receiver = { kind: "email", name: "team", to: ["team@shop.example"], from: "vigie@shop.example", smarthost: "mail.shop.example:587" };
 * new Alertmanager("alertmanager", { host, policies: [{ name: "all", notify: { critical: [mail], warning: [mail] } }] });
 * ```
 */
export class Alertmanager extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** URL of the first instance's page. */
  readonly url: string;
  /** The instances as Prometheus reaches them, `host:port`. */
  readonly addresses: readonly string[];
  /** Its containers, in the order of their numbers. */
  readonly containers: readonly Running[];

  constructor(name: string, args: AlertmanagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Alertmanager", name, {}, opts);
    const { host } = args;
    const port = args.port ?? ALERTMANAGER_PORTS.web;
    this.name = name;
    this.url = host.published(port);
    const given = args.secrets ?? {};
    const { rules } = claiming(
      {
        host,
        kind: "Alertmanager",
        name,
        ports: [{ port, property: "port", by: name }],
        problems: [
          ...alertmanagerProblems(args.policies, args),
          ...receiverSecretProblems(args.policies, Object.keys(given), args.watchdog),
        ],
      },
      {
        rules: () =>
          alertmanagerRules({
            job: name,
            pace: PACES[args.pace ?? "steady"],
            thresholds: overridesFor(ALERTMANAGER_THRESHOLDS, args.thresholds),
          }),
      },
    );
    const secrets = Object.keys(given).length === 0 ? undefined : host.secret(name, given, this);

    const names = INSTANCES.map((index) => `${name}-${index}`);
    this.addresses = names.map((instance) => host.address(instance, ALERTMANAGER_PORTS.web));
    this.containers = names.map((instance) => this.#createInstance(instance, names, args, secrets));
    this.signals = {
      scrapeJobs: [{ job: name, targets: this.addresses, emits: ["alertmanager"] }],
      ruleGroups: [rules],
    };
    this.registerOutputs({ url: this.url });
  }

  #createInstance(
    name: string,
    all: readonly string[],
    args: AlertmanagerArgs,
    secrets: SecretFiles | undefined,
  ): Running {
    const { host } = args;
    const { user } = images.alertmanager;
    const config = host.files(
      `${name}-config`,
      {
        directory: name,
        files: refusing(() => renderAlertmanager(args.policies, args)),
        check: { image: "alertmanager", user, command: ALERTMANAGER_CHECK, mountPath: ALERTMANAGER_DIRECTORY },
        reload: { workloads: [name], command: ALERTMANAGER_RELOAD },
      },
      { parent: this },
    );
    // Where a secret says who is told, nobody here knows whether that is on the host.
    const receivers = receiversOf(args.policies, args.watchdog);
    const tellsInSecret = receivers.some((receiver) => addressOf(receiver) === undefined);
    const peers = all.filter((other) => other !== name).map((other) => host.hostname(other));
    return host.run(
      `${name}-container`,
      {
        name,
        component: this.name,
        image: host.image("alertmanager").reference,
        user,
        networks: ["observability", "notify", ...(tellsInSecret ? [outsideNetwork(this.name)] : [])],
        dials: [
          { to: peers.map((peer) => `${peer}:${ALERTMANAGER_PORTS.cluster}`), why: "agrees with the other one" },
          ...receivers.map((receiver) => ({
            to: [addressOf(receiver) ?? []].flat(),
            why: `tells ${receiver.name}`,
          })),
        ],
        command: renderAlertmanagerArguments(peers, this.url, args.pace, args.policies),
        probe: { kind: "http", tool: "wget", port: ALERTMANAGER_PORTS.web, path: "/-/ready" },
        memory: args.memory ?? "64MiB",
        scratch: [{ path: "/tmp" }],
        mounts: [
          { kind: "files", directory: name, path: ALERTMANAGER_DIRECTORY },
          { kind: "data", data: host.data(name, false, this), path: "/alertmanager" },
        ],
        ...(name === all[0]
          ? { ports: [{ external: args.port ?? ALERTMANAGER_PORTS.web, internal: ALERTMANAGER_PORTS.web }] }
          : {}),
        ...(secrets === undefined ? {} : { secrets }),
      },
      { parent: this, dependsOn: [config, ...(args.dependsOn ?? [])] },
    );
  }
}
