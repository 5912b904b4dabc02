import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { renderAlertmanager } from "../../config/alertmanager.ts";
import { receiverSecretProblems } from "../../config/alertmanager-problems.ts";
import type { AlertPolicySpec, Receiver, Recipient } from "../../signals/alert-policy.ts";
import type { MuteTiming } from "../../signals/mute-timing.ts";
import { everyKind } from "../signals/receivers/every-kind.ts";

const pager: Receiver = { kind: "webhook", name: "pager", url: "http://inbox:8080/" };
const mail = everyKind.email;
const policy = (...critical: readonly (Receiver | Recipient)[]): AlertPolicySpec => ({
  name: "all",
  notify: { critical, warning: critical },
});
const nights: MuteTiming = { name: "nights", from: "22:00", to: "07:00" };
const weekend: MuteTiming = { name: "weekend", days: ["saturday", "sunday"], from: "00:00", to: "24:00" };
const except = (...timings: readonly MuteTiming[]): AlertPolicySpec => ({
  ...policy(pager),
  notify: { critical: [pager], warning: [{ to: mail, except: timings }] },
});
const known = { services: ["catalog", "orders"], systems: { storefront: ["catalog"], empty: [] } };

describe("renderAlertmanager", () => {
  // A message names the first moment of the coming year in which nobody is told.
  beforeAll(() => void vi.setSystemTime(new Date("2026-03-04T12:00Z")));
  afterAll(() => void vi.useRealTimers());

  it.each<[string, readonly AlertPolicySpec[], RegExp]>([
    ["a policy that tells nobody", [policy()], /policies\.all\.notify\.critical: got \[\]; allowed: at least one/],
    [
      "a severity that nobody was thought of for",
      [{ name: "all", notify: { critical: [pager] } }],
      /policies\.all\.notify\.warning: got nothing; .*where that is meant, give "nobody"/,
    ],
    ["no service at all", [{ ...policy(pager), services: [] }], /policies\.all\.services: got \[\]/],
    [
      "a service of two policies",
      [
        { ...policy(pager), name: "a", services: ["orders"] },
        { ...policy(pager), name: "b", services: ["orders"] },
      ],
      /policies\.b\.services: got "orders"; allowed: what policy a does not have/,
    ],
    [
      "two policies of one name",
      [
        { ...policy(pager), services: ["catalog"] },
        { ...policy(pager), services: ["orders"] },
      ],
      /policies: got "all"; allowed: each name once\. Rename one of the two/,
    ],
    ["two policies for all others", [policy(pager), { ...policy(pager), name: "b" }], /got "\(all others\)"/],
    [
      "a service that is a pattern",
      [{ ...policy(pager), services: [".*"] }],
      /services: got "\.\*"; allowed: a service/,
    ],
    ["a service that there is not", [{ ...policy(pager), services: ["ordrs"] }], /got "ordrs".*Did you mean orders\?/],
    ["a system that there is not", [{ ...policy(pager), system: "blog" }], /all\.system: got "blog"; .*storefront/],
    ["a system without services", [{ ...policy(pager), system: "empty" }], /all\.system: got "empty"/],
    ["both at once", [{ ...policy(pager), services: ["orders"], system: "storefront" }], /allowed: one of the two/],
    [
      "services that nobody hears of",
      [{ ...policy(pager), services: ["catalog"] }],
      /policies: got \["all"\]; .*Nobody would hear of orders: add `\{ name: "everything"/,
    ],
    [
      "two receivers of one name",
      [policy(pager, { ...pager, url: "http://other/" })],
      /receivers: got "pager"; allowed: one of receivers of a name\. Two different ones/,
    ],
    ["a receiver that is wrong", [policy({ ...pager, url: "inbox" })], /receivers\.pager\.url: got "inbox"/],
    ["a timing that is wrong", [except({ ...nights, to: "7" })], /muteTimings\.nights\.to: got "7"/],
    [
      "timings that overlap",
      [except(nights, weekend)],
      /warning\.mail\.except: got \["nights","weekend"\]; .*shorten one of them/,
    ],
    [
      "two timings of one name",
      [except({ ...nights, days: ["monday"] }, { ...weekend, name: "nights" })],
      /muteTimings: got "nights"; allowed: one of muteTimings of a name/,
    ],
    [
      "a night in which nobody is paged",
      [policy({ to: pager, except: [nights] })],
      /critical: got \["pager"\]; .*Nobody hears of a critical alert on [a-z]+ \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
    ],
    [
      "a recipient's field that there is not",
      [policy({ to: pager, exept: [] } as Recipient)],
      /critical\[0\]\.?: got "exept"; .*Did you mean except\?/,
    ],
    [
      "a recipient that is nobody",
      [policy({ except: [nights] } as unknown as Recipient)],
      /critical\[0\]\.to: got nothing/,
    ],
    [
      "times that are no list",
      [policy({ to: pager, except: nights } as unknown as Recipient)],
      /critical\[0\]\.except: got \{.*allowed: a list of mute timings/,
    ],
    [
      "a grouping's field that there is not",
      [{ ...policy(pager), grouping: { waits: "1m" } as object }],
      /grouping: got "waits"; allowed: a field of a grouping: wait, interval, repeat\. Did you mean wait\?/,
    ],
    [
      "a number in a grouping",
      [{ ...policy(pager), grouping: { wait: 30 as unknown as "30s" } }],
      /grouping\.wait: got 30; allowed: a duration/,
    ],
    [
      "a grouping that is none",
      [{ ...policy(pager), grouping: "1m" as unknown as object }],
      /grouping: got "1m"; allowed: an object/,
    ],
    [
      "labels that are no list",
      [{ ...policy(pager), groupBy: "alertname" as unknown as [] }],
      /groupBy: got "alertname"; allowed: a list of names of labels/,
    ],
    [
      "a policy that is nothing",
      [null as unknown as AlertPolicySpec],
      /policies: got null; allowed: an object for each/,
    ],
    [
      "an objective that is nothing",
      [{ ...policy(pager), services: ["orders"], objective: null as unknown as object } as AlertPolicySpec],
      /policies\.all\.objective: got null; allowed: what its services owe/,
    ],
    [
      "services that are nothing",
      [{ ...policy(pager), services: null as unknown as [] }],
      /services: got (null|nothing); allowed: a list of names of services/,
    ],
    ["a label that is none", [{ ...policy(pager), groupBy: ["alert name"] }], /groupBy: got "alert name"/],
    ["a time that is none", [{ ...policy(pager), grouping: { repeat: "0s" } }], /grouping\.repeat: got "0s"/],
    [
      "a part of an hour",
      [{ ...policy(pager), grouping: { repeat: "1.5h" as "1h" } }],
      /repeat: got "1\.5h".*Write "90m"/,
    ],
    [
      "a part of a minute",
      [{ ...policy(pager), grouping: { wait: "0.5m" as "1m" } }],
      /wait: got "0\.5m".*Write "30s"/,
    ],
    [
      "minutes before hours",
      [{ ...policy(pager), grouping: { interval: "30m1h" as "1h" } }],
      /interval: .*Write "90m"/,
    ],
    [
      "a label twice",
      [{ ...policy(pager), groupBy: ["service", "service"] }],
      /groupBy: got "service"; .*each label once/,
    ],
    ["all labels and one more", [{ ...policy(pager), groupBy: ["...", "service"] }], /groupBy: got "\.\.\."/],
    ["a wait that is none", [{ ...policy(pager), grouping: { wait: "s" as "1s" } }], /grouping\.wait: got "s"/],
    [
      "a list without its member",
      [policy(pager, undefined as never)],
      /notify\.critical\[1\]: got nothing; allowed: a/,
    ],
    [
      "a receiver in place of a list",
      [{ name: "all", notify: { critical: pager as never, warning: [pager] } }],
      /notify\.critical: got "\(not shown\)"; allowed: a list of receivers, or "nobody"/,
    ],
    [
      "nobody who is told",
      [{ name: "all" } as AlertPolicySpec],
      /policies\.all\.notify: got nothing; allowed: who is told/,
    ],
    [
      "words that no policy has",
      [
        {
          ...policy(pager),
          servces: ["orders"],
          notify: { ...policy(pager).notify, critcal: [pager] },
        } as AlertPolicySpec,
      ],
      /policies\.all: got "servces"; .*mean services\?\n.*notify: got "critcal"; .*mean critical\?/,
    ],
  ])("fails with %s", (_, policies, message) => {
    expect(() => renderAlertmanager(policies, known)).toThrow(message);
    expect(() => renderAlertmanager(policies, known)).toThrowErrorMatchingSnapshot();
  });

  it("fails without one for all others where the services are not known", () => {
    const work = () => renderAlertmanager([{ ...policy(pager), services: ["catalog"] }]);
    expect(work).toThrow(/policies: got \["all"\]; .*Nobody would hear of services that no policy names/);
  });

  it("takes silence that is meant, and a policy for each service", () => {
    const each = known.services.map((service) => ({ ...policy(pager), name: service, services: [service] }));
    expect(renderAlertmanager(each, known)).toHaveLength(1);
    expect(renderAlertmanager([{ name: "all", notify: { critical: "nobody", warning: "nobody" } }])).toHaveLength(1);
    const byNight: Recipient = {
      to: { ...pager, name: "night" },
      except: [{ ...nights, name: "day", from: "07:00", to: "22:00" }],
    };
    expect(renderAlertmanager([policy({ to: pager, except: [nights] }, byNight)])).toHaveLength(1);
  });

  it("fails with every problem at once", () => {
    const work = () =>
      renderAlertmanager([policy({ ...mail, to: ["x"], smarthost: "y" })], { watchdog: { ...pager, name: "1" } });
    expect(work).toThrow(/mail\.to[\s\S]*mail\.smarthost[\s\S]*receivers: got "1"/);
  });
});

describe("receiverSecretProblems", () => {
  it.each(Object.values(everyKind))("fails without the secret of $kind", (receiver) => {
    const problems = receiverSecretProblems([policy(receiver)], ["other"]);
    expect(problems.length).toBeGreaterThan(0);
    for (const { property, allowed } of problems) {
      expect(property).toContain(`receivers.${receiver.name}.`);
      expect(allowed).toBe("one of /run/secrets/other");
    }
  });
});
