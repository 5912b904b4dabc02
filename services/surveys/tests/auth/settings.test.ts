import { expect, test } from "vitest";
import { SettingsError } from "../../../telemetry/node/index.ts";
import { readSettings } from "../../src/auth/settings.ts";
import { secretFile } from "./client.ts";

const file = secretFile("s3cret");

const common = {
  PUBLIC_URL: "https://surveys.example.org/",
  USER_ID_KEY_FILE: file,
  API_KEYS_FILE: file,
  REDIS_HOST: "redis",
  REDIS_USER: "auth",
  REDIS_PASSWORD_FILE: file,
  REDIS_KEY_PREFIX: "auth:",
};
const smtp = { ...common, SMTP_URL: "smtp://mail:1025", MAIL_FROM: "surveys@example.org" };

function problemsOf(values: Record<string, string>): string[] {
  try {
    readSettings(values);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).problems.map(({ name }) => name);
  }
  return [];
}

test("defaults, with a mail server", () => {
  expect(readSettings(smtp)).toEqual({
    way: {
      kind: "smtp",
      mail: {
        ...{ host: "mail", port: 1025, secure: false, requireTls: false },
        from: { name: "", address: "surveys@example.org" },
      },
      linkMinutes: 15,
    },
    linksMost: 5,
    publicUrl: "https://surveys.example.org",
    userIdKeyFile: file,
    called: { auth: "api-key", keysFile: file },
    redis: { host: "redis", port: 6379, user: "auth", passwordFile: file, keyPrefix: "auth:" },
    server: { port: 3002, logLevel: "info", shutdownDelaySeconds: 2, shutdownTimeoutSeconds: 7 },
  });
});

test("Appwrite, where it is given", () => {
  const appwrite = {
    APPWRITE_URL: "https://fra.cloud.appwrite.io/v1/",
    APPWRITE_PROJECT: "p",
    APPWRITE_KEY_FILE: file,
  };
  expect(readSettings({ ...common, ...appwrite }).way).toEqual({
    kind: "appwrite",
    appwrite: { url: "https://fra.cloud.appwrite.io/v1", project: "p", keyFile: file },
  });
});

test.each([
  ["smtp://mail", { host: "mail", port: 587, secure: false }],
  ["smtps://mail.example.org", { host: "mail.example.org", port: 465, secure: true }],
  ["smtp://[::1]:25/", { host: "::1", port: 25, secure: false }],
])("takes the mail server %s", (url, mail) => {
  const { way } = readSettings({ ...smtp, SMTP_URL: url });
  expect(way).toMatchObject({ kind: "smtp", mail });
});

test("takes no mail without TLS where that is said", () => {
  expect(readSettings({ ...smtp, SMTP_REQUIRE_TLS: "true" }).way).toMatchObject({ mail: { requireTls: true } });
});

test("takes a name beside the address, and a user with a password", () => {
  const { way } = readSettings({ ...smtp, MAIL_FROM: "The Surveys <a@b.c>", SMTP_USER: "u", SMTP_PASSWORD_FILE: file });
  expect(way).toMatchObject({
    mail: { from: { name: "The Surveys", address: "a@b.c" }, user: "u", passwordFile: file },
  });
});

test.each([
  ["SMTP_URL", "mail:25"],
  ["SMTP_URL", "http://mail"],
  ["SMTP_URL", "smtp://user:word@mail"],
  ["SMTP_URL", "smtp://mail/path"],
  ["SMTP_URL", "smtp://"],
  ["MAIL_FROM", "nobody"],
  ["MAIL_FROM", "a@b.c, d@e.f"],
  ["MAIL_FROM", "A\r\nBcc: x@y.z <a@b.c>"],
  ["PUBLIC_URL", "surveys.example.org"],
  ["PUBLIC_URL", "https://example.org/?a=b"],
  ["PUBLIC_URL", "ftp://example.org"],
  ["APPWRITE_URL", "nowhere"],
  ["LINK_MINUTES", "0"],
  ["LINKS_MOST", "many"],
  ["SMTP_URL", "smtp://mail:65536"],
  ["SMTP_URL", "smtp://mail?pool=true"],
  ["SMTP_REQUIRE_TLS", "yes"],
])("fails on %s=%j", (name, value) => {
  expect(problemsOf({ ...smtp, APPWRITE_PROJECT: "p", APPWRITE_KEY_FILE: file, [name]: value })).toEqual([name]);
});

test("fails naming everything that is missing", () => {
  const shared = Object.keys(common);
  expect(problemsOf({}).sort()).toEqual([...shared, "SMTP_URL", "MAIL_FROM"].sort());
  expect(problemsOf({ ...smtp, SMTP_USER: "u" })).toEqual(["SMTP_PASSWORD_FILE"]);
  const appwrite = { APPWRITE_URL: "https://example.org/v1" };
  expect(problemsOf({ ...common, ...appwrite })).toEqual(["APPWRITE_PROJECT", "APPWRITE_KEY_FILE"]);
});
