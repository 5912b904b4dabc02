import { nearest, type Problem, refuseIf } from "../services/problems.ts";
import { toSeconds } from "../services/units.ts";
import type { Receiver } from "../signals/alert-policy.ts";
import { PACES, type PaceName } from "../signals/rule-group.ts";
import { type ImageName, type ImageSettings, imageSettingsProblems } from "./images.ts";
import { LOG_AGENTS, type LogAgent } from "./log-agents.ts";
import { parseSshUrl } from "./ssh.ts";
import { DISCOVERIES, type Discovery } from "./traefik.ts";

/** The configuration of a stack, checked. Every key is described in `Pulumi.yaml`. */
export interface Settings {
  /** The systems to deploy, each once, in this order. */
  readonly systems: readonly string[];
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly dashboardPort: number;
  readonly prometheusPort: number;
  readonly lokiPort: number;
  readonly grafanaPort: number;
  readonly alertmanagerPort: number;
  readonly mailPort: number;
  readonly noticesPort: number;
  /** Whether alerts arrive in an inbox of this stack. */
  readonly inbox: boolean;
  /** Who is told of alerts, besides that inbox. */
  readonly receivers: readonly Receiver[];
  /** Secrets that the receivers need: name of the file in `/run/secrets`, to the key of the configuration. */
  readonly receiverSecrets: Readonly<Record<string, string>>;
  /** `ssh://user@address:port`; empty for this machine. */
  readonly host: string;
  /** File of the private key for that; empty for the agent's and the user's own. */
  readonly sshKeyFile: string;
  /** Whether the host is looked at before anything is declared. */
  readonly checkHost: boolean;
  readonly bindAddress: string;
  /** Where the edge's routes come from. */
  readonly discovery: Discovery;
  readonly catalogReplicas: number;
  /** What brings the logs to Loki. */
  readonly logAgent: LogAgent;
  readonly scrapeInterval: string;
  /** How soon alerts see a change. */
  readonly pace: PaceName;
  readonly retention: string;
  readonly protectData: boolean;
  /** 0 where Docker decides. */
  readonly networkMtu: number;
  readonly images: ImageSettings;
  /** Undefined where none is set. */
  readonly caBundle: string | undefined;
}

/** What the machine adds to the configuration, in the environment: `offline/` sets it, `npm run env` prints it. */
export interface MachineSettings {
  /** Images that were built on this machine; a reference in the configuration wins over them. */
  readonly images: Readonly<Record<string, string>>;
  /** CA certificates of this machine, where a build cannot do without. */
  readonly caBundle: string | undefined;
}

type Check = (text: string) => string | undefined;

const port: Check = (text) =>
  /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? undefined : "a whole number from 1 to 65535";
const duration: Check = (text) =>
  (toSeconds(text) ?? 0) >= 1 ? undefined : "a duration of at least a second, such as 15s or 2d";
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

const CHECKS: Readonly<Record<string, Check>> = {
  systems: (text) => (parseList(text) === undefined ? 'a list of systems, such as ["storefront"]' : undefined),
  httpPort: port,
  httpsPort: port,
  dashboardPort: port,
  prometheusPort: port,
  lokiPort: port,
  grafanaPort: port,
  alertmanagerPort: port,
  mailPort: port,
  noticesPort: port,
  inbox: boolean,
  mailTo: mailAddress,
  mailFrom: mailAddress,
  mailServer: (text) =>
    /^([A-Za-z0-9.-]+:\d{1,5})?$/.test(text) ? undefined : "host:port of a mail server, or nothing",
  mailUser: (text) => (/^\S*$/.test(text) ? undefined : "a user at the mail server, or nothing"),
  mailPassword: () => undefined,
  webhookUrl: (text) =>
    text === "" || /^https?:\/\/[^\s]+$/.test(text) ? undefined : "an address with https://, or nothing",
  host: (text) =>
    text === "" || parseSshUrl(text) !== undefined ? undefined : "ssh://user@address:port, or nothing for this machine",
  sshKeyFile: () => undefined,
  checkHost: boolean,
  bindAddress: (text) =>
    /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split(".").every((part) => Number(part) < 256)
      ? undefined
      : "an IPv4 address of the host, such as 127.0.0.1",
  discovery: oneOf(DISCOVERIES),
  catalogReplicas: wholeNumber(1, 50),
  logAgent: oneOf(LOG_AGENTS),
  scrapeInterval: duration,
  pace: oneOf(Object.keys(PACES)),
  retention: duration,
  protectData: boolean,
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

/** Keys whose values are secrets: set with `--secret`, and never shown. */
export const SECRET_KEYS: readonly string[] = ["mailPassword", "webhookUrl"];

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
  const systems = parseList(raw.systems ?? "") ?? [];
  problems.push(
    ...systemProblems(systems, known),
    ...samePorts(raw),
    ...halfMail(raw),
    ...machineImages(machine),
    ...agentImage(raw, machine),
  );
  refuseIf("the configuration of this stack", problems);
  const text = (key: string): string => raw[key] ?? "";
  const overrides = { ...machine.images, ...parseObject(text("images")) } as Partial<Record<ImageName, string>>;
  return {
    systems,
    httpPort: Number(text("httpPort")),
    httpsPort: Number(text("httpsPort")),
    dashboardPort: Number(text("dashboardPort")),
    prometheusPort: Number(text("prometheusPort")),
    lokiPort: Number(text("lokiPort")),
    grafanaPort: Number(text("grafanaPort")),
    alertmanagerPort: Number(text("alertmanagerPort")),
    mailPort: Number(text("mailPort")),
    noticesPort: Number(text("noticesPort")),
    inbox: text("inbox") === "true",
    ...receiversOf(text),
    host: text("host"),
    sshKeyFile: text("sshKeyFile"),
    checkHost: text("checkHost") === "true",
    bindAddress: text("bindAddress"),
    discovery: text("discovery") as Discovery,
    catalogReplicas: Number(text("catalogReplicas")),
    logAgent: text("logAgent") as LogAgent,
    scrapeInterval: text("scrapeInterval"),
    pace: text("pace") as PaceName,
    retention: text("retention"),
    protectData: text("protectData") === "true",
    networkMtu: Number(text("networkMtu")),
    images: text("registryMirror") === "" ? { overrides } : { overrides, registryMirror: text("registryMirror") },
    caBundle: text("caBundle") || machine.caBundle,
  };
}

