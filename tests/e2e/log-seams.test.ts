/** The files that Docker writes, at their seams, read by the real Collector. */

import { appendFileSync, existsSync, renameSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerRecord, type LogEntry, type RunningCollector, startCollector } from "./running-collector.ts";

let collector: RunningCollector;

beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector?.stop());

/** What came of a container, each as `stream: text`, a long text by its length. */
const cameOf = (container: string): readonly string[] =>
  entriesOf(container).map(({ text, stream }) => `${stream}: ${text.length > 100 ? text.length : text}`);

const entriesOf = (container: string): readonly LogEntry[] =>
  collector.entries().filter((entry) => entry.container === container);

const write = (container: string, ...records: readonly string[]): void =>
  appendFileSync(collector.file(container), records.join(""));

const record = (container: string, text: string, stream?: string): string => dockerRecord(text, stream, container);

const rows = (container: string, from: number, count: number, time?: Date): string =>
  Array.from({ length: count }, (_, index) =>
    dockerRecord(`row ${from + index} of ${container}\n`, "stdout", container, time),
  ).join("");

/** Which of the rows from 1 on are missing. */
function missing(container: string, count: number): readonly number[] {
  const came = new Set(entriesOf(container).map(({ text }) => Number(/^row (\d+) /.exec(text)?.[1])));
  return Array.from({ length: count }, (_, index) => index + 1).filter((row) => !came.has(row));
}

const KIB16 = 16_384;

describe("the two streams of one file", () => {
  it("are apart where Docker has cut a line of one, and the other wrote meanwhile", async () => {
    const name = "one-cut";
    write(
      name,
      record(name, "A".repeat(KIB16)),
      record(name, "E: meanwhile\n", "stderr"),
      record(name, `${"A".repeat(3616)}\n`),
    );
    await expect.poll(() => [...cameOf(name)].sort()).toEqual(["stderr: E: meanwhile", "stdout: 20000"]);
  });

  it("are apart where lines of both are cut", async () => {
    const name = "both-cut";
    const parts = ["stdout", "stderr"].map((stream) => record(name, stream.repeat(2730), stream));
    write(name, ...parts, ...parts, record(name, "end\n", "stderr"), record(name, "the end\n"));
    await expect.poll(() => [...cameOf(name)].sort()).toEqual(["stderr: 32763", "stdout: 32767"]);
  });

  it("are apart where a line of one has no end yet, as a prompt has none", async () => {
    const name = "prompt";
    write(name, record(name, "name? "), record(name, "warning: empty\n", "stderr"), record(name, "accepted\n"));
    await expect.poll(() => [...cameOf(name)].sort()).toEqual(["stderr: warning: empty", "stdout: name? accepted"]);
  });
});

describe("files that begin alike", () => {
  it.each([
    ["a line of 1,600 characters", "=".repeat(1600), "\n"],
    ["a line of 400 characters", "=".repeat(400), "\n"],
    ["a line of 16 KiB, which Docker cuts", "=".repeat(KIB16), "\n"],
    ["a line of 16,000 characters with 2,000 quotes", '="======'.repeat(2000), "\n"],
  ])("are all read: %s", async (what, text, end) => {
    const names = [1, 2, 3].map((index) => `alike-${what.replaceAll(/\W+/g, "-")}-${index}`);
    for (const name of names) write(name, record(name, `${text}${end}`), rows(name, 1, 20));
    await expect.poll(() => names.map((name) => entriesOf(name).length)).toEqual([21, 21, 21]);
    expect(names.flatMap((name) => missing(name, 20))).toEqual([]);
  });
});

