import { SEVERITIES } from "../../../signals/severity.ts";
import { filesOf } from "../files.ts";
import type { Plan } from "../plan.ts";
import { type FileReceiver, type Recipient, type Routing, recipientsOf, routingIn } from "../routing.ts";
import type { Finding, Section } from "../section.ts";

/** Who hears of alerts, and when. */
export const told: Section = {
  name: "told",
  title: "Who is told",
  nothing: "The same people are told of the same alerts.",
  find: (plan) => {
    const files = filesOf(plan);
    const [old, now] = [routingIn(files.old), routingIn(files.new)];
    if (old.route === undefined && now.route === undefined) return [];
    const services = servicesOf(plan);
    return [...recipients(old, now, services), ...receivers(old, now), ...times(old, now)];
  },
};

/** Names of all that alerts are about: what the alerts of both plans say, and what is scraped. */
function servicesOf(plan: Plan): readonly string[] {
  const planned = [plan.oldOutputs, plan.newOutputs].flatMap(({ drills, proof }) => {
    const { alerts = [] } = (drills ?? {}) as { alerts?: readonly { labels?: { service?: string } }[] };
    const { jobs = {} } = (proof ?? {}) as { jobs?: Readonly<Record<string, unknown>> };
    return [...alerts.flatMap(({ labels }) => labels?.service ?? []), ...Object.keys(jobs)];
  });
  return [...new Set(planned)].sort();
}

/** What an alert of nothing known is about: it has the policy for all others. */
const ANY_OTHER = "anything else";

function recipients(old: Routing, now: Routing, services: readonly string[]): readonly Finding[] {
  return SEVERITIES.flatMap((severity) => {
    const changes = [...services, ANY_OTHER].flatMap((service) => changesFor(old, now, severity, service));
    const byChange = new Map<string, string[]>();
    for (const { key, service } of changes) byChange.set(key, [...(byChange.get(key) ?? []), service]);
    return [...byChange].flatMap(([key, about]) => {
      const [change = "", receiver = "", except = ""] = key.split("\n");
      const all = about.length === services.length + 1;
      const whom =
        severity === "none" ? "the heartbeat" : `${severity} alerts of ${all ? "everything" : about.join(", ")}`;
      return severity === "none" && about.length <= services.length ? [] : [sentence(change, receiver, whom, except)];
    });
  });
}

function changesFor(old: Routing, now: Routing, severity: string, service: string) {
  // Symptoms have routes of their own: what is muted for one is muted for both.
  const labels = { severity, kind: "cause", ...(service === ANY_OTHER ? {} : { service }) };
  const [before, after] = [recipientsOf(old, labels), recipientsOf(now, labels)];
  const same = (one: Recipient) => (other: Recipient) => one.receiver === other.receiver;
  const key = (change: string, { receiver, except }: Recipient) => ({
    key: [change, receiver, except.join(", ")].join("\n"),
    service,
  });
  return [
    ...after.filter((one) => !before.some(same(one))).map((one) => key("told now", one)),
    ...before.filter((one) => !after.some(same(one))).map((one) => key("told no more", { ...one, except: [] })),
    ...after
      .filter((one) => before.some((other) => same(one)(other) && other.except.join() !== one.except.join()))
      .map((one) => key("told at other times", one)),
    ...(before.length > 0 && after.length === 0 ? [key("nobody told", { receiver: "nobody", except: [] })] : []),
  ];
}

function sentence(change: string, subject: string, whom: string, except: string): Finding {
  if (change === "nobody told") {
    return { change, subject: whom, text: "nobody hears of them any more", weight: "stop" };
  }
  const but = except === "" ? "" : `, but for ${except}`;
  if (change === "told at other times") {
    const text = `of ${whom}${but === "" ? ", at any time" : but}`;
    return { change, subject, text, weight: except === "" ? "note" : "look" };
  }
  const weight = { "told now": "note", "told no more": "look" }[change] as Finding["weight"];
  return { change, subject, text: `of ${whom}${but}`, ...(weight === undefined ? {} : { weight }) };
}

/** Receivers that stay, and are told another way. */
function receivers(old: Routing, now: Routing): readonly Finding[] {
  return (old.receivers ?? []).flatMap((before) => {
    const after = (now.receivers ?? []).find(({ name }) => name === before.name);
    if (after === undefined || JSON.stringify(before) === JSON.stringify(after)) return [];
    const addresses = [addressOf(before), addressOf(after)];
    const text =
      addresses[0] === addresses[1] ? "its settings differ" : `at ${addresses[1]}, no longer ${addresses[0]}`;
    return [{ change: "told otherwise", subject: before.name, text, weight: "look" as const }];
  });
}

/** Where a receiver is reached, as far as its configuration says it openly; a secret is a file there. */
function addressOf(receiver: FileReceiver): string {
  const configs = Object.values(receiver).flatMap((value) => (Array.isArray(value) ? value : []));
  const addresses = configs.flatMap((config: Readonly<Record<string, unknown>>) =>
    ["to", "channel", "smarthost"].flatMap((key) => (typeof config[key] === "string" ? [config[key]] : [])),
  );
  const hosts = configs.flatMap(({ url }: { readonly url?: unknown }) =>
    typeof url === "string" && URL.canParse(url) ? [new URL(url).host] : [],
  );
  return [...addresses, ...hosts].join(" by ") || "a secret address";
}

/** Times in which somebody is not told, or a maintenance that mutes. */
function times(old: Routing, now: Routing): readonly Finding[] {
  const [before, after] = [old, now].map(({ time_intervals: all = [] }) => new Map(all.map((one) => [one.name, one])));
  const names = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
  return names.flatMap((subject): Finding[] => {
    const [was, is] = [before?.get(subject), after?.get(subject)];
    if (was === undefined)
      return [{ change: "muted time added", subject, text: "what it mutes is told to nobody then" }];
    if (is === undefined) return [{ change: "muted time removed", subject, text: "it mutes nothing any more" }];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return [{ change: "muted time moved", subject, text: "it is at other times", weight: "look" }];
  });
}
