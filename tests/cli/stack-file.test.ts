import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepingStackFile, tidied, withoutSalt } from "../../cli/stack-file.ts";

const committed = "config:\n  # Fast enough to watch.\n  vigie:scrapeInterval: 5s\n  vigie:httpPort: 8080\n";
const asPulumiWritesIt =
  'config:\n  # Fast enough to watch.\n  vigie:scrapeInterval: 5s\n  vigie:httpPort: "8080"\nencryptionsalt: v1:a:b\n';

test("the salt goes, and a number that Pulumi quoted is as it was", () => {
  expect(tidied(committed, asPulumiWritesIt)).toBe(committed);
});

test("a salt that an earlier `npx pulumi` left goes too", () => {
  expect(tidied(`${committed}encryptionsalt: v1:a:b\n`, asPulumiWritesIt)).toBe(committed);
});

test("a setting that was changed on purpose stays", () => {
  const changed = asPulumiWritesIt.replace('"8080"', '"8081"');
  expect(tidied(committed, changed)).toBe(withoutSalt(changed));
});

test("a secret in the file keeps its salt", () => {
  const withSecret = `config:\n  vigie:token:\n    secure: v1:abc\nencryptionsalt: v1:a:b\n`;
  expect(tidied(withSecret, withSecret)).toBe(withSecret);
  expect(tidied("config: {}\n", withSecret)).toBe(withSecret);
});

test("a file that only Pulumi made is left empty", () => {
  expect(tidied("", "encryptionsalt: v1:a:b\n")).toBe("");
});

test("the file is put back also when the work fails", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "vigie-stack-")), "Pulumi.dev.yaml");
  writeFileSync(file, committed);
  const work = async () => {
    writeFileSync(file, asPulumiWritesIt);
    throw new Error("no");
  };
  await expect(keepingStackFile(file, work)).rejects.toThrow("no");
  expect(readFileSync(file, "utf8")).toBe(committed);
});

test("a file that is not there is not made", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "vigie-stack-")), "Pulumi.dev.yaml");
  await keepingStackFile(file, async () => undefined);
  expect(() => readFileSync(file)).toThrow(/ENOENT/);
});
