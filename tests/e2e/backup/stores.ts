import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { localEngine } from "../../../cli/containers/docker/engine.ts";
import type { ContainerEngine } from "../../../cli/containers/engine.ts";
import type { MysqlBackup, PostgresBackup } from "../../../config/backup.ts";
import type { ConfigFile } from "../../../config/config-file.ts";
import { imageReference } from "../../../config/image-references.ts";
import type { ImageName } from "../../../config/images.ts";
import {
  MYSQL_ENTRYPOINT,
  MYSQL_PROGRAMS,
  mysqlCommand,
  mysqlFlavour,
  mysqlHealth,
  renderMysql,
  renderMysqlOptions,
} from "../../../config/mysql.ts";
import { renderPostgresInit } from "../../../config/postgres.ts";
import { builtImage } from "../../../offline/images/steps.ts";
import { planSteps } from "../../../offline/index.ts";
import { createReporter } from "../../../offline/report.ts";
import { runSteps } from "../../../offline/steps.ts";
import { environmentOf } from "../environment.ts";
import { docker, run } from "../shell.ts";

const names = ["postgres", "mysql", "postgresExporter"] as const satisfies readonly ImageName[];

/** References of the images, by their names in the catalogue. */
export type StoreImages = Readonly<Record<(typeof names)[number], string>>;

