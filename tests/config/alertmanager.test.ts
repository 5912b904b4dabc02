import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { PEER_TIMEOUTS, renderAlertmanager, renderAlertmanagerArguments } from "../../config/alertmanager.ts";
import { GROUPINGS } from "../../config/alertmanager-settings.ts";
import { toSeconds } from "../../services/units.ts";
import { type AlertPolicySpec, notifyOf, type Receiver } from "../../signals/alert-policy.ts";
import type { MuteTiming } from "../../signals/mute-timing.ts";
import { PACES, type PaceName } from "../../signals/rule-group.ts";
import { everyKind } from "../signals/receivers/every-kind.ts";

const pager: Receiver = { kind: "webhook", name: "pager", urlFile: "/run/secrets/pager-url" };
const mail = everyKind.email;
const nights: MuteTiming = { name: "nights", days: ["monday"], from: "22:00", to: "07:00", timezone: "Europe/Paris" };
const everything: AlertPolicySpec = { name: "everything", notify: { critical: [pager, mail], warning: [mail] } };
const till: AlertPolicySpec = {
  name: "till",
  services: ["orders", "till"],
  notify: { critical: [pager], warning: "nobody" },
};

const render = (...given: Parameters<typeof renderAlertmanager>) =>
  parse(renderAlertmanager(...given)[0]?.content ?? "");

describe("renderAlertmanager", () => {
  it("gives every receiver of a severity a route of its own", () => {
    expect(render([everything]).route.routes[1]).toEqual({
      receiver: "none",
      routes: [
        { matchers: ['severity="critical"'], receiver: "pager", continue: true },
        { matchers: ['severity="critical"'], receiver: "mail", continue: true },
        { matchers: ['severity="warning"'], receiver: "mail", continue: true },
      ],
    });
  });

  it("asks services first, then systems, and all others last", () => {
    const shop: AlertPolicySpec = { ...everything, name: "shop", system: "storefront" };
    const { routes } = render([everything, shop, till], { systems: { storefront: ["catalog", "orders"] } }).route;
    expect(routes[1].matchers).toEqual(['service=~"orders|till"']);
    expect(routes[2].matchers).toEqual(['service=~"catalog|orders"']);
    expect(routes[3].matchers).toBeUndefined();
  });

  it("groups and repeats as a policy says", () => {
    const policy: AlertPolicySpec = { ...everything, groupBy: ["service"], grouping: { repeat: "1h" } };
    expect(render([policy]).route.routes[1]).toMatchObject({ group_by: ["service"], repeat_interval: "1h" });
    expect(render([policy]).route.routes[1]).not.toHaveProperty("group_wait");
  });

  it("does not tell somebody at some times, in their own time", () => {
    const policy: AlertPolicySpec = {
      ...everything,
      notify: { critical: [pager], warning: [{ to: mail, except: [nights] }] },
    };
    const { route, time_intervals } = render([policy]);
    expect(route.routes[1].routes).toEqual([
      { matchers: ['severity="critical"'], receiver: "pager", continue: true },
      { matchers: ['severity="warning"'], receiver: "mail", mute_time_intervals: ["nights"], continue: true },
    ]);
    const location = "Europe/Paris";
    expect(time_intervals).toEqual([
      {
        name: "nights",
        time_intervals: [
          { times: [{ start_time: "22:00", end_time: "24:00" }], weekdays: ["monday"], location },
          { times: [{ start_time: "00:00", end_time: "07:00" }], weekdays: ["tuesday"], location },
        ],
      },
    ]);
  });

  it("counts in UTC where nothing else is said, and not in whatever the container's time is", () => {
    const { timezone: _, ...utc } = nights;
    const policy: AlertPolicySpec = {
      ...everything,
      notify: { critical: [pager], warning: [{ to: mail, except: [utc] }] },
    };
    const locations = render([policy]).time_intervals[0].time_intervals.map(
      (one: { location: string }) => one.location,
    );
    expect(locations).toEqual(["UTC", "UTC"]);
  });

  it.each([
    ["steady", "1m"],
    ["fast", "5s"],
    ["instant", "5s"],
  ] as const)("tells the Watchdog at the pace %s every %s", (pace, every) => {
    expect(render([everything], { watchdog: pager, pace }).route.routes[0]).toMatchObject({ group_interval: every });
  });

  it("makes a group of its own of each alert, or one of all", () => {
    expect(render([{ ...everything, groupBy: ["..."] }]).route.routes[1].group_by).toEqual(["..."]);
    expect(render([{ ...everything, groupBy: [] }]).route.routes[1].group_by).toEqual([]);
  });

  it("tells nobody of the Watchdog, unless somebody asks for it", () => {
    expect(render([everything]).route.routes[0]).toEqual({ matchers: ['severity="none"'], receiver: "none" });
    expect(render([everything], { watchdog: pager }).route.routes[0]).toEqual({
      matchers: ['severity="none"'],
      receiver: "pager",
      group_wait: "0s",
      group_interval: "1m",
      repeat_interval: "1s",
    });
  });

  it("names a receiver once that is used twice", () => {
    const receivers = render([everything, till]).receivers as { name: string }[];
    expect(receivers.map(({ name }) => name)).toEqual(["none", "pager", "mail"]);
    expect(receivers[1]).toEqual({
      name: "pager",
      webhook_configs: [{ url_file: "/run/secrets/pager-url", send_resolved: true }],
    });
  });

  it("mutes what matters less of the same service, and never for want of one", () => {
    expect(render([everything]).inhibit_rules).toEqual([
      {
        source_matchers: ['severity="critical"', 'service!=""'],
        target_matchers: ['severity=~"warning|info"'],
        equal: ["service"],
      },
      {
        source_matchers: ['severity="warning"', 'service!=""'],
        target_matchers: ['severity="info"'],
        equal: ["service"],
      },
    ]);
  });

  it("lets a symptom wait for its cause, where people are told faster than a store counts as down", () => {
    const uses = [{ service: "catalog", on: "postgres", exporter: true }];
    const [first] = render([everything], { pace: "fast", uses }).route.routes[1].routes;
    expect(first.routes).toEqual([{ matchers: ['kind="symptom"'], group_wait: "20s" }]);
    // A route has nothing of its parent's times.
    const asleep: AlertPolicySpec = {
      ...everything,
      notify: { critical: [pager], warning: [{ to: mail, except: [nights] }] },
    };
    expect(render([asleep], { pace: "fast", uses }).route.routes[1].routes[1].routes).toEqual([
      { matchers: ['kind="symptom"'], group_wait: "20s", mute_time_intervals: ["nights"] },
    ]);
    expect(render([everything], { uses }).route.routes[1].routes[0]).not.toHaveProperty("routes");
    expect(render([everything], { pace: "fast" }).route.routes[1].routes[0]).not.toHaveProperty("routes");
  });

  it("mutes what users of something feel while it is down, but not for its exporter", () => {
    const uses = [
      { service: "catalog", on: "postgres", exporter: true },
      { service: "gateway", on: "catalog" },
    ];
    expect(render([everything], { uses }).inhibit_rules.slice(2)).toEqual([
      {
        source_matchers: ['kind="outage"', 'severity="critical"', 'service="catalog"'],
        target_matchers: ['kind="symptom"', 'service=~"gateway"'],
      },
      {
        source_matchers: ['kind="outage"', 'severity="critical"', 'service="postgres"', 'alertname!="TargetDown"'],
        target_matchers: ['kind="symptom"', 'service=~"catalog|gateway"'],
      },
    ]);
  });

  it("has a slow pace for people, a fast one for developers, and one that waits for nothing", () => {
    const times = (settings: Parameters<typeof renderAlertmanager>[1]) => {
      const { group_wait, group_interval, repeat_interval } = render([everything], settings).route;
      return [group_wait, group_interval, repeat_interval];
    };
    expect(times({})).toEqual(["30s", "5m", "12h"]);
    expect(times({ pace: "fast" })).toEqual(["2500ms", "5s", "4h"]);
    expect(times({ pace: "instant" })).toEqual(["0s", "5s", "4h"]);
  });
});

