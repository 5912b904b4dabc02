import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bringBack } from "../../../cli/backup/bring-back.ts";
import { MANIFEST, type Manifest, readBackup } from "../../../cli/backup/manifest.ts";
import { saveBackup } from "../../../cli/backup/save.ts";
import type { BackupSource } from "../../../config/backup.ts";
import { MYSQL_ENTRYPOINT, MYSQL_PROGRAMS, mysqlCommand, mysqlFlavour, renderMysql } from "../../../config/mysql.ts";
import { docker, run, sh } from "../shell.ts";
import { bringImages, HARDENED, type StoreImages, Stores, untilHealthy } from "./stores.ts";

/** Two stores and a volume: what a backup keeps while somebody writes, and what a restore brings back. */
let stores: Stores;
let [postgres, mysql, files, reader, made] = ["", "", "", "", ""];
let images: StoreImages;
let sources: readonly BackupSource[];
const writers: ReturnType<typeof spawn>[] = [];

beforeAll(async () => {
  images = await bringImages();
  stores = new Stores(images, ["shop", "word_count"]);
  ({ postgres, mysql } = stores);
  [files, reader, made] = [stores.volume("files"), stores.name("reader"), path.join(stores.directory, "backup")];
  sources = [
    { kind: "volume", name: "uploads", volume: files, image: images.postgresExporter },
    stores.ofPostgres,
    stores.ofMysql,
  ];
  await Promise.all([stores.startPostgres(), stores.startMysql(), startReader()]);
});

afterAll(async () => {
  for (const writer of writers) writer.kill("SIGKILL");
  await stores.remove();
});

/** A volume with files of several owners, and a container that uses it. */
async function startReader(): Promise<void> {
  await docker("volume", "create", files);
  const script =
    "mkdir -p '/data/2026/an album'; head -c 300000 /dev/urandom > '/data/2026/an album/photo.jpg'; echo hi > /data/index.html; ln -s index.html /data/link; chown -R 33:33 /data/2026; chmod 640 '/data/2026/an album/photo.jpg'";
  await docker(
    "run",
    "--rm",
    "--network=none",
    "--user=0:0",
    `--volume=${files}:/data`,
    "--entrypoint=sh",
    images.postgresExporter,
    "-c",
    script,
  );
  await docker(
    ...["run", "--detach", "--init", `--name=${reader}`, "--network=none", "--user=0:0", `--volume=${files}:/data`],
    ...["--entrypoint=sleep", images.postgresExporter, "3600"],
  );
}

const pg = (database: string, text: string) => stores.pg(database, text);
const my = (user: string, text: string) => stores.my(user, text);

/** What is true of the accounts at each moment: money is neither made nor lost, and each transfer is written down. */
const ACCOUNTS = [
  "CREATE TABLE accounts (id integer PRIMARY KEY, balance integer NOT NULL)",
  "CREATE TABLE transfers (id integer PRIMARY KEY)",
  "INSERT INTO accounts VALUES (1, 500), (2, 500)",
];
const STATE =
  "SELECT (SELECT sum(balance) FROM accounts), (SELECT balance FROM accounts WHERE id = 2) - 500 - (SELECT count(*) FROM transfers), (SELECT count(*) FROM transfers)";

/** Writes transfers until it is ended. */
function keepWriting(words: readonly string[]): void {
  const writer = spawn("docker", ["exec", "--interactive", ...words], { stdio: ["pipe", "ignore", "ignore"] });
  writers.push(writer);
  const next = (from: number): void => {
    if (!writer.stdin.writable) return;
    let text = "";
    for (let id = from; id < from + 50; id++) {
      text += `BEGIN; UPDATE accounts SET balance = balance - 1 WHERE id = 1; UPDATE accounts SET balance = balance + 1 WHERE id = 2; INSERT INTO transfers VALUES (${id}); COMMIT;\n`;
    }
    writer.stdin.write(text, (error) => {
      if (!error) setTimeout(next, 20, from + 50);
    });
  };
  writer.stdin.on("error", () => undefined);
  next(1);
}