/** What a container of a store is made with. */
export const HARDENED: readonly string[] = [
  ...["--user=999:999", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--init"],
];

const tmpfs = (...paths: readonly string[]) => paths.map((at) => `--tmpfs=${at}:uid=999,gid=999,mode=0700`);

/** The images that this machine has, made where no registry has them. */
export async function bringImages(): Promise<StoreImages> {
  const file = environmentOf(process.cwd()).VIGIE_IMAGES;
  if (file === undefined) return Object.fromEntries(names.map((name) => [name, imageReference(name)])) as StoreImages;
  const cache = path.dirname(file);
  const needs = { cli: false, plugins: false, docker: false, images: names, tools: [] };
  const { steps } = planSteps(needs, { cache, ownGo: false, dockerRuns: true });
  await runSteps(steps, { cache, reporter: createReporter() });
  return Object.fromEntries(names.map((name) => [name, builtImage(cache, name).reference])) as StoreImages;
}

/** Stores in containers that are made as the components make them, without a stack, with the same databases each. */
export class Stores {
  readonly images: StoreImages;
  readonly databases: readonly string[];
  /** A directory for the test's own files. */
  readonly directory: string = mkdtempSync(path.join(os.tmpdir(), "vigie-backup-"));
  readonly engine: ContainerEngine = localEngine(process.env);
  readonly postgres: string;
  readonly mysql: string;
  readonly #prefix: string;
  readonly #volumes: string[] = [];
  readonly #containers: string[] = [];

  constructor(images: StoreImages, databases: readonly string[]) {
    this.images = images;
    this.databases = databases;
    this.#prefix = `vigie-backup-${process.pid}-${Math.random().toString(36).slice(2, 6)}`;
    [this.postgres, this.mysql] = [this.name("postgres"), this.name("mysql")];
  }

  /** A name of this test's own, whose container goes with it. */
  name(word: string): string {
    const name = `${this.#prefix}-${word}`;
    this.#containers.push(name);
    return name;
  }

  /** A volume of this test's own. */
  volume(word: string): string {
    const name = `${this.#prefix}-${word}`;
    this.#volumes.push(name);
    return name;
  }

  /** What is kept of PostgreSQL, of all its databases. */
  get ofPostgres(): PostgresBackup {
    return { kind: "postgres", name: "postgres", container: this.postgres, databases: this.databases };
  }

  /** What is kept of MySQL, of all its databases. */
  get ofMysql(): MysqlBackup {
    const flavour = mysqlFlavour(this.images.mysql);
    return { kind: "mysql", name: "mysql", container: this.mysql, databases: this.databases, flavour };
  }

  /** Writes files for a container, and says where they are. */
  written(name: string, given: readonly Pick<ConfigFile, "path" | "content">[]): string {
    const root = path.join(this.directory, name);
    for (const { path: file, content } of given) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), content);
    }
    return root;
  }

  #secretsOf(users: readonly string[], options: (user: string) => string = () => ""): string {
    const all = users.flatMap((user) => [
      { path: `${user}-password`, content: `secret-of-${user}` },
      { path: `${user}.cnf`, content: options(user) },
    ]);
    return this.written(`secrets-${users[0]}`, all);
  }

  async startPostgres(): Promise<void> {
    const init = this.written("postgres-init", renderPostgresInit(this.databases));
    const secrets = this.#secretsOf(["postgres", "vigie_monitoring", ...this.databases]);
    await docker(
      ...["run", "--detach", `--name=${this.postgres}`, "--network=none", ...HARDENED, "--memory=384m"],
      ...tmpfs("/tmp", "/var/run/postgresql"),
      `--volume=${this.volume("postgres-data")}:/var/lib/postgresql`,
      ...[`--volume=${init}:/docker-entrypoint-initdb.d:ro`, `--volume=${secrets}:/run/secrets:ro`],
      ...["--env=POSTGRES_USER=postgres", "--env=POSTGRES_PASSWORD_FILE=/run/secrets/postgres-password"],
      ...["--health-cmd=pg_isready --quiet --host=127.0.0.1 --username=postgres", "--health-interval=1s"],
      // Nothing here outlives a power cut, and databases are made and dropped all the time.
      ...["--env=POSTGRES_INITDB_ARGS=--no-sync", this.images.postgres, "postgres", "-c", "fsync=off"],
    );
    await untilHealthy(this.postgres);
  }

  async startMysql(): Promise<void> {
    const { flavour } = this.ofMysql;
    const rendered = this.written("mysql-files", renderMysql({ flavour, databases: this.databases }));
    const users = ["root", "vigie_monitoring", "vigie_health", ...this.databases];
    const secrets = this.#secretsOf(users, (user) => renderMysqlOptions(user, `secret-of-${user}`));
    const [entrypoint = "", ...rest] = MYSQL_ENTRYPOINT;
    await docker(
      ...["run", "--detach", `--name=${this.mysql}`, "--network=none", ...HARDENED, "--memory=512m"],
      ...[...tmpfs("/tmp", "/var/run/mysqld"), `--volume=${this.volume("mysql-data")}:/var/lib/mysql`],
      ...[`--volume=${rendered}/settings:/etc/mysql/conf.d:ro`, `--volume=${secrets}:/run/secrets:ro`],
      ...[`--volume=${rendered}/init:/docker-entrypoint-initdb.d:ro`, "--tmpfs=/var/tmp:mode=1777"],
      ...["--env=MYSQL_ROOT_HOST=localhost", "--env=MYSQL_ROOT_PASSWORD_FILE=/run/secrets/root-password"],
      ...[`--health-cmd=${mysqlHealth(flavour).slice(1).join(" ")}`, "--health-interval=1s"],
      ...[`--entrypoint=${entrypoint}`, this.images.mysql, ...rest, ...mysqlCommand(flavour)],
      "--innodb-flush-log-at-trx-commit=0",
    );
    await untilHealthy(this.mysql);
  }

  /** Asks PostgreSQL as its superuser, one after the other in one session. */
  pg(database: string, ...texts: readonly string[]): Promise<string[]> {
    const commands = texts.map((text) => `--command=${text}`);
    const psql = ["psql", "-XAtqU", "postgres", "--set=ON_ERROR_STOP=1", "-d", database, ...commands];
    return docker("exec", this.postgres, ...psql);
  }

  /** The name of MySQL's client. */
  get client(): string {
    return MYSQL_PROGRAMS[this.ofMysql.flavour].client;
  }

  /** Asks MySQL as one of its users. */
  my(user: string, text: string): Promise<string[]> {
    const options = `--defaults-extra-file=/run/secrets/${user}.cnf`;
    return docker("exec", this.mysql, this.client, options, "-BNe", text);
  }

  /** Removes all that is of this test. */
  async remove(): Promise<void> {
    await run("docker", ["rm", "--force", ...this.#containers]);
    if (this.#volumes.length > 0) await run("docker", ["volume", "rm", ...this.#volumes]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Waits for a container's check. */
export async function untilHealthy(name: string): Promise<void> {
  for (;;) {
    const [state] = await docker("inspect", "--format", "{{.State.Running}} {{.State.Health.Status}}", name);
    if (state === "true healthy") return;
    if (state?.startsWith("false")) throw new Error(`${name} ended: ${(await docker("logs", name)).join("\n")}`);
    await sleep(500);
  }
}
