import { TOLD_SEVERITIES } from "../../signals/alert-policy.ts";
import type { MaintenanceWindow } from "../../signals/maintenance.ts";
import { codec, flag, object, port, secretText, text } from "./codec.ts";
import { parseArray, parseObject } from "./json.ts";

/** What stands for a secret that a command does not open. */
export const NOT_OPENED = "https://not-opened.invalid/";

/** What `vigie:untold` may give a reason for: a severity, and the monitoring's own silence. */
const UNTOLD: readonly string[] = [...TOLD_SEVERITIES, "heartbeat"];

const mailWrong = (given: string): string | undefined =>
  /^([^\s@,]+@[^\s@,]+)?$/.test(given) ? undefined : "a mail address such as team@shop.example, or nothing";
const addressWrong = (given: string): string | undefined =>
  given === "" || /^https?:\/\/[^\s]+$/.test(given) ? undefined : "an address with https://, or nothing";

/** The keys of who is told by mail or by a webhook, and of a developer's own inbox. */
const SHORT_SETTINGS = {
  inbox: flag(false, "Let alerts arrive in an inbox of this stack, for a developer's machine. Nobody is paged."),
  mailPort: port(8025, "Port of this machine for the inbox's mails."),
  noticesPort: port(8026, "Port of this machine for the inbox's webhook notices."),
  mailTo: text({ description: "Mail address that is told of alerts. Empty for none." }, mailWrong),
  mailFrom: text({ description: "Sender of those mails." }, mailWrong),
  mailServer: text({ description: "Mail server, host:port; it must offer TLS." }, (given) =>
    /^([A-Za-z0-9.-]+:\d{1,5})?$/.test(given) ? undefined : "host:port of a mail server, or nothing",
  ),
  mailUser: text({ description: "User at the mail server. Empty for a server that takes mail without." }, (given) =>
    /^\S*$/.test(given) ? undefined : "a user at the mail server, or nothing",
  ),
  mailPassword: secretText("That user's password; set it with --secret."),
  webhookUrl: secretText(
    "Address that is sent every alert as JSON, a pager's for example; set it with --secret.",
    addressWrong,
  ),
};

/** The keys of any receivers. Which settings each kind has, the kind says itself (`signals/receivers/`). */
const DECLARED_SETTINGS = {
  receivers: object(
    "Who is told of alerts, by name, with kind (email, webhook, slack, pagerduty, opsgenie, teams, ntfy), the kind's settings, severities, and except (names of vigie:muteTimings). See docs/alerts.md.",
    "an object of receiver to its kind and settings",
  ),
  receiverSecrets: {
    ...codec<Readonly<Record<string, unknown>> | typeof NOT_OPENED>({
      type: "object",
      default: {},
      description: "The secret of each of them, by its name; set each with --secret --path.",
      allowed: "an object of receiver to its secret",
      parse: (given) => (given === NOT_OPENED ? NOT_OPENED : parseObject(given)),
    }),
    secret: true,
  },
  muteTimings: object(
    "Times in which a receiver is not told, by name, with from, to, days and timezone.",
    "an object of name to from, to, days and timezone",
  ),
  maintenance: codec<readonly MaintenanceWindow[]>({
    type: "array",
    default: [],
    description:
      "Planned times in which nobody is told of some services, each with services, from, to, why, and long where it is longer than a day. See docs/alerts.md.",
    allowed: "a list of objects of services, from, to and why",
    // What is in each is looked at where it can be said all at once: `maintenanceProblems`.
    parse: (given) => parseArray(given) as readonly MaintenanceWindow[] | undefined,
  }),
  untold: codec<Readonly<Record<string, string>>>({
    type: "object",
    default: {},
    description:
      "Why nobody is meant to hear of some alerts, by severity (critical, warning), and of a monitoring that is silent (heartbeat). See docs/alerts.md.",
    allowed: `an object of ${UNTOLD.join(", ")} to the reason why nobody is told`,
    parse: (given) => {
      const reasons = parseObject(given);
      return reasons !== undefined && areReasons(reasons) ? reasons : undefined;
    },
  }),
};

function areReasons(given: Readonly<Record<string, unknown>>): given is Readonly<Record<string, string>> {
  return Object.entries(given).every(
    ([what, why]) => UNTOLD.includes(what) && typeof why === "string" && why.trim() !== "",
  );
}

/** The keys of who raises the alarm when the monitoring falls silent. */
const SWITCH_SETTINGS = {
  deadMansSwitch: flag(
    false,
    "Run a watcher outside of the monitoring that mails when the monitoring falls silent. See docs/alerts.md.",
  ),
  deadMansSwitchMail: object(
    "How it mails, with to (a list or one), from, server (host:port) and user. What is left out is that of vigie:mailTo and its like, else the inbox's.",
    "an object of to, from, server and user",
  ),
  deadMansSwitchPassword: secretText(
    "Password of its user at the mail server; set it with --secret. Empty for vigie:mailPassword.",
  ),
  heartbeatUrl: secretText(
    "Address of a watcher elsewhere that is sent a heartbeat, in place of vigie:deadMansSwitch; set it with --secret.",
    addressWrong,
  ),
};

/** The keys of who is told. */
export const RECEIVER_SETTINGS = { ...SHORT_SETTINGS, ...DECLARED_SETTINGS, ...SWITCH_SETTINGS };
