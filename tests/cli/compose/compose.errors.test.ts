import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MARK } from "../../../cli/compose/export.ts";
import { compose, refuseForeign } from "../../../cli/compose.ts";

const directory = () => mkdtempSync(join(tmpdir(), "vigie-compose-"));

test("fails with a directory that holds somebody else's work, before anything is written", async () => {
  const foreign = directory();
  writeFileSync(join(foreign, "docker-compose.yml"), "services: {}\n");
  await expect(compose(["--to", foreign])).rejects.toThrow(/--to: got .*; allowed: a directory that is new, empty/);
  const other = directory();
  mkdirSync(join(other, "config"));
  expect(() => refuseForeign(other)).toThrow(/choose another one/);
});

test("takes a directory that is new, empty, or an earlier export", () => {
  const [empty, earlier] = [directory(), directory()];
  writeFileSync(join(earlier, "docker-compose.yml"), `${MARK} of something\nservices: {}\n`);
  for (const fine of [join(empty, "new"), empty, earlier]) expect(() => refuseForeign(fine)).not.toThrow();
});

test("fails with an option that there is not", async () => {
  await expect(compose(["--too", directory()])).rejects.toThrow(/--too/);
  await expect(compose(["--to"])).rejects.toThrow(/--to needs a value/);
});
