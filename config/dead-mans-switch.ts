import { DEAD_MANS_SWITCH_PORT, DEAD_MANS_SWITCH_STATE } from "../services/monitoring/dead-mans-switch.ts";
import { type Problem, refuseIf } from "../services/problems.ts";
import { type Duration, toSeconds } from "../services/units.ts";
import type { EmailReceiver } from "../signals/receivers/email.ts";
import { receiverProblems } from "../signals/receivers/index.ts";
import type { PaceName } from "../signals/rule-group.ts";

/** How the switch mails: a way of its own, past Prometheus and Alertmanager. */
export type SwitchMail = Omit<EmailReceiver, "kind" | "name">;

/** How soon the switch mails. */
export interface SwitchLimits {
  /** Time without a heartbeat after which the monitoring counts as silent. */
  readonly silence: Duration;
  /** Time between two looks at the mail server. */
  readonly check: Duration;
}

/**
 * The limits of each pace. A heartbeat comes every minute, or every five seconds (`HEARTBEATS` of Alertmanager); one
 * of two Alertmanagers that ends delays it by less than half of the limit.
 */
export const SWITCH_LIMITS = {
  steady: { silence: "3m", check: "1m" },
  fast: { silence: "45s", check: "10s" },
  instant: { silence: "45s", check: "10s" },
} as const satisfies Record<PaceName, SwitchLimits>;

/** File in `/run/secrets` of the switch and of the Alertmanagers: what a heartbeat brings, so that nobody else sends one. */
export const HEARTBEAT_TOKEN_FILE = "heartbeat-token";

// A deployment starts the switch first, and on a new machine the monitoring long after it.
const FIRST_HEARTBEAT: Duration = "30m";

/**
 * Command-line arguments of the switch.
 *
 * @param name what falls silent, for the mail: `vigie/prod`
 * @throws DeclarationError with everything that is wrong with the mail
 * @example
 * ```ts
 * renderSwitchArguments("shop/prod", { to: ["ops@shop.example"], from: "vigie@shop.example", smarthost: "mail:587" }, "steady");
 * ```
 */
export function renderSwitchArguments(name: string, mail: SwitchMail, pace: PaceName): readonly string[] {
  refuseIf("the dead man's switch", switchMailProblems(mail));
  const { silence, check } = SWITCH_LIMITS[pace];
  const { to, from, smarthost, username, passwordFile, requireTls = true } = mail;
  return [
    `--name=${name}`,
    `--port=${DEAD_MANS_SWITCH_PORT}`,
    `--token-file=/run/secrets/${HEARTBEAT_TOKEN_FILE}`,
    `--state=${DEAD_MANS_SWITCH_STATE}/state.json`,
    `--silence=${toSeconds(silence)}`,
    `--first=${toSeconds(FIRST_HEARTBEAT)}`,
    `--check-every=${toSeconds(check)}`,
    `--mail-server=${smarthost}`,
    `--mail-from=${from}`,
    ...to.map((address) => `--mail-to=${address}`),
    ...(username === undefined ? [] : [`--mail-user=${username}`, `--mail-password-file=${passwordFile}`]),
    ...(requireTls ? [] : ["--mail-without-tls"]),
  ];
}

/** Everything that is wrong with how the switch mails; `[]` when all is well. */
export function switchMailProblems(mail: SwitchMail): Problem[] {
  return receiverProblems({ ...mail, kind: "email", name: "mail" }, "mail");
}
