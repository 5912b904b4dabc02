import type { Problem } from "../../services/problems.ts";
import { nearest } from "../../services/problems.ts";
import { email } from "./email.ts";
import type { Field, Integration, NamedReceiver, ReceiverKind } from "./kind.ts";
import { ntfy } from "./ntfy.ts";
import { opsgenie } from "./opsgenie.ts";
import { pagerduty } from "./pagerduty.ts";
import { slack } from "./slack.ts";
import { teams } from "./teams.ts";
import { webhook } from "./webhook.ts";

/** Every kind of receiver. A new one is its own file and a line here. */
export const RECEIVER_KINDS = { email, webhook, slack, pagerduty, opsgenie, teams, ntfy } as const;

type ReceiverOf<Kind> = Kind extends ReceiverKind<infer R> ? R : never;

/** Where a notice goes. */
export type Receiver = ReceiverOf<(typeof RECEIVER_KINDS)[keyof typeof RECEIVER_KINDS]>;

/** The fields of a kind by name; undefined for a kind that there is not. */
export function fieldsOf(kind: string): Readonly<Record<string, Field>> | undefined {
  return Object.hasOwn(RECEIVER_KINDS, kind) ? kindOf(kind as Receiver["kind"]).fields : undefined;
}

/** A receiver as Alertmanager has it. */
export function integrationOf(receiver: Receiver): Integration {
  return kindOf(receiver.kind).integration(receiver);
}

/** Where the notices of a receiver go; undefined for the maker's own service, and for what a secret file says. */
export function addressOf(receiver: Receiver): string | undefined {
  return kindOf(receiver.kind).address?.(receiver);
}

/** The files with secrets that a receiver names, by property. */
export function secretFilesOf(receiver: Receiver): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(receiver).filter(([property]) => fieldsOf(receiver.kind)?.[property]?.secret === true),
  );
}

/**
 * Everything that is wrong with one receiver; `[]` when all is well.
 *
 * @param at path of the receiver. @default - `receivers.<name>`
 */
export function receiverProblems(receiver: Receiver, at = `receivers.${receiver.name}`): Problem[] {
  const problems = nameProblems(receiver);
  const fields = fieldsOf(receiver.kind);
  if (fields === undefined) {
    const kinds = Object.keys(RECEIVER_KINDS);
    const near = nearest(String(receiver.kind), kinds);
    const fix = near === undefined ? {} : { fix: `Did you mean ${near}?` };
    return [
      ...problems,
      { property: `${at}.kind`, given: receiver.kind, allowed: `one of ${kinds.join(", ")}`, ...fix },
    ];
  }
  const { kind: _, name: __, ...given } = receiver as NamedReceiver & Readonly<Record<string, unknown>>;
  for (const [property, { allowed, optional, secret, wrong }] of Object.entries(fields)) {
    const value = given[property];
    if (value === undefined && optional) continue;
    // Where the name of a file is asked for, people give the secret itself.
    const shown = (part: unknown) => (secret && part !== undefined ? "(not shown)" : part);
    problems.push(...wrong(value).map((part) => ({ property: `${at}.${property}`, given: shown(part), allowed })));
  }
  const known = Object.keys(fields);
  for (const property of Object.keys(given).filter((key) => !known.includes(key))) {
    const near = nearest(property, known);
    const fix = near === undefined ? {} : { fix: `Did you mean ${near}?` };
    problems.push({
      property: `${at}.${property}`,
      given: "(not shown)",
      allowed: `one of ${known.join(", ")}`,
      ...fix,
    });
  }
  return problems.length > 0 ? problems : [...(kindOf(receiver.kind).problems?.(receiver, at) ?? [])];
}

function nameProblems({ name }: Receiver): Problem[] {
  if (/^[a-zA-Z][a-zA-Z0-9-]*$/.test(name) && name !== "none") return [];
  return [{ property: "receivers", given: name, allowed: 'letters, digits and -, and not "none"' }];
}

function kindOf(kind: Receiver["kind"]): ReceiverKind<NamedReceiver> & { readonly fields: Record<string, Field> } {
  return RECEIVER_KINDS[kind];
}