function systemProblems(systems: readonly string[], known: readonly string[] | undefined): Problem[] {
  return systems.flatMap((system, index) => {
    const property = `vigie:systems[${index}]`;
    if (systems.indexOf(system) !== index) return [{ property, given: system, allowed: "each system once" }];
    if (known === undefined || known.includes(system)) return [];
    const near = nearest(system, known);
    const fix = near === undefined ? {} : { fix: `Did you mean "${near}"?` };
    return [{ property, given: system, allowed: `one of ${known.join(", ")}`, ...fix }];
  });
}

function machineImages({ images }: MachineSettings): Problem[] {
  return imageSettingsProblems({ overrides: images }).map((problem) => ({
    property: "VIGIE_IMAGES",
    given: Object.keys(images),
    allowed: problem.replace(/\.$/, ""),
    fix: "`npm run up` writes that file anew.",
  }));
}

/** Where images are made on the machine, that of another log agent is made when the stack's file asks for it. */
function agentImage(raw: Readonly<Record<string, string>>, { images }: MachineSettings): Problem[] {
  const made = { ...images, ...parseObject(raw.images ?? "") };
  const elsewhere = Object.keys(images).length === 0 || (raw.registryMirror ?? "") !== "";
  if (raw.logAgent !== "promtail" || elsewhere || made.promtail !== undefined) return [];
  return [
    {
      property: "vigie:logAgent",
      given: raw.logAgent,
      allowed: "an agent whose image this machine has made",
      fix: "`pulumi config set vigie:logAgent promtail`, then `npm run up`, which makes it.",
    },
  ];
}

function unknownKey(key: string): string {
  const known = Object.keys(CHECKS);
  const near = nearest(key, known);
  return near === undefined ? `one of ${known.join(", ")}` : `a known key; did you mean vigie:${near}`;
}

function receiversOf(text: (key: string) => string): Pick<Settings, "receivers" | "receiverSecrets"> {
  const secret = (name: string) => `/run/secrets/${name}`;
  const mail: Receiver[] =
    text("mailTo") === ""
      ? []
      : [
          {
            kind: "email",
            name: "mail",
            to: [text("mailTo")],
            from: text("mailFrom"),
            smarthost: text("mailServer"),
            ...(text("mailUser") === "" ? {} : { username: text("mailUser"), passwordFile: secret("mail-password") }),
          },
        ];
  const webhook: Receiver[] =
    text("webhookUrl") === "" ? [] : [{ kind: "webhook", name: "webhook", urlFile: secret("webhook-url") }];
  return {
    receivers: [...mail, ...webhook],
    receiverSecrets: {
      ...(text("mailUser") === "" ? {} : { "mail-password": "mailPassword" }),
      ...(text("webhookUrl") === "" ? {} : { "webhook-url": "webhookUrl" }),
    },
  };
}

function halfMail(raw: Readonly<Record<string, string>>): Problem[] {
  const needs = (keys: readonly string[], fix: string): Problem[] => {
    const given = keys.filter((key) => (raw[key] ?? "") !== "");
    if (given.length === 0 || given.length === keys.length) return [];
    return keys
      .filter((key) => !given.includes(key))
      .map((key) => ({
        property: `vigie:${key}`,
        given: raw[key],
        allowed: `a value, since vigie:${given[0]} has one`,
        fix,
      }));
  };
  return [
    ...needs(["mailTo", "mailFrom", "mailServer"], "Mail needs all three."),
    ...needs(["mailUser", "mailPassword"], "`pulumi config set --secret vigie:mailPassword` asks for the password."),
  ];
}

function samePorts(raw: Readonly<Record<string, string>>): Problem[] {
  const keys = Object.keys(CHECKS).filter((key) => CHECKS[key] === port);
  return keys.flatMap((key, index) => {
    const other = keys.slice(0, index).find((earlier) => raw[earlier] !== undefined && raw[earlier] === raw[key]);
    if (other === undefined) return [];
    return [
      {
        property: `vigie:${key}`,
        given: raw[key],
        allowed: `a port that vigie:${other} does not have`,
        fix: "Change one of the two.",
      },
    ];
  });
}

function parseList(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}

function parseObject(text: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text === "" ? "{}" : text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}