describe("what a power cut leaves", () => {
  it("costs no whole line: NUL bytes before one", async () => {
    const name = "nul";
    write(name, record(name, "before\n"), "\0".repeat(3000), record(name, "behind\n"), rows(name, 1, 3));
    await expect.poll(() => cameOf(name).length).toBe(5);
    expect(cameOf(name).slice(0, 2)).toEqual(["stdout: before", "stdout: behind"]);
    expect(missing(name, 3)).toEqual([]);
  });

  it("costs no whole line: a file that begins with NUL bytes, and half a line at its end", async () => {
    const name = "nul-first";
    write(name, "\0".repeat(3000), rows(name, 1, 3), '{"log":"half a li');
    await expect.poll(() => cameOf(name).length).toBe(3);
    expect(missing(name, 3)).toEqual([]);
  });

  it.each([
    ["within its text", '{"log":"half a li'],
    ["within an escape", '{"log":"half a li\\'],
    ["within its time", record("half", "half\n").slice(0, -20)],
    ["and a line's end", '{"log":"half a li\n'],
    ["and NUL bytes", `{"log":"half a li${"\0".repeat(100)}`],
  ])("costs no whole line: half a record, cut %s", async (what, half) => {
    const name = `half-${what.replaceAll(/\W+/g, "-")}`;
    write(name, rows(name, 1, 1), half, rows(name, 2, 3));
    await expect.poll(() => entriesOf(name).length).toBe(4);
    expect(missing(name, 4)).toEqual([]);
  });

  it("joins nothing to another container's lines, and brings none without its container", async () => {
    const strange = collector.entries().filter(({ service, container }) => service === undefined || !container);
    expect(strange).toEqual([]);
  });
});

describe("what is written while the Collector is away", () => {
  /** Docker's own way: the oldest goes, the others move on, and a new file begins. */
  const rotate = (file: string): void => {
    if (existsSync(`${file}.1`)) renameSync(`${file}.1`, `${file}.2`);
    renameSync(file, `${file}.1`);
  };

  it.each(["TERM", "KILL"] as const)("comes, two rotations and six hours later: SIG%s", async (signal) => {
    const [name, quiet] = [`away-${signal}`, `quiet-${signal}`];
    const file = collector.file(name);
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    write(name, rows(name, 1, 2000, ago(6)));
    write(quiet, rows(quiet, 1, 100, ago(6)));
    await expect.poll(() => missing(name, 2000).length).toBe(0);
    await expect.poll(() => missing(quiet, 100).length).toBe(0);
    await collector.away(signal, () => {
      write(name, rows(name, 2001, 4000, ago(5)));
      rotate(file);
      write(name, rows(name, 6001, 4000, ago(3)));
      rotate(file);
      write(name, rows(name, 10_001, 4000));
    });
    await expect.poll(() => missing(name, 14_000).length).toBe(0);
    expect(missing(quiet, 100)).toEqual([]);
    // After a kill what was not noted as read is read again.
    if (signal === "TERM") expect(entriesOf(name)).toHaveLength(14_000);
  });

  it("comes once where a file is rotated while it is read, and a trace stands at its end", async () => {
    const name = "rotated";
    const trace = ["Error: boom", "    at f (/x.js:1:2)"].map((line) => record(name, `${line}\n`, "stderr"));
    for (let round = 0; round < 2; round++) {
      write(name, rows(name, round * 500 + 1, 500), ...trace);
      rotate(collector.file(name));
    }
    write(name, rows(name, 1001, 1));
    await expect.poll(() => missing(name, 1001).length).toBe(0);
    await expect.poll(() => entriesOf(name).length).toBe(1003);
    expect(entriesOf(name).filter(({ text }) => text === "Error: boom\n    at f (/x.js:1:2)")).toHaveLength(2);
  });

  it("loses no character of a line that was half there: it is two entries", async () => {
    const name = "in-two";
    write(name, record(name, "A".repeat(KIB16)));
    // Past the file's own wait, so that the Collector has it.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await collector.away("TERM", () => write(name, record(name, `${"B".repeat(100)}C\n`), rows(name, 1, 2)));
    await expect.poll(() => missing(name, 2).length).toBe(0);
    expect(cameOf(name)).toEqual([
      "stdout: 16384",
      "stdout: 101",
      "stdout: row 1 of in-two",
      "stdout: row 2 of in-two",
    ]);
  });
});
