import { isDeepStrictEqual } from "node:util";
import { CONTAINER_NAME } from "../services/grammar.ts";
import type { Problem } from "../services/problems.ts";
import { durationWrong } from "../services/units.ts";
import { type AlertPolicySpec, recipientsOf, TOLD_SEVERITIES, type ToldSeverity } from "../signals/alert-policy.ts";
import { maintenanceProblems } from "../signals/maintenance.ts";
import { type MuteTiming, muteTimingProblems, overlapOf, silentMoment } from "../signals/mute-timing.ts";
import { type Receiver, receiverProblems, secretFilesOf } from "../signals/receivers/index.ts";
import { objectiveProblems } from "../signals/slo/problems.ts";
import { policyFormProblems, unknownName } from "./alert-policy-form.ts";
import type { Systems } from "./alertmanager-routes.ts";
import { type AlertmanagerSettings, GROUPINGS } from "./alertmanager-settings.ts";

/** Every receiver that is used, as often as it is. */
export function receiversOf(policies: readonly AlertPolicySpec[], watchdog: Receiver | undefined): readonly Receiver[] {
  const used = policies.flatMap((policy) =>
    TOLD_SEVERITIES.flatMap((severity) => recipientsOf(policy, severity).map(({ to }) => to)),
  );
  return watchdog === undefined ? used : [...used, watchdog];
}

/** Every mute timing that is used, as often as it is. */
export function timingsOf(policies: readonly AlertPolicySpec[]): readonly MuteTiming[] {
  return policies.flatMap((policy) =>
    TOLD_SEVERITIES.flatMap((severity) => recipientsOf(policy, severity).flatMap(({ except }) => except)),
  );
}

/** Everything that is wrong with who hears of what; `[]` when all is well. */
export function alertmanagerProblems(policies: readonly AlertPolicySpec[], settings: AlertmanagerSettings): Problem[] {
  const { watchdog, systems = {}, services, maintenance = [] } = settings;
  const form = policies.flatMap(policyFormProblems);
  // Whom it tells can't be asked then.
  if (form.length > 0) return form;
  return [
    ...twiceNamed(policies),
    ...policyProblems(policies, systems, services),
    ...eachOnce("receivers", receiversOf(policies, watchdog), receiverProblems),
    ...eachOnce("muteTimings", timingsOf(policies), muteTimingProblems),
    ...maintenanceProblems(maintenance, services),
  ];
}

/**
 * Everything that is wrong with one policy by itself, in the words of who declares it: whether its services and its
 * system are there, only the monitoring knows that it is handed to.
 */
export function alertPolicyProblems(policy: AlertPolicySpec): Problem[] {
  const at = `policies.${policy.name}`;
  const form = policyFormProblems(policy);
  const problems =
    form.length > 0
      ? form
      : [
          ...aboutProblems(policy, at, undefined, undefined, new Map()),
          ...toldAndGroupedProblems(policy, at),
          ...eachOnce("receivers", receiversOf([policy], undefined), receiverProblems),
          ...eachOnce("muteTimings", timingsOf([policy]), muteTimingProblems),
          ...objectiveProblems([policy]),
        ];
  return problems.map((problem) =>
    problem.property === at
      ? { ...problem, property: "args" }
      : { ...problem, property: problem.property.replace(`${at}.`, "") },
  );
}

/**
 * The receivers whose secret is not there: each file that they name must be one of the secrets that Alertmanager gets.
 *
 * @param secrets names of the files in `/run/secrets`
 * @param property what the caller gives them as
 */
export function receiverSecretProblems(
  policies: readonly AlertPolicySpec[],
  secrets: readonly string[],
  watchdog?: Receiver,
  property = "secrets",
): Problem[] {
  if (policies.flatMap(policyFormProblems).length > 0) return [];
  const problems = receiversOf(policies, watchdog).flatMap((receiver) =>
    Object.entries(secretFilesOf(receiver)).flatMap(([key, file]): Problem[] => {
      if (secrets.some((secret) => file === `/run/secrets/${secret}`)) return [];
      return [
        {
          property: `receivers.${receiver.name}.${key}`,
          given: file,
          allowed:
            secrets.length === 0
              ? "the file of a secret, and none is given"
              : `one of ${secrets.map((secret) => `/run/secrets/${secret}`).join(", ")}`,
          fix: `Give the secret itself as \`${property}: { ${JSON.stringify(file.split("/").at(-1))}: … }\`; without it every notice is refused.`,
        },
      ];
    }),
  );
  return problems.filter(({ property }, index) => problems.findIndex((other) => other.property === property) === index);
}

/** What is wrong with each of several that are used more than once, and with two different ones of a name. */
function eachOnce<T extends { readonly name: string }>(
  property: string,
  used: readonly T[],
  problemsOf: (one: T) => Problem[],
): Problem[] {
  return used.flatMap((one, index) => {
    const first = used.findIndex(({ name }) => name === one.name);
    if (first === index) return problemsOf(one);
    if (isDeepStrictEqual(used[first], one)) return [];
    const fix = "Two different ones have it: rename one, or use one object in both places.";
    return [{ property, given: one.name, allowed: `one of ${property} of a name`, fix }];
  });
}

function twiceNamed(policies: readonly AlertPolicySpec[]): Problem[] {
  const names = policies.map(({ name }) => name);
  return names
    .filter((name, index) => names.indexOf(name) === index && names.lastIndexOf(name) > index)
    .map((name) => ({ property: "policies", given: name, allowed: "each name once", fix: "Rename one of the two." }));
}

