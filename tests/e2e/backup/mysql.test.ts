import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bringBack } from "../../../cli/backup/bring-back.ts";
import { readBackup } from "../../../cli/backup/manifest.ts";
import { saveBackup } from "../../../cli/backup/save.ts";
import { run, sh } from "../shell.ts";
import { forge } from "./forge.ts";
import { bringImages, Stores } from "./stores.ts";

/** What a database of MariaDB or MySQL is, beside its plain tables, and who may do what while it comes back. */
let stores: Stores;
let mariadb: boolean;

beforeAll(async () => {
  stores = new Stores(await bringImages(), ["shop", "word_count"]);
  mariadb = stores.ofMysql.flavour === "mariadb";
  await stores.startMysql();
});

afterAll(() => stores.remove());

const my = (user: string, text: string) => stores.my(user, text);
const one = async (text: string) => (await my("root", `USE shop; ${text}`)).join("\n");
const FILE = "mysql.mysql.shop.gz";
let count = 0;
/** Keeps one database: each takes several commands in the container. */
const keep = async () => {
  const directory = path.join(stores.directory, `backup-${count++}`);
  const sources = [{ ...stores.ofMysql, databases: ["shop"] }];
  await saveBackup({ stack: "vigie/test", sources, engine: stores.engine, directory });
  return directory;
};
const back = async (directory: string) =>
  bringBack({ directory, ...(await readBackup(directory)), sources: [stores.ofMysql], engine: stores.engine });

describe("a database of MySQL", () => {
  test("comes back with its versioned tables and their history, and its sequences where they were", async ({
    skip,
  }) => {
    if (!mariadb) skip("MySQL has neither");
    await my(
      "shop",
      "USE shop; CREATE TABLE prices (id int PRIMARY KEY, price int) WITH SYSTEM VERSIONING; INSERT INTO prices VALUES (1, 99); UPDATE prices SET price = 100; CREATE SEQUENCE numbers START WITH 1 CACHE 5; DO NEXT VALUE FOR numbers",
    );
    const history = "SELECT price, ROW_START, ROW_END FROM prices FOR SYSTEM_TIME ALL ORDER BY ROW_END";
    const before = await one(history);
    expect(before.split("\n")).toHaveLength(2);
    const directory = await keep();
    const next = await one("SELECT next_not_cached_value FROM numbers");
    await my("shop", "USE shop; UPDATE prices SET price = 999; DO SETVAL(numbers, 1000)");
    await back(directory);
    expect(await one("SELECT price FROM prices")).toBe("100");
    expect(await one(history)).toBe(before);
    expect(await one("SELECT next_not_cached_value FROM numbers")).toBe(next);
    await my("shop", "USE shop; UPDATE prices SET price = 101");
    expect((await one(history)).split("\n")).toHaveLength(3);
  });

  test("comes back with generated columns, foreign keys, checks, partitions, and bytes of every kind", async () => {
    const tables = [
      "CREATE TABLE films (id int AUTO_INCREMENT PRIMARY KEY, title varchar(20) CHARACTER SET latin1, cents int CHECK (cents > 0), euros int AS (cents DIV 100) STORED, half int AS (cents DIV 2) VIRTUAL, picture blob)",
      "INSERT INTO films (title, cents, picture) VALUES ('Élan \\\\ \\'', 700, 0x000a0d1a5c27ff)",
      "ALTER TABLE films AUTO_INCREMENT = 50",
      "CREATE TABLE seats (id int, film int, PRIMARY KEY (id), CONSTRAINT its_film FOREIGN KEY (film) REFERENCES films (id) ON DELETE CASCADE)",
      "INSERT INTO seats VALUES (1, 1)",
      "CREATE TABLE days (day int, what json) PARTITION BY RANGE (day) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN MAXVALUE)",
      "INSERT INTO days VALUES (1, '{\"a\": [1]}'), (11, NULL)",
      "CREATE TABLE `odd ``name` (`a b` int)",
    ];
    await my("shop", `USE shop; ${tables.join("; ")}`);
    const state = async () =>
      one(
        "SHOW CREATE TABLE films; SHOW CREATE TABLE seats; SHOW CREATE TABLE days; SHOW CREATE TABLE `odd ``name`; SELECT *, HEX(picture), half FROM films; SELECT * FROM seats; SELECT * FROM days",
      );
    const before = await state();
    const directory = await keep();
    await my("shop", "USE shop; DELETE FROM films; DELETE FROM days; DROP TABLE `odd ``name`");
    await back(directory);
    expect(await state()).toBe(before);
    await expect(my("shop", "USE shop; INSERT INTO seats VALUES (2, 77)")).rejects.toThrow(/foreign key/);
    await my("shop", "USE shop; DELETE FROM films");
    expect(await one("SELECT count(*) FROM seats")).toBe("0");
  });

  test("comes back with the letters and the order that its new tables get", async () => {
    await my("root", "ALTER DATABASE shop CHARACTER SET latin1 COLLATE latin1_german2_ci");
    if (mariadb) await my("root", "ALTER DATABASE shop COMMENT 'the shop''s \\\\ words'");
    const directory = await keep();
    await my("root", "ALTER DATABASE shop CHARACTER SET utf8mb4");
    if (mariadb) await my("root", "ALTER DATABASE shop COMMENT ''");
    await back(directory);
    const made =
      "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'shop'";
    expect(await one(made)).toBe("latin1\tlatin1_german2_ci");
    if (mariadb)
      expect(await one(made.replace(/SELECT .* FROM/, "SELECT HEX(SCHEMA_COMMENT) FROM"))).toBe(
        Buffer.from("the shop's \\ words").toString("hex").toUpperCase(),
      );
  });

  test("keeps the rights of others, and fails to come back where they are missing, by their names", async () => {
    await my(
      "root",
      "CREATE USER reader@'10.0.0.1'; GRANT SELECT ON shop.films TO reader@'10.0.0.1'; GRANT INSERT ON shop.* TO reader@'10.0.0.1'",
    );
    const directory = await keep();
    await back(directory);
    expect((await my("root", "SHOW GRANTS FOR reader@'10.0.0.1'")).join("\n")).toContain(
      "GRANT SELECT ON `shop`.`films`",
    );
    await my("root", "REVOKE SELECT ON shop.films FROM reader@'10.0.0.1'");
    const told = await back(directory).then(() => "", String);
    expect(told).toContain("GRANT SELECT ON `shop`.`films` TO 'reader'@'10.0.0.1': the backup was made with it");
    expect(told).not.toContain("INSERT");
    await my("root", "DROP USER reader@'10.0.0.1'");
  });
});

