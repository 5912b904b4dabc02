import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { beforeEach, describe, expect, it } from "vitest";
import { MANIFEST, readBackup } from "../../../cli/backup/manifest.ts";
import { saveBackup } from "../../../cli/backup/save.ts";
import { openWith, SEALED, sealFor } from "../../../cli/backup/sealing.ts";
import { recipientsOf } from "../../../cli/backup/sources.ts";
import { opened } from "../../../cli/backup/stream.ts";
import { contradiction } from "../../../cli/backup.ts";
import { dockerEngine } from "../../../cli/containers/docker/engine.ts";
import type { ContainerEngine } from "../../../cli/containers/engine.ts";
import type { BackupSource } from "../../../config/backup.ts";

const uploads: BackupSource = { kind: "volume", name: "uploads", volume: "vigie-dev-uploads", image: "x" };
const PART = `volume.uploads.files.gz${SEALED}`;
const WORDS = "a word that nobody else may read\n";

let directory: string;
let made: string;
let engine: ContainerEngine;
let keys: readonly { readonly identity: string; readonly recipient: string }[];

/** The same but for one byte near its end. */
const another = (bytes: Buffer) => {
  const at = bytes.length - 9;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
};
const newKey = async () => {
  const identity = await generateIdentity();
  return { identity, recipient: await identityToRecipient(identity) };
};
const keyFile = (name: string, ...lines: readonly string[]) => {
  const file = path.join(directory, name);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
};
const read = async (file: string) => readBackup(made, { open: openWith(file) });
const textOf = async (file: string) => {
  const { open } = await read(file);
  let text = "";
  for await (const chunk of await opened(path.join(made, PART), open)) text += chunk;
  return text;
};

beforeEach(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), "vigie-seal-"));
  made = path.join(directory, "backup");
  const program = path.join(directory, "docker");
  writeFileSync(
    program,
    `#!/bin/sh\ncase "$*" in run*) i=0; while [ $i -lt 9000 ]; do i=$((i+1)); printf '%s' '${WORDS}'; done;; esac\n`,
  );
  chmodSync(program, 0o755);
  engine = dockerEngine({ words: (args) => [program, ...args], env: { PATH: process.env.PATH } });
  keys = [await newKey(), await newKey(), await newKey()];
  const seal = sealFor(keys.slice(0, 2).map(({ recipient }) => recipient));
  await saveBackup({ stack: "vigie/dev", sources: [uploads], engine, directory: made, seal });
});