function policyProblems(
  policies: readonly AlertPolicySpec[],
  systems: Systems,
  known: readonly string[] | undefined,
): Problem[] {
  const taken = new Map<string, string>();
  const problems = policies.flatMap((policy) => {
    const at = `policies.${policy.name}`;
    return [...aboutProblems(policy, at, systems, known, taken), ...toldAndGroupedProblems(policy, at)];
  });
  if (policies.some(({ services, system }) => services === undefined && system === undefined)) return problems;
  const named = policies.flatMap((policy) => policy.services ?? systems[policy.system ?? ""] ?? []);
  const left = known?.filter((service) => !named.includes(service));
  if (left?.length === 0) return problems;
  const whom = left === undefined ? "services that no policy names" : left.join(", ");
  const fix = `Nobody would hear of ${whom}: add \`{ name: "everything", notify: … }\`.`;
  const allowed = "among them one without services, for all others";
  return [...problems, { property: "policies", given: policies.map(({ name }) => name), allowed, fix }];
}

function toldAndGroupedProblems(policy: AlertPolicySpec, at: string): Problem[] {
  return [
    ...TOLD_SEVERITIES.flatMap((severity) => toldProblems(policy, severity, `${at}.notify.${severity}`)),
    ...groupingProblems(policy, at),
  ];
}

/**
 * What is wrong with the services that a policy is about.
 *
 * @param systems undefined where they are not known
 */
function aboutProblems(
  { name, services, system }: AlertPolicySpec,
  at: string,
  systems: Systems | undefined,
  known: readonly string[] | undefined,
  taken: Map<string, string>,
): Problem[] {
  const problems: Problem[] = [];
  const take = (key: string, property: string, given: string): void => {
    const other = taken.get(key);
    if (other !== undefined) problems.push({ property, given, allowed: `what policy ${other} does not have` });
    taken.set(key, name);
  };
  if (system !== undefined) {
    if (services !== undefined) problems.push({ property: at, given: { services, system }, allowed: "one of the two" });
    if (systems !== undefined && (systems[system] ?? []).length === 0) {
      problems.push(unknownName(`${at}.system`, system, "a system with services", Object.keys(systems)));
    }
    take(`system ${system}`, `${at}.system`, system);
    return problems;
  }
  if (services === undefined) take("(all others)", `${at}.services`, "(all others)");
  if (services?.length === 0) {
    const fix = "Leave `services` out for all that no other policy names.";
    problems.push({ property: `${at}.services`, given: [], allowed: "at least one service", fix });
  }
  for (const service of services ?? []) {
    const property = `${at}.services`;
    if (!CONTAINER_NAME.fits(service)) problems.push({ property, given: service, allowed: "a service's name" });
    else if (known?.includes(service) === false) problems.push(unknownName(property, service, "a service", known));
    take(service, property, service);
  }
  return problems;
}

/** What is wrong with who is told of a severity. */
function toldProblems(policy: AlertPolicySpec, severity: ToldSeverity, property: string): Problem[] {
  const given = policy.notify[severity];
  if (given === "nobody" || (given === undefined && severity === "info")) return [];
  if (given === undefined || given.length === 0) {
    const fix = `A ${severity} alert that nobody hears of is none; where that is meant, give "nobody".`;
    return [{ property, given: given ?? undefined, allowed: "at least one receiver", fix }];
  }
  const recipients = recipientsOf(policy, severity);
  const problems: Problem[] = [];
  for (const { to, except } of recipients.filter((one) => one.except.flatMap(muteTimingProblems).length === 0)) {
    const overlap = overlapOf(except);
    if (overlap === undefined) continue;
    const [one, other] = overlap.map(({ name }) => name);
    const fix = `${one} and ${other} cover the same minutes: shorten one of them, or give it other days.`;
    problems.push({ property: `${property}.${to.name}.except`, given: [one, other], allowed: "timings apart", fix });
  }
  if (severity !== "critical" || timingsOf([policy]).some((timing) => muteTimingProblems(timing).length > 0)) {
    return problems;
  }
  const silent = silentMoment(recipients.map(({ except }) => except));
  if (silent === undefined) return problems;
  const fix = `Nobody hears of a critical alert on ${silent}: add a receiver that is told then.`;
  const names = recipients.map(({ to }) => to.name);
  return [...problems, { property, given: names, allowed: "somebody at every minute of the week", fix }];
}

function groupingProblems({ groupBy = [], grouping = {} }: AlertPolicySpec, at: string): Problem[] {
  const property = `${at}.groupBy`;
  const problems: Problem[] = groupBy
    .filter((label) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) && !(label === ALL_LABELS && groupBy.length === 1))
    .map((label) => ({ property, given: label, allowed: "names of labels, such as alertname, or ... alone for all" }));
  for (const label of groupBy.filter((one, index) => groupBy.indexOf(one) < index)) {
    problems.push({ property, given: label, allowed: "each label once" });
  }
  for (const key of ["wait", "interval", "repeat"] as const) {
    const value = grouping[key];
    if (value === undefined) continue;
    const wrong = durationWrong(value, { least: key === "wait" ? 0 : 1, such: GROUPINGS.steady[key] });
    if (wrong !== undefined) problems.push({ property: `${at}.grouping.${key}`, given: value, ...wrong });
  }
  return problems;
}

/** What makes a group of its own of each alert. */
const ALL_LABELS = "...";
