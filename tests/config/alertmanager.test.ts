import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderAlertmanager, renderAlertmanagerArguments } from "../../config/alertmanager.ts";
import type { AlertPolicy, Receiver } from "../../signals/alert-policy.ts";

const pager: Receiver = { kind: "webhook", name: "pager", urlFile: "/run/secrets/pager-url" };
const mail: Receiver = {
  kind: "email",
  name: "mail",
  to: ["team@shop.example", "lead@shop.example"],
  from: "vigie@shop.example",
  smarthost: "mail:587",
  username: "vigie",
  passwordFile: "/run/secrets/mail-password",
};
const everything: AlertPolicy = { name: "everything", notify: { critical: [pager, mail], warning: [mail] } };
const till: AlertPolicy = { name: "till", services: ["orders", "till"], notify: { critical: [pager] } };

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

  it("puts the policy for all others last", () => {
    const { routes } = render([everything, till]).route;
    expect(routes[1].matchers).toEqual(['service=~"orders|till"']);
    expect(routes[2].matchers).toBeUndefined();
  });

  it("tells nobody of the Watchdog, unless somebody asks for it", () => {
    expect(render([everything]).route.routes[0]).toEqual({ matchers: ['severity="none"'], receiver: "none" });
    expect(render([everything], { watchdog: pager }).route.routes[0]).toEqual({
      matchers: ['severity="none"'],
      receiver: "pager",
      group_interval: "1m",
      repeat_interval: "5m",
    });
  });

  it("names a receiver once that is used twice, and keeps secrets in files", () => {
    expect(render([everything, till]).receivers).toEqual([
      { name: "none" },
      { name: "pager", webhook_configs: [{ url_file: "/run/secrets/pager-url", send_resolved: true }] },
      {
        name: "mail",
        email_configs: [
          {
            to: "team@shop.example, lead@shop.example",
            from: "vigie@shop.example",
            smarthost: "mail:587",
            auth_username: "vigie",
            auth_password_file: "/run/secrets/mail-password",
            require_tls: true,
            send_resolved: true,
            headers: { Subject: expect.stringContaining(".GroupLabels.alertname") },
          },
        ],
      },
    ]);
  });

  it("sends to a mail server of a developer's machine without TLS only when told so", () => {
    const { username, passwordFile, ...open } = mail;
    const plain: Receiver = { ...open, requireTls: false };
    const [email] = render([{ name: "dev", notify: { critical: [plain] } }]).receivers[1].email_configs;
    expect(email.require_tls).toBe(false);
    expect(email).not.toHaveProperty("auth_username");
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

  it("has a slow pace for people and a fast one for developers", () => {
    const times = (settings: Parameters<typeof renderAlertmanager>[1]) => {
      const { group_wait, group_interval, repeat_interval } = render([everything], settings).route;
      return [group_wait, group_interval, repeat_interval];
    };
    expect(times({})).toEqual(["30s", "5m", "12h"]);
    expect(times({ pace: "fast" })).toEqual(["1s", "5s", "4h"]);
  });
});

describe("renderAlertmanagerArguments", () => {
  it("makes several gossip", () => {
    expect(renderAlertmanagerArguments(["shop-alertmanager-2"], "http://localhost:9093/")).toEqual([
      "--config.file=/etc/alertmanager/alertmanager.yml",
      "--storage.path=/alertmanager",
      "--log.format=json",
      "--cluster.listen-address=0.0.0.0:9094",
      "--cluster.peer=shop-alertmanager-2:9094",
      "--web.external-url=http://localhost:9093/",
    ]);
  });

  it("leaves a single one alone", () => {
    expect(renderAlertmanagerArguments([])).toContain("--cluster.listen-address=");
  });
});
