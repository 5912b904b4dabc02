/** What checks find in a fake deployment, which ends with its test. */

import { afterEach, describe, expect, it } from "vitest";
import type { CheckKind, Finding } from "../../../cli/verify/check.ts";
import { type Changes, type FakeDeployment, fakeDeployment } from "./fake-deployment.ts";

/** What the checks of a kind find, by their names. */
export type Finds = (kind: CheckKind, changes?: Changes) => Promise<Record<string, Finding | undefined>>;

/** Starts a deployment for each look, and closes it before the next one and after each test. */
export function finder(): { readonly finds: Finds; readonly posted: () => FakeDeployment["posted"] } {
  let deployment: FakeDeployment | undefined;
  const close = async (): Promise<void> => {
    await deployment?.close();
    deployment = undefined;
  };
  afterEach(close);
  return {
    finds: async (kind, changes = {}) => {
      await close();
      deployment = await fakeDeployment(changes);
      return await deployment.find(kind);
    },
    posted: () => deployment?.posted ?? [],
  };
}

/** A check that failed, with such words about what came. */
export const came = (text: string | RegExp): object => ({ status: "failed", came: expect.stringMatching(text) });

/** Kind, name of the check, what is so, what is other than in the recording, and what is found. */
export type Row = readonly [CheckKind, string, string, Changes, object];

/** Tests that checks find what a table says. */
export function findsWhat(finds: Finds, table: readonly Row[]): void {
  describe("a check", () => {
    it.each(table)("of %o: %s %s", async (kind, name, _what, changes, expected) => {
      expect((await finds(kind, changes))[name]).toMatchObject(expected);
    });
  });
}
