import type { Problem } from "../services/problems.ts";
import type { Receiver } from "../signals/receivers/index.ts";
import { type SwitchMail, switchMailProblems } from "./dead-mans-switch.ts";
import { isVisited, type ReceiverKeys, receiverSettings } from "./receiver-settings.ts";

/** Who raises the alarm when the monitoring falls silent, as the stack's configuration has it. */
export interface SwitchSettings {
  /** How the switch of this stack mails; undefined for the inbox of the stack. */
  readonly mail: SwitchMail | undefined;
  /** Whether this stack runs a switch. */
  readonly enabled: boolean;
  /** Key of the configuration that has the password of the mail's user. @default - it has no user */
  readonly passwordKey?: "mailPassword" | "deadMansSwitchPassword";
  /** A watcher elsewhere that gets the heartbeats. @default - none */
  readonly elsewhere?: Receiver;
  /** Secrets that it needs: name of the file in `/run/secrets`, to the key of the configuration. */
  readonly secrets: Readonly<Record<string, string>>;
}

const KEYS = ["to", "from", "server", "user"];
const FILE = "heartbeat-url";

/** Reads who raises the alarm. What is wrong with that, {@link switchSettingsProblems} says. */
export function switchSettings(keys: ReceiverKeys): SwitchSettings {
  const enabled = keys.deadMansSwitch;
  const own = ownMail(keys);
  const to = own.to ?? (keys.mailTo === "" ? undefined : [keys.mailTo]);
  const username = own.username ?? (own.smarthost === undefined ? keys.mailUser : "");
  const mail: SwitchMail | undefined =
    to === undefined
      ? undefined
      : {
          to,
          from: own.from ?? keys.mailFrom,
          smarthost: own.smarthost ?? keys.mailServer,
          ...(username === "" ? {} : { username }),
        };
  const passwordKey = keys.deadMansSwitchPassword === "" ? "mailPassword" : "deadMansSwitchPassword";
  const elsewhere = keys.heartbeatUrl !== "";
  return {
    enabled,
    mail,
    ...(mail?.username === undefined ? {} : { passwordKey }),
    ...(elsewhere
      ? { elsewhere: { kind: "webhook", name: "heartbeat", urlFile: `/run/secrets/${FILE}`, sendResolved: false } }
      : {}),
    secrets: elsewhere ? { [FILE]: "heartbeatUrl" } : {},
  };
}

/** Everything that is wrong with who raises the alarm; `[]` when all is well. */
export function switchSettingsProblems(keys: ReceiverKeys): Problem[] {
  const { enabled, elsewhere, mail, passwordKey } = switchSettings(keys);
  const problems: Problem[] = Object.keys(keys.deadMansSwitchMail)
    .filter((key) => !KEYS.includes(key))
    .map((key) => ({ property: `vigie:deadMansSwitchMail.${key}`, given: "(not shown)", allowed: KEYS.join(", ") }));
  const inbox = keys.inbox;
  const { told } = receiverSettings(keys);
  if ((enabled || elsewhere !== undefined) && !inbox && told.critical.length === 0 && told.warning.length === 0) {
    problems.push({
      property: enabled ? "vigie:deadMansSwitch" : "vigie:heartbeatUrl",
      given: enabled ? true : "(not shown)",
      allowed: "a stack in which somebody is told of alerts",
      fix: "Without receivers there is no Alertmanager, and so no heartbeat: set vigie:receivers or vigie:mailTo.",
    });
  }
  const meant = Object.hasOwn(keys.untold, "heartbeat");
  if (!enabled && elsewhere === undefined && !inbox && !meant && isVisited(keys)) {
    problems.push({
      property: "vigie:deadMansSwitch",
      given: false,
      allowed: "true, or an address in vigie:heartbeatUrl: somebody who hears when the monitoring itself is silent",
      fix: "`pulumi config set vigie:deadMansSwitch true`; where nobody is meant to hear, vigie:untold.heartbeat says why.",
    });
  }
  if (!enabled) return problems;
  if (elsewhere !== undefined) {
    problems.push({
      property: "vigie:heartbeatUrl",
      given: "(not shown)",
      allowed: "one watcher",
      fix: "Take it out, or set vigie:deadMansSwitch to false.",
    });
  }
  if (mail === undefined) {
    const allowed = "whom the switch mails: to, from and server";
    if (!inbox) problems.push({ property: "vigie:deadMansSwitchMail", given: undefined, allowed });
    return problems;
  }
  const withPassword = mail.username === undefined ? mail : { ...mail, passwordFile: "/run/secrets/mail-password" };
  problems.push(
    ...switchMailProblems(withPassword).map((problem) => ({
      ...problem,
      property: problem.property
        .replace(/^mail\b/, "vigie:deadMansSwitchMail")
        .replace("smarthost", "server")
        .replace("username", "user"),
    })),
  );
  if (passwordKey !== undefined && keys[passwordKey] === "") {
    const fix = "`pulumi config set --secret vigie:deadMansSwitchPassword` asks for it.";
    problems.push({ property: "vigie:deadMansSwitchPassword", given: undefined, allowed: "its user's password", fix });
  }
  return problems;
}

interface OwnMail {
  readonly to?: readonly string[];
  readonly from?: string;
  readonly smarthost?: string;
  readonly username?: string;
}

function ownMail({ deadMansSwitchMail: given }: ReceiverKeys): OwnMail {
  const { to, from, server, user } = given;
  return {
    ...(to === undefined ? {} : { to: Array.isArray(to) ? to.map(String) : [String(to)] }),
    ...(from === undefined ? {} : { from: String(from) }),
    ...(server === undefined ? {} : { smarthost: String(server) }),
    ...(user === undefined ? {} : { username: String(user) }),
  };
}
