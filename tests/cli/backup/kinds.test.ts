import { expect, test } from "vitest";
import { kindOf } from "../../../cli/backup/index.ts";
import type { BackupSource } from "../../../config/backup.ts";
import { STORES } from "../../../signals/stores/index.ts";

const dumped = STORES.filter((kind) => kind.dumped === true).map(({ name }) => name);

test("every kind of store that is dumped has what dumps it, and so have volumes", () => {
  expect(dumped).toEqual(["mysql", "postgres"]);
  for (const kind of [...dumped, "volume"]) {
    const { version, parts, look, dump, stage, users } = kindOf({ kind, name: "x" } as BackupSource);
    for (const part of [version, parts, look, dump, stage, users]) expect(part).toBeTypeOf("function");
  }
});

test("fails for what nobody keeps", () => {
  expect(() => kindOf({ kind: "redis" } as unknown as BackupSource)).toThrow(/keeps nothing called redis/);
});
