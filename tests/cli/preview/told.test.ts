import { describe, expect, it } from "vitest";
import { planOf } from "../../../cli/preview/plan.ts";
import { matches, recipientsOf } from "../../../cli/preview/routing.ts";
import { told } from "../../../cli/preview/sections/told.ts";
import { END, landing, outputsEvent, stepEvent, told as toldBy } from "./events.ts";

describe("a matcher of Alertmanager", () => {
  it.each([
    ['service="a"', true],
    ['service="b"', false],
    ['service!="b"', true],
    ['service=~"a|b"', true],
    ['service=~"b|c"', false],
    // It has to be the whole of it.
    ['service=~""', false],
    ['service!~"a.*"', false],
    ["service = a", true],
    ['nothing=""', true],
    ['quoted="say \\"hi\\""', true],
  ])("%s: %s", (matcher, expected) => {
    expect(matches(matcher, { service: "a", quoted: 'say "hi"' })).toBe(expected);
  });
});

describe("recipientsOf", () => {
  const leaf = (receiver: string, more: object = {}) => ({ matchers: ['severity="critical"'], receiver, ...more });
  const told = (routes: readonly object[], labels = { severity: "critical" }) =>
    recipientsOf({ route: { receiver: "none", routes } } as never, labels).map(({ receiver }) => receiver);

  it("goes on after a route only where that says so", () => {
    expect(told([leaf("a"), leaf("b")])).toEqual(["a"]);
    expect(told([leaf("a", { continue: true }), leaf("b"), leaf("c")])).toEqual(["a", "b"]);
  });

  it("has the receiver of the deepest route, or what that inherits", () => {
    expect(told([leaf("a", { routes: [leaf("b"), { matchers: ['x="y"'], receiver: "c" }] })])).toEqual(["b"]);
    expect(told([leaf("a", { routes: [{ matchers: ['severity="critical"'] }] })])).toEqual(["a"]);
  });

  it("is nobody where nothing matches, and each one once", () => {
    expect(told([leaf("a")], { severity: "warning" })).toEqual([]);
    expect(told([leaf("a", { continue: true }), leaf("a")])).toEqual(["a"]);
    expect(recipientsOf({}, {})).toEqual([]);
  });
});

describe("who is told", () => {
  const config = (routes: string, more = "") =>
    `route:\n  receiver: none\n  routes:\n${routes}receivers:\n  - name: none\n${more}`;
  const to = (severity: string, receiver: string, more = "") =>
    `    - matchers: [severity="${severity}"${more}]\n      receiver: ${receiver}\n      continue: true\n`;
  const outputs = { proof: { jobs: { catalog: 2, orders: 1 } } };
  const found = (old: string, now: string) => {
    const steps = stepEvent(landing("alertmanager-1", { "alertmanager.yml": old }, { "alertmanager.yml": now }));
    const plan = planOf(toldBy(steps, outputsEvent(outputs, outputs), END));
    return told
      .find(plan)
      .map(({ change, subject, text, weight = "note" }) => `${weight}: ${change}: ${subject}: ${text}`);
  };

  it("says who is told now and was not before, and of what", () => {
    const both = to("critical", "mail") + to("critical", "pager");
    expect(found(config(to("critical", "mail")), config(both))).toEqual([
      "note: told now: pager: of critical alerts of everything",
    ]);
    expect(found(config(both), config(to("critical", "mail")))).toEqual([
      "look: told no more: pager: of critical alerts of everything",
    ]);
  });

  it("names the services where it is not all of them", () => {
    const some = to("critical", "pager", ', service=~"orders"');
    expect(found(config(to("critical", "mail")), config(to("critical", "mail") + some))).toEqual([
      "note: told now: pager: of critical alerts of orders",
    ]);
  });

  it("stops where nobody is told any more", () => {
    expect(found(config(to("warning", "mail")), config(to("critical", "mail")))).toEqual([
      "note: told now: mail: of critical alerts of everything",
      "look: told no more: mail: of warning alerts of everything",
      "stop: nobody told: warning alerts of everything: nobody hears of them any more",
    ]);
  });

  it("says when somebody is not told, and which times there are", () => {
    const quiet = `${to("critical", "mail")}      mute_time_intervals: [nights]\n`;
    expect(found(config(to("critical", "mail")), config(quiet, "time_intervals: [{ name: nights }]\n"))).toEqual([
      "look: told at other times: mail: of critical alerts of everything, but for nights",
      "note: muted time added: nights: what it mutes is told to nobody then",
    ]);
  });

  it("shows an open address that moves, and of a secret one only that it has other settings", () => {
    const mail = (address: string) => `  - name: mail\n    email_configs: [{ to: ${address}, smarthost: "mx:25" }]\n`;
    const hook = (file: string) => `  - name: hook\n    webhook_configs: [{ url_file: ${file} }]\n`;
    const old = config(to("critical", "mail"), mail("a@shop.example") + hook("/run/secrets/a"));
    const now = config(to("critical", "mail"), mail("b@shop.example") + hook("/run/secrets/b"));
    expect(found(old, now)).toEqual([
      "look: told otherwise: mail: at b@shop.example by mx:25, no longer a@shop.example by mx:25",
      "look: told otherwise: hook: its settings differ",
    ]);
  });

  it("never shows the path of a webhook's address: it may be what lets one in", () => {
    const hook = (url: string) => `  - name: hook\n    webhook_configs: [{ url: "${url}" }]\n`;
    const [old, now] = ["http://a.example/hunter2", "http://b.example/hunter2"].map((url) =>
      config(to("critical", "hook"), hook(url)),
    );
    expect(found(old ?? "", now ?? "")).toEqual(["look: told otherwise: hook: at b.example, no longer a.example"]);
  });
});
