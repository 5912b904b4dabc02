import { describe, expect, it } from "vitest";
import { parseProgramSettings as parseSettings, type ProgramSettings as Settings } from "../../systems/settings.ts";
import { projectDefaults } from "./project-defaults.ts";

const settings = (change: Readonly<Record<string, string>>): Settings["deadMansSwitch"] =>
  parseSettings({ ...projectDefaults(), ...change }, { images: {}, caBundle: undefined }).deadMansSwitch;

const mail = { mailTo: "a@b.example", mailFrom: "c@b.example", mailServer: "mail:587" };
const on = { deadMansSwitch: "true" };

describe("the dead man's switch of a stack's configuration", () => {
  it("mails as alerts do where nothing else is said, but by itself", () => {
    const { enabled, mail: way, passwordKey } = settings({ ...on, ...mail, mailUser: "u", mailPassword: "p" });
    expect(settings({ ...on, ...mail, mailUser: "u", mailPassword: "p" })).toMatchSnapshot();
    expect(enabled).toBe(true);
    expect(way).toEqual({ to: ["a@b.example"], from: "c@b.example", smarthost: "mail:587", username: "u" });
    expect(passwordKey).toBe("mailPassword");
  });

  it("has a way of its own", () => {
    const own = JSON.stringify({ to: ["x@y.example"], server: "other:465", user: "v" });
    const given = settings({ ...on, ...mail, deadMansSwitchMail: own, deadMansSwitchPassword: "q" });
    expect(given.mail).toEqual({ to: ["x@y.example"], from: "c@b.example", smarthost: "other:465", username: "v" });
    expect(given.passwordKey).toBe("deadMansSwitchPassword");
    // A user of one server is none of another.
    const open = settings({
      ...on,
      ...mail,
      mailUser: "u",
      mailPassword: "p",
      deadMansSwitchMail: '{"server":"other:25"}',
    });
    expect(open.mail).not.toHaveProperty("username");
  });

  it("mails to the inbox of a developer's machine", () => {
    expect(settings({ ...on, inbox: "true" })).toMatchObject({ enabled: true, mail: undefined, secrets: {} });
  });

  it("may be elsewhere, at an address that is a secret", () => {
    const { elsewhere, secrets } = settings({ ...mail, heartbeatUrl: "https://watcher.example/x" });
    expect(elsewhere).toEqual({
      kind: "webhook",
      name: "heartbeat",
      urlFile: "/run/secrets/heartbeat-url",
      sendResolved: false,
    });
    expect(secrets).toEqual({ "heartbeat-url": "heartbeatUrl" });
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      "nobody to mail",
      { ...on, webhookUrl: "https://pager.example/" },
      /vigie:deadMansSwitchMail: got nothing; allowed: whom the switch mails/,
    ],
    [
      "nobody who is told of alerts",
      on,
      /vigie:deadMansSwitch: got true; .*there is no Alertmanager, and so no heartbeat/,
    ],
    [
      "an address that is none",
      { ...on, ...mail, deadMansSwitchMail: '{"to":"team"}' },
      /deadMansSwitchMail\.to: got "team"/,
    ],
    [
      "a server without a port",
      { ...on, ...mail, deadMansSwitchMail: '{"server":"mail"}' },
      /deadMansSwitchMail\.server: got "mail"/,
    ],
    [
      "a word that it has not",
      { ...on, ...mail, deadMansSwitchMail: '{"smtp":"mail:1"}' },
      /deadMansSwitchMail\.smtp: .*to, from, server, user/,
    ],
    [
      "a user without a password",
      { ...on, ...mail, deadMansSwitchMail: '{"user":"v"}' },
      /deadMansSwitchPassword: got nothing; .*--secret/,
    ],
    [
      "two watchers",
      { ...on, ...mail, heartbeatUrl: "https://hunter2.example/" },
      /vigie:heartbeatUrl: got "\(not shown\)"; allowed: one watcher/,
    ],
    [
      "an address elsewhere that is none",
      { ...mail, heartbeatUrl: "hunter2" },
      /vigie:heartbeatUrl: got "\(not shown\)"/,
    ],
    ["no yes or no", { deadMansSwitch: "on" }, /vigie:deadMansSwitch: got "on"/],
  ])("fails with %s", (_, change, message) => {
    expect(() => settings(change)).toThrow(message);
    expect(() => settings(change)).toThrowErrorMatchingSnapshot();
    expect(() => settings(change)).not.toThrow(/hunter2/);
  });
});
