import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { SettingsError } from "../../../telemetry/node/index.ts";
import { readSettings } from "../../src/health/settings.ts";
import { newAuthority } from "./certificates.ts";

const home = mkdtempSync(path.join(tmpdir(), "health-"));
const apiKeysFile = fileWith("keys", "a-key\n");

function fileWith(name: string, text: string): string {
  const file = path.join(home, name);
  writeFileSync(file, text);
  return file;
}

function refusedOf(values: Record<string, string>): SettingsError {
  try {
    readSettings(values);
  } catch (error) {
    if (error instanceof SettingsError) return error;
  }
  throw new Error("nothing was refused");
}

test("defaults: no host", () => {
  expect(readSettings({ API_KEYS_FILE: apiKeysFile })).toEqual({
    hosts: [],
    seconds: 30,
    caFile: undefined,
    called: { auth: "api-key", keysFile: apiKeysFile },
    server: { port: 3003, logLevel: "info", shutdownDelaySeconds: 2, shutdownTimeoutSeconds: 7 },
  });
});

test("takes what is given", () => {
  const { file } = newAuthority();
  const given = { CHECK_HOSTS: "redis:6379,tls://a:443", CHECK_SECONDS: "5", CHECK_CA_FILE: file };
  expect(readSettings({ API_KEYS_FILE: apiKeysFile, ...given })).toMatchObject({
    hosts: [
      { host: "redis", port: 6379, tls: false },
      { host: "a", port: 443, tls: true },
    ],
    seconds: 5,
    caFile: file,
  });
});

test("fails naming everything that is missing or wrong", () => {
  const wrong = { CHECK_HOSTS: "redis, a:0,b:1", CHECK_SECONDS: "4", CHECK_CA_FILE: "/nowhere", PORT: "x" };
  const { problems } = refusedOf(wrong);
  expect(problems.map(({ name }) => name).sort()).toEqual(["API_KEYS_FILE", ...Object.keys(wrong)].sort());
  expect(problems.find(({ name }) => name === "CHECK_HOSTS")).toEqual({
    name: "CHECK_HOSTS",
    got: "'redis, a:0,b:1'",
    allowed: "up to 100 of host:port, for TLS tls://host:port, separated by commas",
    fix: "mend 'redis' (there is no host and port), 'a:0' (its port is no whole number from 1 to 65535)",
  });
});

test.each([
  ["nothing", ""],
  ["no certificate", "hello\n"],
  ["a broken certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
  ["half a certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n"],
])("fails on roots with %s", (_, text) => {
  const file = fileWith("roots", text);
  const { problems } = refusedOf({ API_KEYS_FILE: apiKeysFile, CHECK_CA_FILE: file });
  expect(problems.map(({ name }) => name)).toEqual(["CHECK_CA_FILE"]);
});
