import { type Problem, refuseIf } from "../services/problems.ts";
import { type Chosen, canHaveImage, choose } from "./choices.ts";
import type { EdgeCallers } from "./edge-callers.ts";
import type { ImageSettings } from "./image-references.ts";
import type { ImageName } from "./images.ts";
import { isVisited, type ReceiverSettings, receiverSettings } from "./receiver-settings.ts";
import type { Retention } from "./retention.ts";
import type { Codecs, Values } from "./settings/codec.ts";
import { CODECS, decode, type RawSettings } from "./settings/codecs.ts";
import { imageSettingsOf, type MachineSettings, retentionOf, settingsProblems } from "./settings-problems.ts";
import { parseSshUrl } from "./ssh.ts";
import { type SwitchSettings, switchSettings } from "./switch-settings.ts";

/** Keys that are read together with others: what they make is in {@link Settings} under another name. */
type Combined =
  | "mailTo"
  | "mailFrom"
  | "mailServer"
  | "mailUser"
  | "mailPassword"
  | "webhookUrl"
  | "receivers"
  | "receiverSecrets"
  | "muteTimings"
  | "deadMansSwitch"
  | "deadMansSwitchMail"
  | "deadMansSwitchPassword"
  | "heartbeatUrl"
  | "trustedProxies"
  | "trustedTraceContext"
  | "logStore"
  | "grafana"
  | "retentionMetrics"
  | "retentionLogs"
  | "retentionTraces"
  | "retentionDisk"
  | "backupRecipients"
  | "registryMirror"
  | "images"
  | "caBundle";

/** What several keys say together. */
interface Read extends Chosen {
  /** Who is told of alerts, besides the inbox of the stack, and the secrets that they need. */
  readonly receivers: ReceiverSettings;
  /** Who raises the alarm when the monitoring falls silent. */
  readonly deadMansSwitch: SwitchSettings;
  /** Whether others than its own machine reach the stack's edge. */
  readonly visited: boolean;
  /** Whom the edge believes what he says in a header. */
  readonly edgeCallers: Required<EdgeCallers>;
  /** How long samples, logs and traces are kept, and how much disk all may take. */
  readonly retention: Required<Retention>;
  /** Where the images come from. */
  readonly images: ImageSettings;
  /** File of CA certificates that builds must trust. Undefined where none is set. */
  readonly caBundle: string | undefined;
}

/**
 * The configuration of a stack, checked. Every key is described in `Pulumi.yaml`, and by its codec in
 * `config/settings/`.
 */
export type Settings = Omit<RawSettings, Combined> & Read;

/**
 * Checks the raw configuration of a stack: all keys of the namespace `vigie`, as text.
 *
 * @param raw key without namespace to text, with the defaults of `Pulumi.yaml` filled in
 * @param known names of the systems that can be deployed; where it is left out, names are not checked
 * @param own keys of the program's systems, which the library does not know
 * @param together what is wrong with the values of several keys, where some are the program's own
 * @throws DeclarationError with every problem: unknown keys, wrong values, one port for two things
 */
export function parseSettings<Own extends Codecs = Record<never, never>>(
  raw: Readonly<Record<string, string>>,
  machine: MachineSettings,
  known?: readonly string[],
  own?: Own,
  together: (values: RawSettings & Values<Own>) => readonly Problem[] = () => [],
): Settings & Values<Own> {
  const codecs: Codecs = { ...CODECS, ...own };
  const all = decode(codecs, raw);
  const library = decode(CODECS, raw);
  const ofProgram = decode(own ?? NONE, raw).values as Values<Own>;
  refuseIf("the configuration of this stack", [
    ...all.problems,
    ...settingsProblems({ raw, values: library.values, wrong: all.wrong, codecs, machine, known }),
    ...together({ ...library.values, ...ofProgram }),
  ]);
  return { ...settingsOf(library.values, machine), ...ofProgram };
}

const NONE = {};

function settingsOf(values: RawSettings, machine: MachineSettings): Settings {
  const { mailTo, mailFrom, mailServer, mailUser, mailPassword, webhookUrl, heartbeatUrl, ...mailed } = values;
  const { receiverSecrets, muteTimings, deadMansSwitchMail, deadMansSwitchPassword, ...told } = mailed;
  const { retentionMetrics, retentionLogs, retentionTraces, retentionDisk, backupRecipients, ...kept } = told;
  const { registryMirror, trustedProxies, trustedTraceContext, ...plain } = kept;
  const images = imageSettingsOf(values, machine);
  return {
    ...plain,
    ...choose(values, (name: ImageName) => canHaveImage(name, images)),
    receivers: receiverSettings(values),
    deadMansSwitch: switchSettings(values),
    gatewayAddress: values.gatewayAddress || (parseSshUrl(values.monitoringHost)?.address ?? ""),
    visited: isVisited(values),
    edgeCallers: { trustedProxies, trustedTraceContext },
    retention: retentionOf(values),
    images,
    caBundle: values.caBundle || machine.caBundle,
  };
}
