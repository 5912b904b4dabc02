import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { imageReference } from "../../config/image-references.ts";
import {
  MYSQL_FLAVOURS,
  MYSQL_PROGRAMS,
  type MysqlFlavour,
  mysqlCommand,
  mysqlFlavour,
  mysqlHealth,
  renderMysql,
  renderMysqlOptions,
} from "../../config/mysql.ts";
import { offlineRepository } from "../../offline/images/recipes.ts";

const fileOf = (flavour: MysqlFlavour, name: string, databases: readonly string[] = ["wordpress"], memory?: string) =>
  renderMysql({ flavour, databases, memory }).find(({ path }) => path === name)?.content ?? "";

describe("mysqlFlavour", () => {
  it.each([
    [imageReference("mysql"), "mysql"],
    ["mysql:8.4", "mysql"],
    ["mirror.mariadb.example:5000/library/mysql:8.4.10", "mysql"],
    ["docker.io/library/percona@sha256:abc", "mysql"],
    [`${offlineRepository("mysql")}:11.8.9-abc`, "mariadb"],
    ["docker.io/library/mariadb:11.8", "mariadb"],
    ["mirror.example:5000/mariadb", "mariadb"],
    ["ghcr.io/team/our-mariadb-fork@sha256:abc", "mariadb"],
  ] as const)("of %s is %s", (reference, flavour) => {
    expect(mysqlFlavour(reference)).toBe(flavour);
  });
});

describe.each(MYSQL_FLAVOURS)("renderMysql for %s", (flavour) => {
  it.each([
    [undefined, 192],
    ["384MiB", 128],
    ["2GiB", 960],
  ])("gives pages of tables half of a container of %s, less what the server needs", (memory, mebibytes) => {
    expect(fileOf(flavour, "settings/vigie.cnf", [], memory)).toContain(`innodb-buffer-pool-size = ${mebibytes}M\n`);
  });

  it.each([
    ["too little", "383MiB"],
    ["no size", "much"],
  ])("fails with a memory that is %s", (_, memory) => {
    expect(() => renderMysql({ flavour, databases: [], memory })).toThrow(
      `memory: got "${memory}"; allowed: a size of at least 384MiB, such as "512MiB"`,
    );
  });

  it("asks how it is with its own tool, over TCP, and with no password in an argument", () => {
    const [kind, tool, ...args] = mysqlHealth(flavour);
    expect([kind, tool]).toEqual(["CMD", MYSQL_PROGRAMS[flavour].admin]);
    expect(args).toEqual(expect.arrayContaining(["--protocol=tcp", "ping"]));
    expect(args.join(" ")).not.toMatch(/--password|(^| )-p/);
    expect(mysqlCommand(flavour)).toEqual([MYSQL_PROGRAMS[flavour].server]);
  });

  it("says the same to both, but for what only one of them knows", () => {
    const settings = (of: MysqlFlavour) => fileOf(of, "settings/vigie.cnf").replace(/^#.*\n/gm, "");
    expect(settings("mysql").replace("mysqlx = OFF\n", "")).toBe(settings("mariadb"));
    expect(fileOf("mysql", "init/10-vigie.sh").replace("| mysql ", "| mariadb ")).toBe(
      fileOf("mariadb", "init/10-vigie.sh"),
    );
  });
});

describe("its scripts", () => {
  let directory: string;
  const inside = (text: string) => text.replace(/\/run\/secrets|\/var\/lib\/mysql|\/tmp/g, () => directory);

  const run = (flavour: MysqlFlavour, name: string, shell: readonly string[], databases = ["shop", "word_count"]) => {
    const file = path.join(directory, path.basename(name));
    writeFileSync(file, inside(fileOf(flavour, name, databases)));
    const env = { PATH: `${path.join(directory, "bin")}:${process.env.PATH}` };
    return execFileSync(shell[0] ?? "", [...shell.slice(1), file], { env, encoding: "utf8", stdio: "pipe" });
  };
  const read = (name: string) => readFileSync(path.join(directory, name), "utf8");
  const program = (name: string, text: string) => {
    const file = path.join(directory, "bin", name);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  };

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), "vigie-mysql-"));
    mkdirSync(path.join(directory, "bin"));
    for (const { client } of Object.values(MYSQL_PROGRAMS)) {
      program(client, `echo "$@" >> '${directory}/arguments'\ncat >> '${directory}/sql'`);
    }
    for (const user of ["vigie_monitoring", "vigie_health", "shop", "word_count"]) {
      writeFileSync(path.join(directory, `${user}-password`), `it's\\${user}`);
    }
  });

  it.each(MYSQL_FLAVOURS)("make a user and a database of its own for each, in %s", (flavour) => {
    run(flavour, "init/10-vigie.sh", ["sh"]);
    const sql = read("sql");
    expect(sql).toContain("CREATE USER IF NOT EXISTS 'shop'@'%' IDENTIFIED BY 'it''s\\\\shop';");
    expect(sql).toContain("ALTER USER 'shop'@'%' IDENTIFIED BY 'it''s\\\\shop';");
    expect(sql).toContain("CREATE DATABASE IF NOT EXISTS `word_count`;");
    expect(sql).toContain("GRANT ALL PRIVILEGES ON `word\\_count`.* TO 'word_count'@'%';");
    expect(sql).toContain("'vigie_health'@'127.0.0.1'");
    expect(sql.match(/GRANT .* ON \*\.\* /g)).toEqual(["GRANT PROCESS ON *.* "]);
    expect(read("arguments")).not.toContain("it's");
  });

  it("tell the server nothing when a password is missing", () => {
    expect(() => run("mysql", "init/10-vigie.sh", ["sh"], ["shop", "unknown"])).toThrow(/unknown-password/);
    expect(() => read("sql")).toThrow(/ENOENT/);
  });

  it("change nothing of the shell that reads them in, as the image's does", () => {
    run("mysql", "init/10-vigie.sh", [
      "bash",
      "-c",
      '. "$0"; case $- in *u*|*e*) exit 1;; esac; ! type user 2> /dev/null',
    ]);
    expect(read("sql")).toContain("CREATE DATABASE");
  });

  it.each([
    ["mysql", "aria_log_control", "this image is MySQL, and the data in", "is MariaDB's"],
    ["mariadb", "mysql.ibd", "this image is MariaDB, and the data in", "is MySQL's"],
  ] as const)("refuse with %s the data of the other, and start nothing", (flavour, mark, own, strange) => {
    program("docker-entrypoint.sh", "echo started");
    program("tail", "exit 0");
    program("sleep", "exit 1");
    writeFileSync(path.join(directory, mark), "");
    expect(() => run(flavour, "settings/start.sh", ["sh"])).toThrow(new RegExp(`${own}.*${strange}`));
  });

  it.each([
    ["mysql", "mysql.ibd"],
    ["mariadb", "aria_log_control"],
    ["mysql", "empty"],
  ] as const)("go on to the entrypoint of %s with its own data, or none: %s", (flavour, mark) => {
    program("docker-entrypoint.sh", "echo started");
    // What shows the slow queries would outlive the test.
    program("tail", "exit 0");
    program("sleep", "exit 1");
    writeFileSync(path.join(directory, mark), "");
    expect(run(flavour, "settings/start.sh", ["sh"])).toBe("started\n");
  });
});

describe("renderMysqlOptions", () => {
  it("quotes a password as clients read it", () => {
    expect(renderMysqlOptions("shop", 'a"b\\c', { host: "db", port: 3306 })).toBe(
      '[client]\nuser = shop\npassword = "a\\"b\\\\c"\nhost = db\nport = 3306\n',
    );
  });
});
