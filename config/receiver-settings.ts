import { isLoopback } from "../services/loopback.ts";
import { nearest, type Problem } from "../services/problems.ts";
import { type Recipient, TOLD_SEVERITIES, type ToldSeverity } from "../signals/alert-policy.ts";
import { maintenanceProblems } from "../signals/maintenance.ts";
import { type MuteTiming, muteTimingProblems } from "../signals/mute-timing.ts";
import { fieldsOf, type Receiver, receiverProblems } from "../signals/receivers/index.ts";
import type { Values } from "./settings/codec.ts";
import type { EDGE_SETTINGS } from "./settings/edge.ts";
import { isObject } from "./settings/json.ts";
import { NOT_OPENED, type RECEIVER_SETTINGS } from "./settings/receivers.ts";

/** Who is told of alerts, as the stack's configuration has it. */
export interface ReceiverSettings {
  /** Who is told, by severity. */
  readonly told: Readonly<Record<ToldSeverity, readonly Recipient[]>>;
  /** Secrets that they need: name of the file in `/run/secrets`, to the path in the configuration. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The keys that say who is told. */
export type ReceiverKeys = Values<typeof RECEIVER_SETTINGS> & Pick<Values<typeof EDGE_SETTINGS>, "bindAddress">;

interface Entry extends Recipient {
  readonly severities: readonly ToldSeverity[];
  readonly secrets: Readonly<Record<string, string>>;
}

/** Reads who is told of alerts. What is wrong with that, {@link receiverSettingsProblems} says. */
export function receiverSettings(keys: ReceiverKeys): ReceiverSettings {
  const timings = timingsOf(keys);
  const entries = [...mailOf(keys), ...webhookOf(keys), ...declared(keys, timings)];
  const told = (severity: ToldSeverity): readonly Recipient[] =>
    entries.filter(({ severities }) => severities.includes(severity)).map(({ to, except = [] }) => ({ to, except }));
  return {
    told: { critical: told("critical"), warning: told("warning"), info: told("info") },
    secrets: Object.assign({}, ...entries.map(({ secrets }) => secrets)),
  };
}

/** Everything that is wrong with who is told of alerts; `[]` when all is well. */
export function receiverSettingsProblems(keys: ReceiverKeys): Problem[] {
  const secrets = keys.receiverSecrets === NOT_OPENED ? {} : keys.receiverSecrets;
  const timings = timingsOf(keys);
  const receivers = declared(keys, timings);
  const named = receivers.map(({ to }) => to.name);
  const problems = [
    ...timings.flatMap(muteTimingProblems).map(inConfiguration),
    ...receivers.flatMap((entry) => entryProblems(entry, keys, timings)),
    ...Object.keys(secrets)
      .filter((name) => !named.includes(name))
      .map((name) => unknown("vigie:receiverSecrets", name, "the name of a receiver", named)),
    ...Object.entries(secrets)
      .filter(([, secret]) => !isSecret(secret))
      .map(([name]) => noSecret(name)),
  ];
  return [
    ...problems,
    // Whether their services are there, whoever watches them knows.
    ...maintenanceProblems(keys.maintenance, undefined, "vigie:maintenance"),
    ...untoldProblems(keys),
  ];
}

/**
 * Whether a file of it would open anything: a text of one line, or one that is not opened yet. What else it has to be, its
 * maker knows alone.
 */
const isSecret = (secret: unknown): boolean =>
  typeof secret === "string" ? /^\S(?:.*\S)?$/.test(secret) : isObject(secret) && typeof secret.secure === "string";

const noSecret = (name: string): Problem => ({
  property: `vigie:receiverSecrets.${name}`,
  given: "(not shown)",
  allowed: "a text of one line, without spaces around it",
  fix: askForSecret(name),
});

const askForSecret = (name: string): string =>
  `\`pulumi config set --secret --path vigie:receiverSecrets.${name}\` asks for it.`;

function mailOf({ mailTo, mailFrom, mailServer, mailUser }: ReceiverKeys): Entry[] {
  if (mailTo === "") return [];
  const withUser = mailUser !== "";
  return [
    {
      to: {
        kind: "email",
        name: "mail",
        to: [mailTo],
        from: mailFrom,
        smarthost: mailServer,
        ...(withUser ? { username: mailUser, passwordFile: fileOf("mail-password") } : {}),
      },
      severities: PAGED,
      secrets: withUser ? { "mail-password": "mailPassword" } : {},
    },
  ];
}

function webhookOf({ webhookUrl }: ReceiverKeys): Entry[] {
  if (webhookUrl === "") return [];
  const to: Receiver = { kind: "webhook", name: "webhook", urlFile: fileOf("webhook-url") };
  return [{ to, severities: PAGED, secrets: { "webhook-url": "webhookUrl" } }];
}

const PAGED: readonly ToldSeverity[] = ["critical", "warning"];
const fileOf = (secret: string): string => `/run/secrets/${secret}`;

/** The receivers of `vigie:receivers`; what a person wrote there is not checked yet. */
function declared({ receivers, receiverSecrets }: ReceiverKeys, timings: readonly MuteTiming[]): Entry[] {
  return Object.keys(receivers).map((name) => {
    const { kind, severities = PAGED, except = [], ...fields } = fieldsGiven(receivers, name);
    const secret = secretFieldOf(String(kind));
    const needs = secret !== undefined && (receiverSecrets === NOT_OPENED || Object.hasOwn(receiverSecrets, name));
    return {
      to: { ...fields, kind, name, ...(needs ? { [secret]: fileOf(name) } : {}) } as unknown as Receiver,
      severities: list(severities) as readonly ToldSeverity[],
      except: timings.filter((timing) => list(except).includes(timing.name)),
      secrets: needs ? { [name]: `receiverSecrets.${name}` } : {},
    };
  });
}

/** What a person wrote of a receiver; nothing, where that is no object. */
function fieldsGiven(receivers: ReceiverKeys["receivers"], name: string): Readonly<Record<string, unknown>> {
  const given = receivers[name];
  return isObject(given) ? given : {};
}

/** The field of a kind that its secret is for: the one that it cannot do without, or the first. */
function secretFieldOf(kind: string): string | undefined {
  const secret = Object.entries(fieldsOf(kind) ?? {}).filter(([, field]) => field.secret);
  return (secret.find(([, { optional }]) => !optional) ?? secret[0])?.[0];
}

function entryProblems({ to, severities }: Entry, keys: ReceiverKeys, timings: readonly MuteTiming[]): Problem[] {
  const at = `vigie:receivers.${to.name}`;
  const given = fieldsGiven(keys.receivers, to.name);
  const problems: Problem[] = [];
  if (severities.length === 0) problems.push({ property: `${at}.severities`, given: [], allowed: SEVERITIES });
  for (const severity of severities.filter((one) => !TOLD_SEVERITIES.includes(one))) {
    problems.push({ property: `${at}.severities`, given: severity, allowed: SEVERITIES });
  }
  const names = timings.map(({ name }) => name);
  for (const name of list(given.except ?? []).filter((one) => !names.includes(one))) {
    problems.push(unknown(`${at}.except`, name, "the name of one of vigie:muteTimings", names));
  }
  const secret = secretFieldOf(to.kind);
  const set = askForSecret(to.name);
  for (const field of Object.keys(given).filter((key) => fieldsOf(to.kind)?.[key]?.secret === true)) {
    const allowed = "no file: the secret itself is in vigie:receiverSecrets";
    problems.push({ property: `${at}.${field}`, given: "(not shown)", allowed, fix: set });
  }
  const ofReceiver = receiverProblems(to, at).map((problem) =>
    problem.property === `${at}.${secret}` && problem.given === undefined
      ? { property: `vigie:receiverSecrets.${to.name}`, given: undefined, allowed: "its secret", fix: set }
      : inConfiguration(problem),
  );
  return [...problems, ...ofReceiver];
}

const SEVERITIES = `some of ${TOLD_SEVERITIES.join(", ")}`;

/**
 * The severities that nobody hears of, and nobody said why. A stack in which nobody hears of anything is taken where
 * only its own machine reaches it: a developer's. Where visitors do, somebody has to be told.
 */
function untoldProblems(keys: ReceiverKeys): Problem[] {
  const { told } = receiverSettings(keys);
  if (keys.inbox) return [];
  const nobody = TOLD_SEVERITIES.every((severity) => told[severity].length === 0);
  if (nobody && !isVisited(keys)) return [];
  const meant = Object.keys(keys.untold);
  return PAGED.filter((severity) => told[severity].length === 0 && !meant.includes(severity)).map((severity) => ({
    property: "vigie:receivers",
    given: undefined,
    allowed: `somebody who is told of ${severity} alerts`,
    fix: nobody
      ? `${ADVICE} Where nobody is meant to hear, \`pulumi config set --path vigie:untold.${severity} "<why>"\` says so.`
      : `Add ${JSON.stringify(severity)} to the severities of one, or say why nobody is meant to hear: vigie:untold.${severity}.`,
  }));
}

const ADVICE =
  "Set vigie:mailTo, vigie:mailFrom and vigie:mailServer, or vigie:webhookUrl, or vigie:receivers (docs/alerts.md).";

/** Whether others than its own machine reach the stack's edge. */
export function isVisited({ bindAddress }: Pick<ReceiverKeys, "bindAddress">): boolean {
  return !isLoopback(bindAddress);
}

function timingsOf({ muteTimings }: ReceiverKeys): readonly MuteTiming[] {
  return Object.entries(muteTimings).map(([name, value]) => {
    const { days, ...times } = (isObject(value) ? value : {}) as unknown as Omit<MuteTiming, "name">;
    return { ...times, ...(days === undefined ? {} : { days: list(days) as MuteTiming["days"] & object }), name };
  });
}

/** The same problem under the name that the configuration has for it. */
function inConfiguration(problem: Problem): Problem {
  return problem.property.startsWith("vigie:") ? problem : { ...problem, property: `vigie:${problem.property}` };
}

function unknown(property: string, given: string, what: string, known: readonly string[]): Problem {
  const near = nearest(given, known);
  const allowed = known.length === 0 ? `${what}, and there is none` : `${what}: ${known.join(", ")}`;
  return { property, given, allowed, ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }) };
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
