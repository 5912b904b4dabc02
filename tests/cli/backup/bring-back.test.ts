import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { NOTHING_BESIDE } from "../../../cli/backup/beside.ts";
import { bringBack, canRead, refuseStrangers } from "../../../cli/backup/bring-back.ts";
import { manifestOf } from "../../../cli/backup/manifest.ts";
import { saveBackup } from "../../../cli/backup/save.ts";
import { dockerEngine } from "../../../cli/containers/docker/engine.ts";
import type { ContainerEngine } from "../../../cli/containers/engine.ts";
import type { BackupSource } from "../../../config/backup.ts";

const mysql: BackupSource = {
  kind: "mysql",
  name: "mysql",
  container: "vigie-dev-mysql",
  databases: ["blog"],
  flavour: "mariadb",
};
const uploads: BackupSource = { kind: "volume", name: "uploads", volume: "vigie-dev-uploads", image: "x" };

let directory: string;
let engine: ContainerEngine;

/** A `docker` that answers with the output of a script, and keeps what it was asked. */
function answers(script: string): void {
  const program = path.join(directory, "docker");
  writeFileSync(
    program,
    `#!/bin/sh\necho "$*" >> '${directory}/asked'\ncase "$*" in *--interactive*) cat > /dev/null;; esac\n${script}\n`,
  );
  chmodSync(program, 0o755);
  engine = dockerEngine({ words: (args) => [program, ...args], env: { PATH: process.env.PATH } });
}
const asked = () => readFileSync(path.join(directory, "asked"), "utf8");

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), "vigie-back-"));
  answers('case "$*" in *JSON_ARRAY*) ;; *"VERSION()"*) echo 11.8.9-MariaDB ;; esac');
});

describe("canRead", () => {
  it.each([
    ["18.6", "18.6", true],
    ["19.0", "18.6", true],
    ["18.6", "19.0", false],
    ["mysql 9.7.4", "mysql 8.4.10", true],
    ["mysql 8.4.10", "mysql 8.0.46", true],
    ["mysql 8.0.46", "mysql 8.4.10", false],
    ["mysql 9.7.4", "mariadb 8.4.10", false],
    ["mariadb 11.8.9", "mysql 8.4.10", false],
  ])("a store of %s reads what %s wrote: %s", (running, written, fits) => {
    expect(canRead(running, written)).toBe(fits);
  });
});

describe("refuseStrangers", () => {
  const saved = (kind: string, name: string, version: string, database: string) => ({
    kind,
    name,
    version,
    parts: [{ name: database, file: "x.gz", bytes: 1, sha256: "", beside: NOTHING_BESIDE }],
  });

  it("fails with all that the stack lacks at once, and changes nothing", async () => {
    const manifest = manifestOf("vigie/dev", new Date(), [
      saved("mysql", "mysql", "mysql 8.4.10", "shop"),
      saved("postgres", "postgres", "18.6", "catalog"),
    ]);
    await expect(refuseStrangers({ manifest, sources: [mysql], engine })).rejects.toThrow(
      [
        "the stack as the place for this backup is refused:",
        '  - mysql mysql: got "shop"; allowed: a database of the stack\'s; it has blog. Deploy it first: a restore makes no databases.',
        '  - mysql mysql: got "mariadb 11.8.9"; allowed: mysql 8.4.10 or newer, and of the same kind: that is what the backup was made with.',
        "  - postgres postgres: got nothing; allowed: a store of the stack. Deploy it first: a restore makes no stores.",
      ].join("\n"),
    );
    expect(
      asked()
        .split("\n")
        .filter((line) => line !== ""),
    ).toHaveLength(1);
  });
});

describe("saveBackup", () => {
  it("fails and leaves nothing where a store ends in the middle", async () => {
    answers(
      'case "$*" in *JSON_ARRAY*) ;; *"VERSION()"*) echo 11.8.9-MariaDB ;; *dump*) echo half; echo "lost connection" >&2; exit 3 ;; esac',
    );
    const to = path.join(directory, "backup");
    const saving = saveBackup({ stack: "vigie/dev", sources: [mysql], engine, directory: to });
    await expect(saving).rejects.toThrow("blog of mysql: lost connection");
    for (const gone of [to, `${to}.part`]) expect(() => readFileSync(gone)).toThrow(/ENOENT/);
  });

  it("fails where something is already", async () => {
    const saving = saveBackup({ stack: "vigie/dev", sources: [mysql], engine, directory });
    await expect(saving).rejects.toThrow("a backup is never written over");
  });

  it("takes databases before files: a row is never newer than the file that it names", async () => {
    const to = path.join(directory, "backup");
    await saveBackup({ stack: "vigie/dev", sources: [uploads, mysql], engine, directory: to });
    expect(asked().indexOf("mariadb-dump")).toBeLessThan(asked().indexOf("--entrypoint tar"));
  });
});

describe("bringBack", () => {
  it("puts everything back, and starts what it stopped, where one of two does not change places", async () => {
    const to = path.join(directory, "backup");
    answers(
      'case "$*" in *JSON_ARRAY*) ;; *"VERSION()"*) echo 11.8.9-MariaDB ;; *TABLES*) echo posts ;; ps*) printf \'1\\tphp-1\\n\' ;; esac',
    );
    const manifest = await saveBackup({ stack: "vigie/dev", sources: [mysql, uploads], engine, directory: to });
    answers(
      'case "$*" in *JSON_ARRAY*) ;; *"VERSION()"*) echo 11.8.9-MariaDB ;; *TABLE_NAME*) echo posts ;; ps*) printf \'1\\tphp-1\\n\' ;; *"find . "*) echo "mv: no" >&2; exit 1 ;; esac',
    );
    const back = bringBack({ directory: to, manifest, sources: [mysql, uploads], engine });
    await expect(back).rejects.toThrow("volume uploads");
    const lines = asked().split("\n");
    const at = (words: string) => lines.findIndex((line) => line.includes(words));
    const renames = lines.filter((line) => line.includes("RENAME TABLE"));
    expect(renames).toHaveLength(2);
    expect(renames[0]).toContain(
      "`blog`.`posts` TO `blog_vigie_before`.`posts`, `blog_vigie_new`.`posts` TO `blog`.`posts`",
    );
    expect(renames[1]).toContain(
      "`blog`.`posts` TO `blog_vigie_new`.`posts`, `blog_vigie_before`.`posts` TO `blog`.`posts`",
    );
    expect(at("stop php-1")).toBeLessThan(at("RENAME TABLE"));
    expect(lines.findLastIndex((line) => line.includes("RENAME TABLE"))).toBeLessThan(at("start php-1"));
  });
});
