import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  HEARTBEAT_TOKEN_FILE,
  renderSwitchArguments,
  SWITCH_LIMITS,
  type SwitchMail,
} from "../../config/dead-mans-switch.ts";
import {
  DEAD_MANS_SWITCH_PORT,
  DEAD_MANS_SWITCH_STATE,
  deadMansSwitchImage,
  HEARTBEAT_PATH,
} from "../../services/monitoring/dead-mans-switch.ts";
import type { Problem } from "../../services/problems.ts";
import type { Receiver } from "../../signals/receivers/index.ts";
import { PACES, type PaceName } from "../../signals/rule-group.ts";
import { deadMansSwitchRules } from "../../signals/rules/dead-mans-switch.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Platform } from "../platform/platform.ts";
import { refuse, refusing } from "../platform/refuse.ts";
import { serviceImage } from "../platform/service-image.ts";
import type { Running } from "../platform/workload.ts";

/** Arguments of {@link DeadMansSwitch}. */
export interface DeadMansSwitchArgs {
  /** The host it runs on; Alertmanager must reach it in the network `observability`. */
  readonly host: Platform;
  /** Whom it mails, and by which server. Best another one than Alertmanager's. */
  readonly mail: Omit<SwitchMail, "passwordFile">;
  /** Password of the mail's `username`. @default - none; then the server must take mail without */
  readonly password?: pulumi.Input<string>;
  /** How soon it mails: after 3 minutes of silence, or after 45 seconds at the paces `fast` and `instant`. @default "steady" */
  readonly pace?: PaceName;
  /** What must run before it: a mail server of the same stack. @default [] */
  readonly dependsOn?: readonly pulumi.Resource[];
}

const USER = "65534:65534";
const PASSWORD = "mail-password";

/**
 * Mails somebody when the monitoring falls silent: Prometheus, both Alertmanagers, or the way in between. Once when the
 * Watchdog stops arriving, and once when it is back.
 *
 * It takes heartbeats with a generated token only, which the Alertmanagers get as a file.
 *
 * It sends by itself, and keeps what it must still send on disk, so that its own restart neither loses nor doubles a
 * mail. The monitoring watches it in turn: when it is away, or its mail server is, an alert says so.
 *
 * @throws pulumi.InputPropertiesError when the mail is declared wrongly, or the name is taken
 * @example
 * ```ts
 * const mail = { to: ["ops@shop.example"], from: "vigie@shop.example", smarthost: "mail.shop.example:587" };
 * const heartbeat = new DeadMansSwitch("dead-mans-switch", { host, mail });
 * new MonitoringStack("monitoring", { host, sources: [heartbeat], policies, watchdog: heartbeat.receiver, receiverSecrets: heartbeat.secrets });
 * ```
 */
export class DeadMansSwitch extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** Who gets the Watchdog: `watchdog` of the monitoring. */
  readonly receiver: Receiver;
  /** What that receiver signs in with, by the name of its file: among the `receiverSecrets` of the monitoring. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: DeadMansSwitchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:DeadMansSwitch", name, {}, opts);
    const { host, password, pace = "steady" } = args;
    refuse(`the dead man's switch ${JSON.stringify(name)}`, passwordProblems(args));
    const mail = password === undefined ? args.mail : { ...args.mail, passwordFile: `/run/secrets/${PASSWORD}` };
    const command = refusing(() => renderSwitchArguments(`${pulumi.getProject()}/${pulumi.getStack()}`, mail, pace));
    this.name = name;
    host.claimName(name, "dead man's switch");
    const { result } = new random.RandomPassword(`${name}-token`, { length: 32, special: false }, { parent: this });
    this.secrets = { [HEARTBEAT_TOKEN_FILE]: pulumi.secret(result) };
    this.container = host.run(
      `${name}-container`,
      {
        name,
        component: name,
        image: serviceImage(name, deadMansSwitchImage, host, this).reference,
        user: USER,
        networks: ["observability"],
        dials: [{ to: [args.mail.smarthost], why: "mails" }],
        command,
        probe: { kind: "http", tool: "python", port: DEAD_MANS_SWITCH_PORT, path: "/ready" },
        memory: "48MiB",
        mounts: [{ kind: "data", data: host.data(name, false, this), path: DEAD_MANS_SWITCH_STATE }],
        secrets: host.secret(
          name,
          { ...this.secrets, ...(password === undefined ? {} : { [PASSWORD]: password }) },
          this,
        ),
      },
      { parent: this, dependsOn: [...(args.dependsOn ?? [])] },
    );
    const address = host.address(name, DEAD_MANS_SWITCH_PORT);
    this.receiver = {
      kind: "webhook",
      name,
      url: `http://${address}${HEARTBEAT_PATH}`,
      tokenFile: `/run/secrets/${HEARTBEAT_TOKEN_FILE}`,
      sendResolved: false,
    };
    this.signals = {
      scrapeJobs: [{ job: name, targets: [address], emits: ["dead-mans-switch"] }],
      ruleGroups: [deadMansSwitchRules({ job: name, pace: PACES[pace], silence: SWITCH_LIMITS[pace].silence })],
    };
    this.registerOutputs({});
  }
}

function passwordProblems({ mail, password }: DeadMansSwitchArgs): Problem[] {
  if ((mail.username === undefined) === (password === undefined)) return [];
  const property = password === undefined ? "password" : "mail.username";
  return [{ property, given: undefined, allowed: "a user and the password, or neither" }];
}
