import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { userIdOf } from "../../src/auth/user-id.ts";
import { secretFile } from "./client.ts";

test("an id is the same for ever: this one must never change", () => {
  const file = secretFile("the key of this test");
  const expected = createHmac("sha256", "the key of this test").update("jane@example.org").digest("hex").slice(0, 20);
  expect(userIdOf("Jane@Example.ORG", file)).toBe(expected);
  expect(userIdOf("jane@example.org", file)).toBe("44a282a5b89a85b9de6b");
});

test("another address or another key is another id", () => {
  const [one, other] = [secretFile("one"), secretFile("other")];
  const ids = [userIdOf("a@b.c", one), userIdOf("a@b.d", one), userIdOf("a@b.c", other)];
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{20}$/);
});

test("fails without a key", () => {
  const file = secretFile("one");
  writeFileSync(file, "\n");
  expect(() => userIdOf("a@b.c", file)).toThrow("empty");
  expect(() => userIdOf("a@b.c", `${file}.none`)).toThrow("ENOENT");
});
