import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { SettingsError } from "../../../telemetry/node/index.ts";
import { readSettings } from "../src/settings.ts";

test("defaults", () => {
  const passwordFile = path.join(mkdtempSync(path.join(tmpdir(), "orders-")), "password");
  writeFileSync(passwordFile, "s3cret\n");
  const settings = readSettings({
    DATABASE_HOST: "postgres",
    DATABASE_NAME: "orders",
    DATABASE_USER: "orders",
    DATABASE_PASSWORD_FILE: passwordFile,
  });
  expect(settings).toEqual({
    database: {
      host: "postgres",
      port: 5432,
      name: "orders",
      user: "orders",
      passwordFile,
      waitSeconds: 60,
      connections: 8,
    },
    rateLimitPerMinute: 1200,
    server: { port: 3000, logLevel: "info", shutdownDelaySeconds: 2, shutdownTimeoutSeconds: 7 },
  });
});

test("fails naming everything that is missing or wrong", () => {
  const wrong = { DATABASE_PORT: "x", DATABASE_CONNECTIONS: "0", RATE_LIMIT_PER_MINUTE: "many", LOG_LEVEL: "loud" };
  let refused: unknown;
  try {
    readSettings(wrong);
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(SettingsError);
  const names = (refused as SettingsError).problems.map((problem) => problem.name).sort();
  const missing = ["DATABASE_HOST", "DATABASE_NAME", "DATABASE_PASSWORD_FILE", "DATABASE_USER"];
  expect(names).toEqual([...missing, ...Object.keys(wrong)].sort());
});