describe("a sealed backup", () => {
  it("opens with each of its keys, and its data and names are nowhere to be read", async () => {
    for (const [index, { identity }] of keys.slice(0, 2).entries()) {
      const text = await textOf(keyFile(`key-${index}`, "# created: today", "", identity));
      expect(text).toBe(WORDS.repeat(9000));
    }
    expect(readdirSync(made).toSorted()).toEqual([MANIFEST + SEALED, PART].toSorted());
    for (const file of readdirSync(made)) {
      const bytes = readFileSync(path.join(made, file), "latin1");
      expect(bytes, file).toMatch(/^age-encryption\.org\/v1\n/);
      expect(bytes).not.toContain("vigie/dev");
      // A thief does not learn whom it is for, and so can't make another.
      for (const { recipient } of keys) expect(bytes).not.toContain(recipient);
      expect(statSync(path.join(made, file)).mode & 0o777).toBe(0o600);
    }
  });

  it("fails without a key, with another's, and says which option", async () => {
    await expect(readBackup(made)).rejects.toThrow("--identity <file> with a private key of age");
    await expect(read(keyFile("other", keys[2]?.identity ?? ""))).rejects.toThrow(
      /manifest\.json\.age.*no identity matched/,
    );
  });

  it.each([
    ["a byte of its manifest is another", MANIFEST + SEALED, another],
    ["its manifest is cut", MANIFEST + SEALED, (bytes: Buffer) => bytes.subarray(0, -20)],
    ["its manifest's header is cut", MANIFEST + SEALED, (bytes: Buffer) => bytes.subarray(0, 60)],
    ["its manifest is empty", MANIFEST + SEALED, () => Buffer.alloc(0)],
    ["a byte of its data is another", PART, another],
    ["its data is cut", PART, (bytes: Buffer) => bytes.subarray(0, -1)],
    ["its data is longer", PART, (bytes: Buffer) => Buffer.concat([bytes, Buffer.from("x")])],
  ])("fails when %s", async (_, file, spoil) => {
    const key = keyFile("key", keys[0]?.identity ?? "");
    writeFileSync(path.join(made, file), spoil(readFileSync(path.join(made, file))));
    await expect(read(key)).rejects.toThrow(`${file}: got`);
  });

  it("fails in the middle where data is changed after it was looked at", async () => {
    const key = keyFile("key", keys[0]?.identity ?? "");
    const { open } = await read(key);
    const bytes = readFileSync(path.join(made, PART));
    writeFileSync(path.join(made, PART), another(bytes));
    await expect(async () => {
      for await (const _ of await opened(path.join(made, PART), open));
    }).rejects.toThrow();
  });

  it("fails when somebody puts one that is not sealed in its place, or beside it", async () => {
    const key = keyFile("key", keys[0]?.identity ?? "");
    const sealed = path.join(made, MANIFEST + SEALED);
    writeFileSync(path.join(made, MANIFEST), '{"format":2,"sources":[]}');
    expect((await read(key)).manifest.sources).toHaveLength(1);
    renameSync(sealed, `${sealed}.away`);
    await expect(read(key)).rejects.toThrow("a backup that is not sealed: anybody may have written it");
    await expect(readBackup(made, { onlySealed: true })).rejects.toThrow("not sealed");
    rmSync(path.join(made, MANIFEST));
  });
});

describe("keys", () => {
  it("fails with every recipient that is none, and shows no private key", () => {
    const [good] = keys;
    const wrong = [good?.recipient ?? "", "ada@example", `${good?.recipient.slice(0, -1)}q`, good?.identity ?? ""];
    const told = (() => {
      try {
        return String(sealFor(wrong));
      } catch (error) {
        return String(error);
      }
    })();
    expect(told.match(/vigie:backupRecipients\[(\d)\]/g)).toHaveLength(3);
    expect(told).toContain("[1]");
    expect(told).not.toContain(good?.identity ?? "");
  });

  it.each([
    ["is not there", undefined, /--identity .*ENOENT/],
    ["has no key", ["# nothing"], /got "no key"/],
    ["has words", ["AGE-SECRET-KEY-1NOTONE", "hello"], /line 1: got "\(not shown\)"[\s\S]*line 2/],
  ])("fails when the file %s", (_, lines, words) => {
    const file = lines === undefined ? path.join(directory, "none") : keyFile("wrong", ...lines);
    expect(() => openWith(file)).toThrow(words);
  });

  it("come from the setting, as a list or as Pulumi writes one", () => {
    expect(recipientsOf({ values: {} })).toEqual([]);
    expect(recipientsOf({ values: { backupRecipients: ["age1x"] } })).toEqual(["age1x"]);
    expect(recipientsOf({ values: { backupRecipients: '["age1x"]' } })).toEqual(["age1x"]);
    for (const wrong of ["age1x", { a: 1 }, [1]]) {
      expect(() => recipientsOf({ values: { backupRecipients: wrong } })).toThrow("a list of public keys of age");
    }
  });
});

describe("contradiction", () => {
  const none = { prove: false, to: undefined, from: undefined, sealed: false, identity: undefined };

  it.each([
    none,
    { ...none, prove: true },
    { ...none, prove: true, from: "a" },
    { ...none, prove: true, sealed: true, identity: "k" },
  ])("is none in %o", (asked) => {
    expect(contradiction(asked)).toBeUndefined();
  });

  it.each([
    [{ from: "a" }, "--from is for --prove"],
    [{ prove: true, from: "a", to: "b" }, "--from and --to"],
    [{ identity: "k" }, "--identity is for --prove"],
    [{ prove: true, sealed: true }, "give --identity <file>"],
  ])("fails with %o", (asked, words) => {
    expect(contradiction({ ...none, ...asked })).toContain(words);
  });
});
