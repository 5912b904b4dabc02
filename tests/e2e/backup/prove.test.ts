import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MANIFEST, type Manifest, readBackup } from "../../../cli/backup/manifest.ts";
import { prove } from "../../../cli/backup/prove.ts";
import { saveBackup } from "../../../cli/backup/save.ts";
import { untilReady } from "../../../cli/backup/scratch.ts";
import type { BackupSource } from "../../../config/backup.ts";
import { docker, sh } from "../shell.ts";
import { forge } from "./forge.ts";
import { bringImages, Stores } from "./stores.ts";

/** A backup comes back into stores that are thrown away: what is right is proven, what is wrong is not. */
let stores: Stores;
let sources: readonly BackupSource[];
let made: string;
const STACK = `vigie/prove-${process.pid}`;
const SCRATCH = `vigie-prove-${STACK.replace("/", "-")}`;

beforeAll(async () => {
  const images = await bringImages();
  stores = new Stores(images, ["shop", "word_count"]);
  const files = stores.volume("files");
  sources = [
    stores.ofPostgres,
    stores.ofMysql,
    { kind: "volume", name: "uploads", volume: files, image: images.postgresExporter },
  ];
  made = path.join(stores.directory, "backup");
  await Promise.all([stores.startPostgres(), stores.startMysql(), docker("volume", "create", files)]);
  const script =
    "mkdir '/data/an album'; echo hi > '/data/an album/one'; ln '/data/an album/one' /data/two; ln -s nowhere /data/three; chown 33:33 /data/two; chmod 4750 /data/two";
  await docker(
    ...["run", "--rm", "--network=none", "--user=0:0", `--volume=${files}:/data`],
    ...["--entrypoint=sh", images.postgresExporter, "-c", script],
  );
});

afterAll(async () => {
  await stores.remove();
});

/** By their mark and by their name: who names a volume that is gone makes it again, without a mark. */
const left = async () => {
  const filters = [`--filter=label=vigie.prove=${STACK}`, `--filter=name=${SCRATCH}`];
  const asked = filters.flatMap((filter) => [
    docker("ps", "--all", "--quiet", filter),
    docker("volume", "ls", "--quiet", filter),
  ]);
  return (await Promise.all(asked)).flat();
};
const proven = async (directory: string, said?: (line: string) => void) =>
  prove({
    stack: STACK,
    sources,
    engine: stores.engine,
    directory,
    ...(await readBackup(directory)),
    ...(said ? { said } : {}),
  });

