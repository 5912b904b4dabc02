import { type Problem, refuseIf } from "../services/problems.ts";
import type { MaintenanceWindow } from "../signals/maintenance.ts";
import type { PaceName } from "../signals/rule-group.ts";
import { canHaveImage, choose } from "./choices.ts";
import type { EdgeCallers } from "./edge-callers.ts";
import type { EdgeLimits } from "./edge-limits.ts";
import type { ImageSettings } from "./image-references.ts";
import type { ImageName } from "./images.ts";
import type { LogAgent } from "./log-agents.ts";
import type { LogStoreKind } from "./log-stores.ts";
import { isVisited, type ReceiverSettings, receiverSettings } from "./receiver-settings.ts";
import type { Retention } from "./retention.ts";
import { CHECKS, parseArray, parseList, parseObject, SECRET_KEYS, unknownKey } from "./settings-checks.ts";
import { askedOf, imageSettingsOf, type MachineSettings, retentionOf, settingsProblems } from "./settings-problems.ts";
import { parseSshUrl } from "./ssh.ts";
import { type SwitchSettings, switchSettings } from "./switch-settings.ts";
import type { TraceStoreKind } from "./trace-stores.ts";
import type { Discovery } from "./traefik.ts";

/** The configuration of a stack, checked. Every key is described in `Pulumi.yaml`. */
export interface Settings {
  /** The systems to deploy, each once, in this order. */
  readonly systems: readonly string[];
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly dashboardPort: number;
  readonly prometheusPort: number;
  readonly lokiPort: number;
  readonly victorialogsPort: number;
  readonly jaegerPort: number;
  readonly tempoPort: number;
  readonly grafanaPort: number;
  readonly alertmanagerPort: number;
  readonly mailPort: number;
  readonly noticesPort: number;
  readonly portalPort: number;
  /** Whether there is a portal. */
  readonly portal: boolean;
  /** Whether alerts arrive in an inbox of this stack. */
  readonly inbox: boolean;
  /** Who is told of alerts, besides that inbox, and the secrets that they need. */
  readonly receivers: ReceiverSettings;
  /** Why nobody is meant to hear of something: by severity, and `heartbeat` for a monitoring that is silent. */
  readonly untold: Readonly<Record<string, string>>;
  /** Planned times in which nobody is told of some services. */
  readonly maintenance: readonly MaintenanceWindow[];
  /** Who raises the alarm when the monitoring falls silent. */
  readonly deadMansSwitch: SwitchSettings;
  /** `ssh://user@address:port`; empty for this machine. */
  readonly host: string;
  /** The same for the monitoring, where it is not on that host; empty where it is. */
  readonly monitoringHost: string;
  /** Name or IPv4 address that the other host reaches the monitoring host by; empty where there is none. */
  readonly gatewayAddress: string;
  readonly gatewayPort: number;
  /** File of the private key for both; empty for the agent's and the user's own. */
  readonly sshKeyFile: string;
  /** Whether the host is looked at before anything is declared. */
  readonly checkHost: boolean;
  /** Whether the host is hardened and given Docker first. */
  readonly setupHost: boolean;
  readonly bindAddress: string;
  /** Whether others than its own machine reach the stack's edge. */
  readonly visited: boolean;
  /** Names that people use for the host when they ask for pages on its loopback, besides `localhost`. */
  readonly localNames: readonly string[];
  /** Where the edge's routes come from. */
  readonly discovery: Discovery;
  /** Whether visitors ask Nginx for the storefront's API, too, which hands it on. */
  readonly apiThroughNginx: boolean;
  /** What one address may ask of the edge, where it is not what holds by itself. */
  readonly edgeLimits: EdgeLimits;
  /** Whom the edge believes what he says in a header. */
  readonly edgeCallers: Required<EdgeCallers>;
  readonly catalogReplicas: number;
  /** Host name that the blog is reached by. */
  readonly blogHostname: string;
  /** Port of the host that is the blog's alone; 0 for none. */
  readonly blogPort: number;
  /** Title of the blog when it is new. */
  readonly blogTitle: string;
  readonly blogReplicas: number;
  /** Whether phpMyAdmin shows the blog's database. */
  readonly phpMyAdmin: boolean;
  readonly phpMyAdminPort: number;
  /** What brings the logs to their store. */
  readonly logAgent: LogAgent;
  /** Whether the hosts' own messages are brought there, too. */
  readonly hostLogs: boolean;
  /** What keeps the logs, where the setting leaves it open by what can be had. */
  readonly logStore: LogStoreKind;
  /** Whether there is a Grafana, where the setting leaves it open by whether it can be had. */
  readonly grafana: boolean;
  /** What keeps the traces. */
  readonly traceStore: TraceStoreKind;
  /** The part of the traces that is kept, of those that are neither failed nor slow; 0 where there are none. */
  readonly traceRatio: number;
  readonly scrapeInterval: string;
  /** How soon alerts see a change. */
  readonly pace: PaceName;
  /** How long samples and logs are kept, and how much disk both may take. */
  readonly retention: Required<Retention>;
  readonly protectData: boolean;
  /** 0 where Docker decides. */
  readonly networkMtu: number;
  readonly images: ImageSettings;
  /** Undefined where none is set. */
  readonly caBundle: string | undefined;
}

