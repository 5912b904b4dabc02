import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { restoreCheckpoint } from "../../cli/checkpoint.ts";
import { checkpointFile, type PulumiCli } from "../../cli/pulumi.ts";

const whole = '{"version":3,"checkpoint":{"stack":"before"}}';

/** A stack in a file backend, with these files; undefined for none. */
function stack(now: string | undefined, before: string | undefined) {
  const backendDirectory = mkdtempSync(join(tmpdir(), "vigie-checkpoint-"));
  const settings = { project: "shop", stack: "dev" } as PulumiCli["settings"];
  const file = checkpointFile(backendDirectory, settings);
  mkdirSync(dirname(file), { recursive: true });
  if (now !== undefined) writeFileSync(file, now);
  if (before !== undefined) writeFileSync(`${file}.bak`, before);
  const notes: string[] = [];
  const reporter = { start: () => {}, done: () => {}, fail: () => {}, note: (text: string) => notes.push(text) };
  const restored = restoreCheckpoint({ backendDirectory, settings } as PulumiCli, reporter);
  return { restored, notes, text: existsSync(file) ? readFileSync(file, "utf8") : undefined };
}

test.each([
  ["empty", ""],
  ["half of one", '{"version":3,"checkp'],
])("a state that is %s gives way to the one before, and it is said", (_, now) => {
  expect(stack(now, whole)).toEqual({
    restored: true,
    notes: [expect.stringContaining("cut off while it was written")],
    text: whole,
  });
});

test.each([
  ["a whole state", '{"version":3}', whole],
  ["a stack that was never made", undefined, undefined],
  ["a broken state without one before", "", undefined],
  ["two broken states", "", "{"],
])("%s stays as it is", (_, now, before) => {
  expect(stack(now, before)).toEqual({ restored: false, notes: [], text: now });
});

test("another kind of backend is not touched", () => {
  const reporter = { start: () => {}, done: () => {}, fail: () => {}, note: () => {} };
  expect(restoreCheckpoint({ settings: { project: "shop", stack: "dev" } } as PulumiCli, reporter)).toBe(false);
});