describe("a proof", () => {
  test("counts what came back of stores that have something of everything, and leaves nothing", async () => {
    await stores.pg("postgres", "CREATE ROLE reporting");
    await stores.pg(
      "shop",
      "SET ROLE shop",
      "CREATE TABLE public.films (id serial PRIMARY KEY, title text)",
      "INSERT INTO public.films (title) SELECT 'film ' || n || E'\\n\\\\.' FROM generate_series(1, 2000) n",
      "CREATE TABLE public.seats (id int)",
      "GRANT SELECT ON public.films TO reporting",
      "SELECT lo_from_bytea(42, 'large')",
      "CREATE MATERIALIZED VIEW public.many AS SELECT count(*) FROM public.films",
      "RESET ROLE",
      "CREATE EXTENSION pageinspect SCHEMA public",
      "ALTER DATABASE shop SET log_min_duration_statement = 500",
      "ALTER ROLE shop IN DATABASE shop SET search_path = public, shop",
    );
    const more = stores.ofMysql.flavour === "mariadb" ? " WITH SYSTEM VERSIONING" : "";
    await stores.my(
      "shop",
      `USE shop; CREATE TABLE prices (id int, price int)${more}; INSERT INTO prices VALUES (1, 2), (3, 4); UPDATE prices SET price = 5`,
    );
    if (more !== "") await stores.my("shop", "USE shop; CREATE SEQUENCE numbers; DO NEXT VALUE FOR numbers");
    await stores.my("root", "CREATE USER reader; GRANT SELECT ON shop.prices TO reader");
    await saveBackup({ stack: STACK, sources, engine: stores.engine, directory: made });
    const told: string[] = [];
    const parts = await proven(made, (line) => told.push(line));
    expect(Object.fromEntries(parts.map(({ part, counts }) => [part, Object.fromEntries(counts)]))).toMatchObject({
      "postgres postgres, shop": { "public.films": 2000, "public.seats": 0 },
      "postgres postgres, word_count": {},
      "mysql mysql, shop": { prices: 2 },
      "mysql mysql, word_count": {},
      "volume uploads, files": { files: 2 },
    });
    expect(told).toContain("postgres postgres, shop: 2 tables, 2000 rows, as kept");
    expect(await left()).toEqual([]);
    // The stores of the stack had no part in it.
    expect(await stores.pg("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE '%vigie%'")).toEqual(["0"]);
  });

  test("fails where a row does not come back as it was kept, and leaves nothing", async () => {
    const directory = `${made}-rows`;
    await sh("cp", ["-r", made, directory]);
    const file = "mysql.mysql.shop.gz";
    const dump = gunzipSync(readFileSync(path.join(made, file))).toString("latin1");
    const less = gzipSync(Buffer.from(`${dump}DELETE FROM prices WHERE id = 1;\n`, "latin1"));
    // That store alone: the others would only take their time.
    forge(directory, file, less, (manifest) => ({
      ...manifest,
      sources: manifest.sources.filter(({ kind }) => kind === "mysql"),
    }));
    await expect(proven(directory)).rejects.toThrow(
      /mysql mysql, shop: it does not come back as it was kept: its data/,
    );
    expect(await left()).toEqual([]);
  });

  test("fails where a setting is another, by the setting's kind", async () => {
    const directory = `${made}-settings`;
    await sh("cp", ["-r", made, directory]);
    const file = path.join(directory, "manifest.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"connections": "-1"', '"connections": "-2"'));
    await expect(proven(directory)).rejects.toThrow(/postgres postgres, (shop|word_count): .*: made\./);
    expect(await left()).toEqual([]);
  });

  test.each([
    ["at a store, by a signal to the command alone", "postgres", (pid: number) => pid],
    ["at a volume, by a signal to the command alone", "volume", (pid: number) => pid],
    ["at a volume, by Ctrl-C in a terminal", "volume", (pid: number) => -pid],
  ] as const)("fails when it is cut off %s, and leaves nothing", async (_, kind, whom) => {
    const directory = `${made}-cut-${kind}`;
    await sh("cp", ["-rT", made, directory]);
    const file = path.join(directory, MANIFEST);
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
    // It begins with that one.
    const first = manifest.sources.toSorted((a, b) => Number(b.kind === kind) - Number(a.kind === kind));
    writeFileSync(file, JSON.stringify({ ...manifest, sources: first }));
    const words = `
      import { prove } from ${JSON.stringify(path.resolve("cli/backup/prove.ts"))};
      import { readBackup } from ${JSON.stringify(path.resolve("cli/backup/manifest.ts"))};
      import { localEngine } from ${JSON.stringify(path.resolve("cli/containers/docker/engine.ts"))};
      const directory = ${JSON.stringify(directory)};
      await prove({ stack: ${JSON.stringify(STACK)}, sources: ${JSON.stringify(sources)}, engine: localEngine(process.env), directory, ...(await readBackup(directory)) });
    `;
    // A group of its own, as a terminal gives a command.
    const child = spawn(process.execPath, ["--input-type=module", "--eval", words], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let told = "";
    child.stderr.on("data", (text) => {
      told += text;
    });
    const ended = new Promise<number | null>((done) => child.on("close", done));
    // Where it is a volume: while it is written.
    const begun = kind === "volume" ? async () => docker("ps", "--quiet", `--filter=volume=${SCRATCH}-0`) : left;
    await expect.poll(begun, { interval: 20 }).not.toEqual([]);
    process.kill(whom(child.pid ?? Number.NaN), "SIGINT");
    expect(await ended).not.toBe(0);
    expect(told).toContain("The proof was cut off by SIGINT");
    expect(await left()).toEqual([]);
  });

  test("fails where its store does not answer in time, with the last answer", async () => {
    const asked = { in: stores.mysql, command: ["sh", "-c", "echo not for you >&2; exit 1"] };
    const told = await untilReady(stores.engine, asked, stores.mysql, "the store", 1).catch(String);
    expect(told).toMatch(
      /the store does not start: it does not answer within 1 s\. The last answer: not for you\nIts log: ./,
    );
  });

  test("fails at once where its store ends", async () => {
    const name = stores.name("ended");
    await docker(
      "run",
      "--detach",
      `--name=${name}`,
      "--network=none",
      "--entrypoint=echo",
      stores.images.postgres,
      "bye",
    );
    const told = await untilReady(stores.engine, { in: name, command: ["true"] }, name, "the store").catch(String);
    expect(told).toMatch(/the store does not start: it ended\. .*\nIts log: bye$/);
  });
});
