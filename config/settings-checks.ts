import { nearest } from "../services/problems.ts";
import { durationWrong, toBytes } from "../services/units.ts";
import { TOLD_SEVERITIES } from "../signals/alert-policy.ts";
import { PACES } from "../signals/rule-group.ts";
import { GRAFANA_CHOICES, LOG_STORE_CHOICES } from "./choices.ts";
import { doorNameProblems } from "./door.ts";
import { addressesWrong, edgeLimitsWrong } from "./edge-settings.ts";
import { imageSettingsProblems } from "./image-references.ts";
import { LOG_AGENTS } from "./log-agents.ts";
import { isRetention, RETENTION_ALLOWED, SIZE_ALLOWED } from "./retention.ts";
import { parseSshUrl } from "./ssh.ts";
import { TRACE_STORES } from "./trace-stores.ts";
import { DISCOVERIES } from "./traefik.ts";
import { TITLE, TITLE_ALLOWED } from "./wordpress.ts";

/** What is allowed, where a value of the configuration is not; undefined where it is. */
export type Check = (text: string) => string | undefined;

const port: Check = (text) =>
  /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? undefined : "a whole number from 1 to 65535";
const portOrNone: Check = (text) =>
  text === "0" || port(text) === undefined ? undefined : `${port(text)}, or 0 for none`;
const duration: Check = (text) => saying(durationWrong(text, { least: 1, such: "15s" }));
const retention: Check = (text) => (isRetention(text) ? undefined : RETENTION_ALLOWED);
const saying = (wrong: ReturnType<typeof durationWrong>): string | undefined =>
  wrong === undefined
    ? undefined
    : wrong.allowed + (wrong.fix === undefined ? "" : `; ${wrong.fix.replace(/^W(.*)\.$/, "w$1")}`);
const boolean: Check = (text) => (text === "true" || text === "false" ? undefined : "true or false");
const mailAddress: Check = (text) =>
  /^([^\s@,]+@[^\s@,]+)?$/.test(text) ? undefined : "a mail address such as team@shop.example, or nothing";
const oneOf =
  (values: readonly string[]): Check =>
  (text) =>
    values.includes(text) ? undefined : `one of ${values.join(", ")}`;
const wholeNumber =
  (least: number, most: number): Check =>
  (text) =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;

const object =
  (allowed: string): Check =>
  (text) =>
    parseObject(text) === undefined ? allowed : undefined;