/**
 * Checks the raw configuration of a stack: all keys of the namespace `vigie`, as text.
 *
 * @param raw key without namespace to text, with the defaults of `Pulumi.yaml` filled in
 * @param known names of the systems that can be deployed; where it is left out, names are not checked
 * @throws DeclarationError with every problem: unknown keys, wrong values, one port for two things
 */
export function parseSettings(
  raw: Readonly<Record<string, string>>,
  machine: MachineSettings,
  known?: readonly string[],
): Settings {
  const problems: Problem[] = [];
  for (const [key, text] of Object.entries(raw)) {
    const check = CHECKS[key];
    const allowed = check === undefined ? unknownKey(key) : check(text);
    if (allowed === undefined) continue;
    problems.push({
      property: `vigie:${key}`,
      given: SECRET_KEYS.includes(key) ? "(not shown)" : text,
      allowed: allowed.replace(/\.$/, ""),
      fix:
        check === undefined
          ? `\`pulumi config rm vigie:${key}\` takes it out.`
          : `\`pulumi config set vigie:${key} …\` changes it.`,
    });
  }
  for (const key of Object.keys(CHECKS).filter((expected) => raw[expected] === undefined)) {
    problems.push({ property: `vigie:${key}`, given: undefined, allowed: "a value; Pulumi.yaml has the defaults" });
  }
  problems.push(...settingsProblems(raw, machine, known));
  refuseIf("the configuration of this stack", problems);
  const text = (key: string): string => raw[key] ?? "";
  const images = imageSettingsOf(text, machine);
  const canHave = (name: ImageName) => canHaveImage(name, images);
  return {
    systems: parseList(text("systems")) ?? [],
    httpPort: Number(text("httpPort")),
    httpsPort: Number(text("httpsPort")),
    dashboardPort: Number(text("dashboardPort")),
    prometheusPort: Number(text("prometheusPort")),
    lokiPort: Number(text("lokiPort")),
    victorialogsPort: Number(text("victorialogsPort")),
    jaegerPort: Number(text("jaegerPort")),
    tempoPort: Number(text("tempoPort")),
    grafanaPort: Number(text("grafanaPort")),
    alertmanagerPort: Number(text("alertmanagerPort")),
    mailPort: Number(text("mailPort")),
    noticesPort: Number(text("noticesPort")),
    portalPort: Number(text("portalPort")),
    portal: text("portal") === "true",
    inbox: text("inbox") === "true",
    receivers: receiverSettings(text),
    untold: (parseObject(text("untold")) ?? {}) as Readonly<Record<string, string>>,
    maintenance: (parseArray(text("maintenance")) ?? []) as readonly MaintenanceWindow[],
    deadMansSwitch: switchSettings(text),
    host: text("host"),
    monitoringHost: text("monitoringHost"),
    gatewayAddress: text("gatewayAddress") || (parseSshUrl(text("monitoringHost"))?.address ?? ""),
    gatewayPort: Number(text("gatewayPort")),
    sshKeyFile: text("sshKeyFile"),
    checkHost: text("checkHost") === "true",
    setupHost: text("setupHost") === "true",
    bindAddress: text("bindAddress"),
    visited: isVisited(text),
    localNames: parseList(text("localNames")) ?? [],
    discovery: text("discovery") as Discovery,
    apiThroughNginx: text("apiThroughNginx") === "true",
    edgeLimits: (parseObject(text("edgeLimits")) ?? {}) as EdgeLimits,
    edgeCallers: {
      trustedProxies: parseList(text("trustedProxies")) ?? [],
      trustedTraceContext: parseList(text("trustedTraceContext")) ?? [],
    },
    catalogReplicas: Number(text("catalogReplicas")),
    blogHostname: text("blogHostname"),
    blogPort: Number(text("blogPort")),
    blogTitle: text("blogTitle"),
    blogReplicas: Number(text("blogReplicas")),
    phpMyAdmin: text("phpMyAdmin") === "true",
    phpMyAdminPort: Number(text("phpMyAdminPort")),
    logAgent: text("logAgent") as LogAgent,
    hostLogs: text("hostLogs") === "true",
    ...choose(askedOf(text), canHave),
    traceStore: text("traceStore") as TraceStoreKind,
    traceRatio: Number(text("traceRatio")),
    scrapeInterval: text("scrapeInterval"),
    pace: text("pace") as PaceName,
    retention: retentionOf(text),
    protectData: text("protectData") === "true",
    networkMtu: Number(text("networkMtu")),
    images,
    caBundle: text("caBundle") || machine.caBundle,
  };
}