describe("notifyOf", () => {
  it("tells some by severity, and an inbox of what people are called for", () => {
    const told = { critical: [], warning: [{ to: mail, except: [nights] }], info: [] };
    expect(notifyOf(told, [pager])).toEqual({
      critical: [pager],
      warning: [pager, { to: mail, except: [nights] }],
      info: "nobody",
    });
  });

  it("is undefined where nobody is told", () => {
    expect(notifyOf({ critical: [], warning: [], info: [] })).toBeUndefined();
  });
});

describe("renderAlertmanagerArguments", () => {
  it("makes several gossip", () => {
    expect(renderAlertmanagerArguments(["shop-alertmanager-2"], "http://localhost:9093/")).toEqual([
      "--config.file=/etc/alertmanager/alertmanager.yml",
      "--storage.path=/alertmanager",
      "--log.format=json",
      "--enable-feature=receiver-name-in-metrics",
      "--cluster.listen-address=0.0.0.0:9094",
      "--cluster.gossip-interval=50ms",
      "--cluster.peer=shop-alertmanager-2:9094",
      "--web.external-url=http://localhost:9093/",
    ]);
  });

  it.each(Object.keys(PACES) as PaceName[])(
    "lets the second one wait less than the groups of the pace %s do",
    (pace) => {
      const [, wait = "15s"] =
        /--cluster\.peer-timeout=(\w+)/.exec(renderAlertmanagerArguments(["other"], undefined, pace).join(" ")) ?? [];
      expect(toSeconds(wait)).toBeLessThan(toSeconds(GROUPINGS[pace].interval) ?? 0);
    },
  );

  it("keeps the beat of one that was restarted and that of the other one apart at the pace fast", () => {
    const { wait, interval } = GROUPINGS.fast;
    const [group = 0, peer = 0, all = 0] = [wait, PEER_TIMEOUTS.fast ?? "", interval].map(toSeconds);
    expect(peer).toBeLessThan(group);
    expect(group + peer).toBeLessThan(all);
  });

  it("leaves the second one its own wait at the steady pace", () => {
    expect(renderAlertmanagerArguments(["other"]).join(" ")).not.toContain("peer-timeout");
    expect(renderAlertmanagerArguments(["other"], undefined, "instant")).toContain("--cluster.peer-timeout=2s");
  });

  it.each([
    [[undefined], undefined],
    [["12h"], undefined],
    [["60h"], undefined],
    [["61h"], "122h"],
    [["120h"], "240h"],
    [["2w"], "672h"],
    [["1h", "1w"], "336h"],
    [["90m", undefined], undefined],
    [["292y" as "2w"], "2562047h"],
  ] as const)("remembers whom it told for twice the longest repeat of %j, at least five days: %s", (repeats, kept) => {
    const policies = repeats.map((repeat) =>
      repeat === undefined ? everything : { ...everything, grouping: { repeat } },
    );
    const words = renderAlertmanagerArguments([], undefined, "steady", policies);
    expect(words.find((word) => word.startsWith("--data.retention"))).toBe(
      kept === undefined ? undefined : `--data.retention=${kept}`,
    );
  });

  it("leaves a single one alone", () => {
    expect(renderAlertmanagerArguments([])).toContain("--cluster.listen-address=");
  });
});