/** Lets a writer finish what it was given. */
async function endOf(writer: ReturnType<typeof spawn>): Promise<void> {
  const ended = once(writer, "close");
  writer.stdin?.end();
  await ended;
}

const stateOf = async () => {
  const [ofPostgres = ""] = await pg("shop", STATE);
  const [ofMysql = ""] = await my("shop", `USE shop; ${STATE}`);
  const [a, b] = [ofPostgres.split("|").map(Number), ofMysql.split("\t").map(Number)];
  return { sums: [a[0], b[0]], off: [a[1], b[1]], counts: [a[2] ?? 0, b[2] ?? 0] as const };
};

const hashOfFiles = async () => {
  const script =
    "cd /data; find . | sort | xargs -d '\\n' stat -c '%n %u %g %a %F' ; find . -type f | sort | xargs -d '\\n' sha256sum";
  const plain = script.replaceAll("xargs -d '\\n'", "tr '\\n' '\\0' | xargs -0");
  return (await docker("exec", reader, "sh", "-c", plain)).join("\n");
};

describe("MySQL, as the component runs it", () => {
  test("has a user for each database, who enters no other", async () => {
    expect(await my("word_count", "SELECT CURRENT_USER()")).toEqual(["word_count@%"]);
    await my("word_count", "CREATE TABLE word_count.words (word varchar(40) PRIMARY KEY)");
    for (const [user, text] of [
      ["word_count", "SELECT * FROM shop.accounts"],
      ["word_count", "CREATE DATABASE wordxcount"],
      ["vigie_monitoring", "SELECT * FROM word_count.words"],
      ["vigie_monitoring", "SELECT * FROM mysql.user"],
    ] as const) {
      await expect(my(user, text), `${user}: ${text}`).rejects.toThrow(/denied/);
    }
  });

  test("can be told of its users again while it runs", async () => {
    await docker("exec", mysql, "sh", "/docker-entrypoint-initdb.d/10-vigie.sh");
    expect(await my("shop", "SELECT 1")).toEqual(["1"]);
  });

  test("says what is slow in its log, with its numbers", async () => {
    await my("shop", "SELECT SLEEP(1.1)");
    await expect
      .poll(async () => (await docker("logs", mysql)).join("\n"), { interval: 500 })
      .toMatch(/Query_time: [1-9]\d*\.\d+ +Lock_time: \S+ +Rows_sent: 1 +Rows_examined: \d+/);
  });
});