/** What stands for a secret that a command does not open. */
export const NOT_OPENED = "https://not-opened.invalid/";
/** A name or an IPv4 address: the networks of containers have no IPv6. */
export const GATEWAY_ADDRESS = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/** The check of each key. A new key is a line here, one in `Pulumi.yaml`, and one in `Settings`. */
export const CHECKS: Readonly<Record<string, Check>> = {
  systems: (text) => (parseList(text) === undefined ? 'a list of systems, such as ["storefront"]' : undefined),
  httpPort: port,
  httpsPort: port,
  dashboardPort: port,
  prometheusPort: port,
  lokiPort: port,
  victorialogsPort: port,
  jaegerPort: port,
  tempoPort: port,
  grafanaPort: port,
  alertmanagerPort: port,
  mailPort: port,
  noticesPort: port,
  portalPort: port,
  portal: boolean,
  inbox: boolean,
  mailTo: mailAddress,
  mailFrom: mailAddress,
  mailServer: (text) =>
    /^([A-Za-z0-9.-]+:\d{1,5})?$/.test(text) ? undefined : "host:port of a mail server, or nothing",
  mailUser: (text) => (/^\S*$/.test(text) ? undefined : "a user at the mail server, or nothing"),
  mailPassword: () => undefined,
  receivers: object("an object of receiver to its kind and settings"),
  receiverSecrets: (text) => (text === NOT_OPENED ? undefined : object("an object of receiver to its secret")(text)),
  muteTimings: object("an object of name to from, to, days and timezone"),
  maintenance: (text) =>
    parseArray(text) === undefined ? "a list of objects of services, from, to and why" : undefined,
  untold: (text) => {
    const reasons = Object.entries(parseObject(text) ?? { "": "" });
    return reasons.every(([what, why]) => UNTOLD.includes(what) && typeof why === "string" && why.trim() !== "")
      ? undefined
      : `an object of ${UNTOLD.join(", ")} to the reason why nobody is told`;
  },
  webhookUrl: (text) =>
    text === "" || /^https?:\/\/[^\s]+$/.test(text) ? undefined : "an address with https://, or nothing",
  deadMansSwitch: boolean,
  deadMansSwitchMail: object("an object of to, from, server and user"),
  deadMansSwitchPassword: () => undefined,
  heartbeatUrl: (text) =>
    text === "" || /^https?:\/\/[^\s]+$/.test(text) ? undefined : "an address with https://, or nothing",
  host: (text) =>
    text === "" || parseSshUrl(text) !== undefined ? undefined : "ssh://user@address:port, or nothing for this machine",
  monitoringHost: (text) =>
    text === "" || parseSshUrl(text) !== undefined
      ? undefined
      : "ssh://user@address:port, or nothing for the host that the rest is on",
  gatewayAddress: (text) =>
    text === "" || GATEWAY_ADDRESS.test(text) ? undefined : "a host name or an IPv4 address, or nothing",
  gatewayPort: port,
  sshKeyFile: () => undefined,
  checkHost: boolean,
  setupHost: boolean,
  bindAddress: (text) =>
    /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split(".").every((part) => Number(part) < 256)
      ? undefined
      : "an IPv4 address of the host, such as 127.0.0.1",
  localNames: (text) => {
    const names = parseList(text);
    return names === undefined || doorNameProblems("localNames", names).length > 0
      ? 'a list of names or IPv4 addresses without port, such as ["watch.shop.example"]'
      : undefined;
  },
  discovery: oneOf(DISCOVERIES),
  apiThroughNginx: boolean,
  edgeLimits: (text) => edgeLimitsWrong(parseObject(text)),
  trustedProxies: (text) => addressesWrong(parseList(text)),
  trustedTraceContext: (text) => addressesWrong(parseList(text)),
  catalogReplicas: wholeNumber(1, 50),
  blogHostname: (text) =>
    /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(text) ? undefined : "a host name in small letters, such as blog.example",
  blogPort: portOrNone,
  blogTitle: (text) => (TITLE.test(text) ? undefined : TITLE_ALLOWED),
  blogReplicas: wholeNumber(1, 50),
  phpMyAdmin: boolean,
  phpMyAdminPort: port,
  logAgent: oneOf(LOG_AGENTS),
  hostLogs: boolean,
  logStore: oneOf(LOG_STORE_CHOICES),
  grafana: oneOf(GRAFANA_CHOICES),
  traceStore: oneOf(TRACE_STORES),
  traceRatio: (text) =>
    text.trim() !== "" && Number(text) >= 0 && Number(text) <= 1 ? undefined : "a number from 0 to 1",
  scrapeInterval: duration,
  pace: oneOf(Object.keys(PACES)),
  retentionMetrics: retention,
  retentionLogs: retention,
  retentionTraces: retention,
  retentionDisk: (text) => (toBytes(text) === undefined ? SIZE_ALLOWED : undefined),
  protectData: boolean,
  backupRecipients: (text) =>
    parseList(text)?.every((key) => RECIPIENT.test(key))
      ? undefined
      : 'a list of public keys of age, such as ["age1…"]',
  networkMtu: (text) =>
    text === "0" || (/^\d+$/.test(text) && Number(text) >= 576 && Number(text) <= 65_535)
      ? undefined
      : "0, or a whole number of bytes from 576 to 65535",
  registryMirror: (text) => (text === "" ? undefined : imageSettingsProblems({ registryMirror: text })[0]),
  images: (text) => {
    const references = parseObject(text);
    return references === undefined
      ? "an object of image name to reference"
      : imageSettingsProblems({ overrides: references })[0];
  },
  caBundle: () => undefined,
};

/** The letters of one; its check at the end is looked at before a backup is made. */
const RECIPIENT = /^age1[02-9ac-hj-np-z]{40,}$/;

/** What `vigie:untold` may give a reason for: a severity, and the monitoring's own silence. */
const UNTOLD: readonly string[] = [...TOLD_SEVERITIES, "heartbeat"];

/** Keys whose values are secrets: set with `--secret`, and never shown. */
export const SECRET_KEYS: readonly string[] = [
  "mailPassword",
  "webhookUrl",
  "receiverSecrets",
  "deadMansSwitchPassword",
  "heartbeatUrl",
];

/** The keys that are ports of the host; 0 is none. */
export const PORT_KEYS: readonly string[] = Object.keys(CHECKS).filter((key) =>
  [port, portOrNone].includes(CHECKS[key] ?? boolean),
);

/** Keys of earlier versions, and what to set in their place. */
const FORMER: Readonly<Record<string, string>> = {
  retention:
    "vigie:retentionMetrics and vigie:retentionLogs in its place, each with this value, and vigie:retentionDisk for the disk of all",
};

/** What is allowed instead of a key that nobody knows. */
export function unknownKey(key: string): string {
  const former = Object.hasOwn(FORMER, key) ? FORMER[key] : undefined;
  if (former !== undefined) return former;
  const known = Object.keys(CHECKS);
  const near = nearest(key, known);
  return near === undefined ? `one of ${known.join(", ")}` : `a known key; did you mean vigie:${near}`;
}

/** A list of texts in JSON; undefined where the text is none. */
export function parseList(text: string): string[] | undefined {
  const value = parseArray(text);
  return value?.every((item) => typeof item === "string") ? value : undefined;
}

/** A list in JSON, of whatever; undefined where the text is none. */
export function parseArray(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An object of texts in JSON, empty for no text; undefined where the text is none. */
export function parseObject(text: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text === "" ? "{}" : text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}
