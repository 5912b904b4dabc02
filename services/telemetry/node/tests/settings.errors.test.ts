import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { type Environment, readEnvironment, SettingsError } from "../settings.ts";

function refusalOf(environment: Environment): SettingsError {
  try {
    environment.finish();
  } catch (error) {
    if (error instanceof SettingsError) return error;
  }
  throw new Error("nothing was refused");
}

test("fails with all problems at once", () => {
  const environment = readEnvironment({ PORT: "70000", LEVEL: "loud", SECRET: "/nowhere/password" });
  environment.text("HOST");
  environment.integer("PORT", { fallback: 5432, minimum: 1, maximum: 65_535 });
  environment.choice("LEVEL", "info", ["debug", "info"]);
  environment.secretFile("SECRET");
  const refused = refusalOf(environment);
  expect(refused.problems.map((problem) => problem.name)).toEqual(["HOST", "PORT", "LEVEL", "SECRET"]);
  const [host, port, level, secret] = refused.problems;
  expect(host?.got).toBe("nothing");
  expect(port).toMatchObject({ got: "'70000'", allowed: "a whole number from 1 to 65535" });
  expect(level?.allowed).toBe("debug, info");
  expect(secret?.got).toContain("no such file");
  expect(refused.message).toMatch(/^4 settings are wrong\. HOST: got nothing;/);
});

test.each(["-1", "1.5", "abc", "0", "9".repeat(40), "\u0661", "1_0", "+3", "0x1", "1e0"])(
  "fails on %s, which is no number in range",
  (given) => {
    const environment = readEnvironment({ SIZE: given });
    environment.integer("SIZE", { fallback: 4, minimum: 1, maximum: 8 });
    expect(refusalOf(environment).message).toContain("SIZE");
  },
);

test.each(["", "\n", "x".repeat(5000)])("fails on a secret that is empty or huge, without telling it", (content) => {
  const secret = path.join(mkdtempSync(path.join(tmpdir(), "settings-")), "password");
  writeFileSync(secret, content);
  const environment = readEnvironment({ SECRET: secret });
  environment.secretFile("SECRET");
  const { message } = refusalOf(environment);
  expect(message).toContain("1 to 4096 bytes");
  expect(message).not.toContain("xxxx");
});

test("fails with a setting that is read in two places, once", () => {
  const environment = readEnvironment({ URL: "x" });
  const reading = { read: () => undefined, allowed: "an address", fix: "set URL" };
  environment.parsed("URL", "", reading);
  environment.parsed("URL", "", reading);
  environment.text("NAME");
  expect(() => environment.finish()).toThrow(/^2 settings are wrong\. URL: .* \| NAME: /);
});
