import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { readEnvironment, readSecret } from "../settings.ts";

test("given values and defaults", () => {
  const secret = path.join(mkdtempSync(path.join(tmpdir(), "settings-")), "password");
  writeFileSync(secret, "s3cret\n");
  const environment = readEnvironment({ HOST: " db ", PORT: "5433", LEVEL: "debug", SECRET: secret });
  expect(environment.text("HOST")).toBe("db");
  expect(environment.text("NAME", "orders")).toBe("orders");
  expect(environment.integer("PORT", { fallback: 5432, minimum: 1, maximum: 65_535 })).toBe(5433);
  expect(environment.integer("SIZE", { fallback: 4, minimum: 1, maximum: 8 })).toBe(4);
  expect(environment.choice("LEVEL", "info", ["debug", "info"])).toBe("debug");
  expect(readSecret(environment.secretFile("SECRET"))).toBe("s3cret");
  environment.finish();
});