describe("a backup", () => {
  test.each([
    ["a view", "CREATE VIEW many AS SELECT 1", "DROP VIEW many", "view many"],
    [
      "a trigger",
      "CREATE TRIGGER told BEFORE INSERT ON seats FOR EACH ROW SET NEW.id = 1",
      "DROP TRIGGER told",
      "trigger told",
    ],
    ["a routine", "CREATE PROCEDURE count_up() SELECT 1", "DROP PROCEDURE count_up", "routine count_up"],
    ["an event", "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO SELECT 1", "DROP EVENT nightly", "event nightly"],
  ])("fails by its name where there is %s", async (_, make, unmake, words) => {
    await my("root", `USE shop; ${make}`);
    const told = await keep().then(() => "", String);
    await my("root", `USE shop; ${unmake}`);
    expect(told).toContain(`shop of mysql mysql: got "${words}, which does not move`);
    await keep();
  });
});

describe("a restore of what a thief has written", () => {
  const MARK = "/tmp/vigie-stolen";
  const STATE = "SHOW TABLES; SELECT USER, HOST FROM mysql.user ORDER BY 1, 2; SELECT * FROM mysql.db; SHOW DATABASES";
  let kept = "";

  beforeAll(async () => {
    kept = await keep();
  });

  /** A copy of one backup, for a forger. */
  async function copied(): Promise<string> {
    const directory = path.join(stores.directory, `backup-${count++}`);
    await sh("cp", ["-r", kept, directory]);
    return directory;
  }

  test.each([
    ["a client's own command", `\\! touch ${MARK}\n`, /error in your SQL syntax|Unknown command/],
    ["a client's own command, in words", `system touch ${MARK}\n`, /error in your SQL syntax|Unknown command/],
    ["a file of the client's", `tee ${MARK}\nSELECT 1;\n`, /error in your SQL syntax|Unknown command/],
    ["a file of the server's", `SELECT 1 INTO OUTFILE '${MARK}';\n`, /denied|--secure-file-priv/],
    [
      "another of the container's files",
      "CREATE TABLE t (a text); LOAD DATA LOCAL INFILE '/run/secrets/root.cnf' INTO TABLE t;\n",
      /disabled|not allowed|forbidden|rejected/i,
    ],
    ["a user", "CREATE USER thief;\n", /denied/],
    ["rights", "GRANT ALL ON *.* TO shop;\n", /denied/],
    ["the tables that are there", "DROP TABLE shop.films;\n", /denied/],
    ["a neighbour's tables", "CREATE TABLE word_count.mine (a int);\n", /denied/],
    ["a setting of the server", "SET GLOBAL max_connections = 1;\n", /denied/],
    [
      "a trigger with another's rights",
      "CREATE TABLE t (a int); CREATE DEFINER=root@localhost TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;\n",
      /denied/,
    ],
    [
      "a trigger of its own",
      "CREATE TABLE t (a int); CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;\n",
      /trigger x, which does not move/,
    ],
  ])("fails at %s, and nothing of it is done", async (_, attack, words) => {
    const directory = await copied();
    const dump = gunzipSync(readFileSync(path.join(directory, FILE))).toString("latin1");
    forge(directory, FILE, gzipSync(Buffer.from(`${attack}${dump}`, "latin1")));
    const before = await one(STATE);
    await expect(back(directory)).rejects.toThrow(words);
    const looked = await run("docker", ["exec", stores.mysql, "ls", MARK]);
    expect(looked.code).not.toBe(0);
    const after = await one(STATE);
    expect(after).toBe(before);
    // Its users' names begin so, too.
    expect(after.split("\n")).not.toContainEqual(expect.stringMatching(/_vigie_/));
  });

  test("fails at a manifest whose character set is a statement", async () => {
    const directory = await copied();
    const file = path.join(directory, "manifest.json");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll('"latin1"', '"latin1; DROP DATABASE shop"'));
    await expect(back(directory)).rejects.toThrow(/"latin1; DROP DATABASE shop" is no character set/);
    expect(await one("SELECT count(*) FROM seats")).toBe("0");
  });
});
