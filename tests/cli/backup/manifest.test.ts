import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { NOTHING_BESIDE } from "../../../cli/backup/beside.ts";
import { MANIFEST, manifestOf, readBackup } from "../../../cli/backup/manifest.ts";
import { takeValue } from "../../../cli/backup/take-value.ts";

let directory: string;
const file = "mysql.mysql.blog.gz";

const write = (name: string, content: string) => writeFileSync(path.join(directory, name), content);

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), "vigie-manifest-"));
  const sha256 = createHash("sha256").update("data").digest("hex");
  const parts = [{ name: "blog", file, bytes: 4, sha256, beside: NOTHING_BESIDE }];
  const manifest = manifestOf("vigie/dev", new Date(0), [
    { kind: "mysql", name: "mysql", version: "mysql 8.4.10", parts },
  ]);
  write(file, "data");
  write(MANIFEST, JSON.stringify(manifest));
});

describe("readBackup", () => {
  it("gives what is whole", async () => {
    expect(await readBackup(directory)).toMatchObject({
      manifest: { stack: "vigie/dev", made: "1970-01-01T00:00:00.000Z" },
    });
  });

  it.each([
    ["is missing", () => rmSync(path.join(directory, file)), `${file}: got nothing; allowed: a file of 4 bytes`],
    ["is shorter", () => write(file, "dat"), `${file}: got "3 bytes"; allowed: 4 bytes`],
    ["is another", () => write(file, "DATA"), `${file}: got "another content"; allowed: the one that`],
  ])("fails when a file %s", async (_, spoil, words) => {
    spoil();
    await expect(readBackup(directory)).rejects.toThrow(words);
  });

  it.each([
    ["none", () => rmSync(path.join(directory, MANIFEST)), "a directory that `npm run backup` has written"],
    ["no JSON", () => write(MANIFEST, "{"), "allowed: JSON"],
    ["another format", () => write(MANIFEST, '{"format":1,"sources":[]}'), "format 2, which this version reads"],
    ["no sources", () => write(MANIFEST, '{"format":2}'), "a list of sources"],
    [
      "a file elsewhere",
      () =>
        write(
          MANIFEST,
          '{"format":2,"sources":[{"kind":"mysql","name":"x","version":"1","parts":[{"name":"a","file":"../a","bytes":1,"sha256":""}]}]}',
        ),
      "names of files in the same directory",
    ],
  ])("fails when the manifest is or has %s", async (_, spoil, words) => {
    spoil();
    await expect(readBackup(directory)).rejects.toThrow(words);
  });
});

describe("takeValue", () => {
  it.each([
    [["--to", "a"], "a"],
    [["--to=a"], "a"],
    [[], undefined],
  ])("reads %j", (args, value) => {
    expect(takeValue([...args, "--stack", "dev"], "to")).toEqual({ value, rest: ["--stack", "dev"] });
  });

  it.each([
    [["--to"], "--to needs a value"],
    [["--to", "--yes"], "--to needs a value"],
    [["--to", "a", "--to=b"], "--to is given 2 times"],
  ])("fails with %j", (args, words) => {
    expect(() => takeValue(args, "to")).toThrow(words);
  });
});