describe("a backup", () => {
  let before: string;

  test("is one moment of each database, while others write", async () => {
    for (const statement of ACCOUNTS) {
      await pg("shop", `SET ROLE shop; ${statement}`);
      await my("shop", `USE shop; ${statement}`);
    }
    before = await hashOfFiles();
    keepWriting([postgres, "psql", "-Xq", "-U", "postgres", "-d", "shop"]);
    keepWriting([mysql, stores.client, "--defaults-extra-file=/run/secrets/shop.cnf", "shop"]);
    await expect.poll(async () => Math.min(...(await stateOf()).counts), { interval: 200 }).toBeGreaterThan(100);
    const manifest = await saveBackup({ stack: "vigie/test", sources, engine: stores.engine, directory: made });
    expect(manifest.sources.map(({ kind, parts }) => [kind, parts.map(({ name }) => name)])).toEqual([
      ["postgres", ["shop", "word_count"]],
      ["mysql", ["shop", "word_count"]],
      ["volume", ["files"]],
    ]);
    expect(await readBackup(made)).toEqual({ manifest });
  });

  test("is its owner's alone, and has no password in it", () => {
    expect(statSync(made).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(made)) {
      expect(statSync(path.join(made, file)).mode & 0o777, file).toBe(0o600);
    }
    expect(readFileSync(path.join(made, MANIFEST), "utf8")).not.toContain("secret-of-");
  });

  test("comes back whole: each database and each file as it was, and what used them goes on", async () => {
    await Promise.all(writers.map(endOf));
    const { counts: late } = await stateOf();
    await docker("exec", reader, "sh", "-c", "echo broken > /data/index.html; rm -r /data/2026; touch /data/new");
    const [began] = await docker("inspect", "--format", "{{.State.StartedAt}}", reader);
    await bringBack({ directory: made, ...(await readBackup(made)), sources, engine: stores.engine });
    const { sums, off, counts } = await stateOf();
    expect(sums).toEqual([1000, 1000]);
    expect(off).toEqual([0, 0]);
    for (const [index, count] of counts.entries()) {
      expect(count).toBeGreaterThan(100);
      expect(count).toBeLessThan(late[index] ?? 0);
    }
    expect(await hashOfFiles()).toBe(before);
    expect(await docker("inspect", "--format", "{{.State.StartedAt}}", reader)).not.toEqual([began]);
    expect(await pg("shop", "SELECT tableowner FROM pg_tables WHERE tablename = 'accounts'")).toEqual(["shop"]);
    expect(await my("word_count", "SELECT count(*) FROM word_count.words")).toEqual(["0"]);
    await expect(pg("shop", "SET ROLE word_count; SELECT * FROM accounts")).rejects.toThrow(/denied/);
  });

  test("leaves nothing beside", async () => {
    expect((await pg("postgres", "SELECT datname FROM pg_database")).filter((name) => name.includes("vigie_"))).toEqual(
      [],
    );
    expect((await my("root", "SHOW DATABASES")).filter((name) => name.includes("vigie_"))).toEqual([]);
    expect((await docker("exec", reader, "ls", "-A", "/data")).join(" ")).toBe("2026 index.html link");
  });

  test.each(["postgres.postgres", "mysql.mysql"])(
    "fails where %s is broken inside, and leaves what is there",
    async (store) => {
      const broken = `${made}-${store}`;
      const file = `${store}.word_count.gz`;
      await sh("cp", ["-r", made, broken]);
      const bytes = gzipSync("CREATE TABLE half (id integer);\nthis is no dump;\n");
      writeFileSync(path.join(broken, file), bytes);
      const text = readFileSync(path.join(broken, MANIFEST), "utf8");
      const manifest = JSON.parse(text) as Manifest;
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const sourcesOfIt = manifest.sources.map((source) => ({
        ...source,
        parts: source.parts.map((part) => (part.file === file ? { ...part, bytes: bytes.length, sha256 } : part)),
      }));
      writeFileSync(path.join(broken, MANIFEST), JSON.stringify({ ...manifest, sources: sourcesOfIt }));
      const earlier = await stateOf();
      const given = { directory: broken, ...(await readBackup(broken)), sources, engine: stores.engine };
      await expect(bringBack(given)).rejects.toThrow(/database word_count of/);
      expect(await stateOf()).toEqual(earlier);
      expect(await my("word_count", "SHOW TABLES FROM word_count")).toEqual(["words"]);
      expect((await my("root", "SHOW DATABASES")).filter((name) => name.includes("vigie_"))).toEqual([]);
      expect(await hashOfFiles()).toBe(before);
    },
  );

  test("fails where the data of the other flavour is, and harms none of it", async () => {
    const flavour = mysqlFlavour(images.mysql) === "mysql" ? "mariadb" : "mysql";
    const rendered = stores.written("other-flavour", renderMysql({ flavour, databases: [] }));
    await docker("stop", mysql);
    const [entrypoint = "", ...rest] = MYSQL_ENTRYPOINT;
    const refused = await run("docker", [
      ...["run", "--rm", "--network=none", ...HARDENED, `--volume=${mysql}-data:/var/lib/mysql`],
      ...[`--volume=${rendered}/settings:/etc/mysql/conf.d:ro`, `--entrypoint=${entrypoint}`],
      ...[images.mysql, ...rest, ...mysqlCommand(flavour)],
    ]);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(
      `this image is ${MYSQL_PROGRAMS[flavour].title}, and the data in /var/lib/mysql is`,
    );
    await docker("start", mysql);
    await untilHealthy(mysql);
    expect((await stateOf()).sums).toEqual([1000, 1000]);
  });
});
