import { describe, expect, it } from "vitest";
import { parseProgramSettings as parseSettings, type ProgramSettings as Settings } from "../../systems/settings.ts";
import { projectDefaults } from "./project-defaults.ts";

const settings = (change: Readonly<Record<string, unknown>>): Settings => {
  const texts = Object.entries(change).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return parseSettings({ ...projectDefaults(), ...Object.fromEntries(texts) }, { images: {}, caBundle: undefined });
};

const receivers = {
  pager: { kind: "pagerduty", severities: ["critical"] },
  chat: { kind: "slack", channel: "#alerts", severities: ["warning", "info"], except: ["nights"] },
  phone: { kind: "ntfy", server: "https://ntfy.example/", topic: "shop" },
};
const receiverSecrets = { pager: "key", chat: "https://hooks.example/x" };
const muteTimings = { nights: { from: "22:00", to: "07:00", timezone: "Europe/Paris" } };

describe("the receivers of a stack's configuration", () => {
  it("are told by severity, at their times, and find their secrets in files", () => {
    const { told, secrets } = settings({ receivers, receiverSecrets, muteTimings }).receivers;
    const pager = { kind: "pagerduty", name: "pager", routingKeyFile: "/run/secrets/pager" };
    const chat = { kind: "slack", name: "chat", channel: "#alerts", urlFile: "/run/secrets/chat" };
    const phone = { kind: "ntfy", name: "phone", server: "https://ntfy.example/", topic: "shop" };
    const nights = { name: "nights", ...muteTimings.nights };
    expect(told.critical).toEqual([
      { to: pager, except: [] },
      { to: phone, except: [] },
    ]);
    expect(told.warning).toEqual([
      { to: chat, except: [nights] },
      { to: phone, except: [] },
    ]);
    expect(told.info).toEqual([{ to: chat, except: [nights] }]);
    expect(secrets).toEqual({ pager: "receiverSecrets.pager", chat: "receiverSecrets.chat" });
  });

  it("are beside the mail and the webhook of the short keys", () => {
    const mail = {
      mailTo: "a@b.example",
      mailFrom: "c@b.example",
      mailServer: "mail:587",
      mailUser: "u",
      mailPassword: "p",
    };
    const { told, secrets } = settings({
      ...mail,
      webhookUrl: "https://pager.example/",
      receivers,
      receiverSecrets,
      muteTimings,
    }).receivers;
    expect({ told, secrets }).toMatchSnapshot();
    expect(told.critical.map(({ to }) => to.name)).toEqual(["mail", "webhook", "pager", "phone"]);
    expect(told.critical[0]?.to).toMatchObject({ username: "u", passwordFile: "/run/secrets/mail-password" });
    expect(secrets).toMatchObject({ "mail-password": "mailPassword", "webhook-url": "webhookUrl" });
  });

  it("may leave a severity to nobody where that is said", () => {
    const only = { receivers: { pager: receivers.pager }, receiverSecrets: { pager: "key" } };
    expect(settings({ ...only, untold: { warning: "read each morning" } }).receivers.told.warning).toEqual([]);
    expect(settings({ ...only, inbox: "true" }).receivers.told.warning).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    [
      "a kind that is none",
      { receivers: { a: { kind: "sms" } } },
      /vigie:receivers\.a\.kind: got "sms"; allowed: one of email/,
    ],
    ["what is no receiver", { receivers: { a: "slack" } }, /vigie:receivers\.a\.kind: got nothing/],
    ["what is no object", { receivers: "[1]" }, /vigie:receivers: got "\[1\]"; allowed: an object/],
    [
      "a receiver without its secret",
      { receivers: { pager: receivers.pager } },
      /vigie:receiverSecrets\.pager: got nothing; .*pulumi config set --secret --path vigie:receiverSecrets\.pager/,
    ],
    [
      "a secret among what is open, without showing it",
      { receivers: { chat: { kind: "slack", urlFile: "https://hooks.example/x" } } },
      /vigie:receivers\.chat\.urlFile: got "\(not shown\)"; .*vigie:receiverSecrets/,
    ],
    [
      "a secret of nobody",
      { receivers: { pager: receivers.pager }, receiverSecrets: { pager: "key", pagr: "key" } },
      /vigie:receiverSecrets: got "pagr"; .*Did you mean pager\?/,
    ],
    ...["", " key", "key\n", null, {}, ["key"], 5].map(
      (secret): [string, Readonly<Record<string, unknown>>, RegExp] => [
        `a secret that opens nothing: ${JSON.stringify(secret)}`,
        { receivers: { pager: receivers.pager }, receiverSecrets: { pager: secret } },
        /vigie:receiverSecrets\.pager: got "\(not shown\)"; allowed: a text of one line/,
      ],
    ),
    ["a timing that is nothing", { muteTimings: { nights: null } }, /vigie:muteTimings\.nights\.from: got nothing/],
    [
      "secrets that are no object, without showing them",
      { receiverSecrets: "hunter2" },
      /receiverSecrets: got "\(not shown\)"/,
    ],
    [
      "a setting that the kind has not",
      { receivers: { phone: { ...receivers.phone, prio: 5 } } },
      /vigie:receivers\.phone\.prio: .*allowed: one of server, topic, tokenFile/,
    ],
    [
      "a severity that is none",
      { receivers: { phone: { ...receivers.phone, severities: ["error"] } } },
      /phone\.severities: got "error"/,
    ],
    ["no severity", { receivers: { phone: { ...receivers.phone, severities: [] } } }, /phone\.severities: got \[\]/],
    [
      "a timing that there is not",
      { receivers: { phone: { ...receivers.phone, except: ["night"] } }, muteTimings },
      /phone\.except: got "night"; .*Did you mean nights\?/,
    ],
    [
      "a timing that is wrong",
      { muteTimings: { nights: { ...muteTimings.nights, timezone: "europe/paris" } } },
      /vigie:muteTimings\.nights\.timezone: got "europe\/paris"; .*Write Europe\/Paris/,
    ],
    [
      "a distance from UTC in place of a zone",
      { muteTimings: { nights: { ...muteTimings.nights, timezone: "+02:00" } } },
      /vigie:muteTimings\.nights\.timezone: got "\+02:00"; .*name the place/,
    ],
    [
      "a time that is none",
      { muteTimings: { nights: { from: "10pm", to: "07:00" } } },
      /vigie:muteTimings\.nights\.from: got "10pm"/,
    ],
    [
      "a day that is none",
      { muteTimings: { nights: { ...muteTimings.nights, days: "samedi" } } },
      /nights\.days: got "samedi"/,
    ],
    [
      "a severity that nobody hears of",
      { receivers: { pager: receivers.pager }, receiverSecrets: { pager: "key" } },
      /vigie:receivers: got nothing; allowed: somebody who is told of warning alerts\. .*vigie:untold/,
    ],
    ["a severity that is always told", { untold: { none: "never" } }, /vigie:untold: .*critical, warning, info/],
  ])("fails with %s", (_, change, message) => {
    expect(() => settings(change)).toThrow(message);
    expect(() => settings(change)).toThrowErrorMatchingSnapshot();
    expect(() => settings(change)).not.toThrow(/hunter2|hooks\.example/);
  });

  it("fails with all problems at once", () => {
    const wrong = { a: { kind: "slack", chanel: "#x" }, b: { kind: "ntfy", server: "x" } };
    expect(() => settings({ receivers: wrong })).toThrow(/a\.chanel[\s\S]*b\.server[\s\S]*b\.topic/);
  });
});
