import { nearest, type Problem } from "../services/problems.ts";
import { type AlertPolicySpec, type Grouping, type Recipient, TOLD_SEVERITIES } from "../signals/alert-policy.ts";
import { isObject } from "./settings/json.ts";

const FIELDS: Readonly<Record<keyof AlertPolicySpec, true>> = {
  name: true,
  services: true,
  system: true,
  objective: true,
  notify: true,
  groupBy: true,
  grouping: true,
};
const GROUPING_FIELDS: Readonly<Record<keyof Grouping, true>> = { wait: true, interval: true, repeat: true };
const RECIPIENT_FIELDS: Readonly<Record<keyof Recipient, true>> = { to: true, except: true };

/** What a program without types may give. */
type Unchecked<T> = Readonly<Partial<Record<keyof T, unknown>>>;

/**
 * What is no policy at all, or has what no policy has: for programs that no compiler has looked at, and for members that
 * are undefined. What is in order here can be read without a surprise.
 */
export function policyFormProblems(policy: AlertPolicySpec): Problem[] {
  if (!isObject(policy)) return [{ property: "policies", given: policy, allowed: "an object for each policy" }];
  const at = `policies.${policy.name}`;
  const { name, services, system, objective, notify, groupBy, grouping }: Unchecked<AlertPolicySpec> = policy;
  return [
    ...strangers(at, policy, "a field of a policy", FIELDS),
    ...(isText(name) ? [] : [{ property: "policies", given: name, allowed: "a policy with a name" }]),
    ...textsProblems(`${at}.services`, services, "names of services"),
    ...(system === undefined || isText(system) ? [] : [{ property: `${at}.system`, given: system, allowed: "a name" }]),
    ...(objective === undefined || isObject(objective)
      ? []
      : [
          {
            property: `${at}.objective`,
            given: objective,
            allowed: "what its services owe, such as { availability: 99.5 }",
          },
        ]),
    ...notifyProblems(`${at}.notify`, notify),
    ...textsProblems(`${at}.groupBy`, groupBy, "names of labels"),
    ...groupingProblems(`${at}.grouping`, grouping),
  ];
}

/** A name that is none of those that are known, with the nearest of them. */
export function unknownName(property: string, given: string, what: string, known: readonly string[]): Problem {
  const near = nearest(given, known);
  const allowed = known.length === 0 ? `${what}, and there is none` : `${what}: ${known.join(", ")}`;
  return { property, given, allowed, ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }) };
}

function notifyProblems(at: string, notify: unknown): Problem[] {
  if (!isObject(notify)) {
    return [{ property: at, given: notify, allowed: `who is told, by severity: ${TOLD_SEVERITIES.join(", ")}` }];
  }
  return Object.entries(notify).flatMap(([severity, told]) => toldFormProblems(at, severity, told));
}

function toldFormProblems(at: string, severity: string, told: unknown): Problem[] {
  if (!TOLD_SEVERITIES.some((known) => known === severity))
    return [unknownName(at, severity, "a severity", TOLD_SEVERITIES)];
  if (told === "nobody" || told === undefined) return [];
  const property = `${at}.${severity}`;
  if (!Array.isArray(told)) return [{ property, given: "(not shown)", allowed: 'a list of receivers, or "nobody"' }];
  return told.flatMap((one: unknown, index) => recipientProblems(`${property}[${index}]`, one));
}

function recipientProblems(property: string, one: unknown): Problem[] {
  if (!isObject(one)) return [{ property, given: one, allowed: "a receiver" }];
  // A receiver has a kind, which says what else it has.
  if ("kind" in one || !("to" in one || "except" in one)) return [];
  const { to, except = [] }: Unchecked<Recipient> = one;
  return [
    ...strangers(property, one, "a field of a recipient", RECIPIENT_FIELDS),
    ...(isObject(to) ? [] : [{ property: `${property}.to`, given: to, allowed: "a receiver" }]),
    ...(Array.isArray(except) && except.every(isObject)
      ? []
      : [{ property: `${property}.except`, given: except, allowed: "a list of mute timings" }]),
  ];
}

function groupingProblems(at: string, grouping: unknown): Problem[] {
  if (grouping === undefined) return [];
  if (!isObject(grouping)) return [{ property: at, given: grouping, allowed: "an object with wait, interval, repeat" }];
  return [
    ...strangers(at, grouping, "a field of a grouping", GROUPING_FIELDS),
    ...Object.entries(grouping)
      .filter(([key, value]) => key in GROUPING_FIELDS && value !== undefined && !isText(value))
      .map(([key, value]) => ({ property: `${at}.${key}`, given: value, allowed: "a duration, such as 30s" })),
  ];
}

function textsProblems(property: string, given: unknown, what: string): Problem[] {
  if (given === undefined || (Array.isArray(given) && given.every(isText))) return [];
  return [{ property, given, allowed: `a list of ${what}` }];
}

function strangers(at: string, given: object, what: string, fields: Readonly<Record<string, true>>): Problem[] {
  return Object.keys(given)
    .filter((key) => !Object.hasOwn(fields, key))
    .map((key) => unknownName(at, key, what, Object.keys(fields)));
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
