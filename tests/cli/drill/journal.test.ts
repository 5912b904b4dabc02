import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Entry, openJournal } from "../../../cli/drill/journal.ts";

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), "vigie-journal-"));
  file = path.join(directory, "vigie-dev", "drill.json");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const entry = (id: string): Entry => ({ id, kind: "stop", back: { containers: [{ id: "abc" }] }, since: "now" });

test("what is about to be done is on disk, for its owner only, until it is put back", () => {
  const journal = openJournal(file);
  expect(journal.left).toEqual([]);
  journal.add(entry("1"));
  journal.add(entry("2"));
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ pid: process.pid, entries: [entry("1"), entry("2")] });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  journal.remove("1");
  expect([journal.holds("1"), journal.holds("2")]).toEqual([false, true]);
  expect(JSON.parse(readFileSync(file, "utf8")).entries).toEqual([entry("2")]);
  journal.remove("2");
  expect(existsSync(file)).toBe(false);
});

test("the next run finds what one that was killed has left", () => {
  openJournal(file, 4242, () => false).add(entry("1"));
  expect(openJournal(file, process.pid, () => false).left).toEqual([entry("1")]);
});

test("fails while another drill of the stack runs", () => {
  openJournal(file, 4242).add(entry("1"));
  expect(() => openJournal(file, process.pid, () => true)).toThrow("runs already, in process 4242");
});

test("fails for a journal that can't be read, since it alone knows what to put back", () => {
  openJournal(file).add(entry("1"));
  writeFileSync(file, "{");
  expect(() => openJournal(file)).toThrow(/drill\.json can't be read.*npm run down/);
});
