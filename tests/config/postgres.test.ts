import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { renderPostgresInit } from "../../config/postgres.ts";

let directory: string;

/** Runs the script with a `psql` that keeps what it is given: the SQL itself is tried on a real server, end to end. */
const run = (databases: readonly string[], shell: readonly string[]): string => {
  const script = (renderPostgresInit(databases)[0]?.content ?? "").replaceAll("/run/secrets", directory);
  const file = path.join(directory, "init.sh");
  writeFileSync(file, script);
  const env = { PATH: `${path.join(directory, "bin")}:${process.env.PATH}`, POSTGRES_USER: "postgres" };
  execFileSync(shell[0] ?? "", [...shell.slice(1), file], { env, encoding: "utf8", stdio: "pipe" });
  return readFileSync(path.join(directory, "sql"), "utf8");
};

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), "vigie-postgres-"));
  mkdirSync(path.join(directory, "bin"));
  const psql = path.join(directory, "bin", "psql");
  writeFileSync(psql, `#!/bin/sh\necho "$@" >> '${directory}/arguments'\ncat >> '${directory}/sql'\n`);
  chmodSync(psql, 0o755);
  for (const role of ["vigie_monitoring", "catalog", "orders"]) {
    writeFileSync(path.join(directory, `${role}-password`), `it's ${role}`);
  }
});

describe("renderPostgresInit", () => {
  it("makes a role and a database of its own for each, and lets no other in", () => {
    const sql = run(["catalog", "orders"], ["sh"]);
    for (const name of ["catalog", "orders"]) {
      expect(sql).toContain(`SELECT 'CREATE ROLE "${name}" LOGIN' WHERE NOT EXISTS`);
      expect(sql).toContain(`SELECT 'CREATE DATABASE "${name}" OWNER "${name}"' WHERE NOT EXISTS`);
      expect(sql).toContain(`REVOKE ALL ON DATABASE "${name}" FROM PUBLIC;`);
    }
    expect(sql).toContain('GRANT pg_monitor TO "vigie_monitoring";');
  });

  it("quotes a password for SQL, and gives it in no argument", () => {
    expect(run(["catalog"], ["sh"])).toContain(`ALTER ROLE "catalog" PASSWORD 'it''s catalog';`);
    expect(readFileSync(path.join(directory, "arguments"), "utf8")).not.toContain("it's");
  });

  it("changes nothing of the shell that reads it in, as the image's does", () => {
    const words = ["bash", "-c", '. "$0"; case $- in *u*|*e*) exit 1;; esac; ! type role 2> /dev/null'];
    expect(run(["catalog"], words)).toContain("CREATE DATABASE");
  });
});
