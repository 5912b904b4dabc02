import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Mysql } from "../../../components/index.ts";
import { manners, promiseOf, registered, resource, settle, startMocks, types } from "../recorder.ts";

let mysql: Mysql;
let mariadb: Mysql;

beforeAll(async () => {
  await startMocks();
  const library = await import("../../../components/index.ts");
  const stateDirectory = mkdtempSync(path.join(os.tmpdir(), "vigie-test-"));
  const host = new library.LocalDockerHost("local", { checkMachine: false, stateDirectory });
  const images = { overrides: { mysql: "mirror.example/team/mariadb:11.8" } };
  const other = new library.LocalDockerHost("other", { checkMachine: false, stateDirectory, images });
  const args = { databases: ["wordpress", "word_count"], memory: "1GiB", pace: library.PACES.fast };
  mysql = new library.Mysql("mysql", { host, ...args, protect: true });
  mariadb = new library.Mysql("maria", { host: other, ...args });
  await settle();
});

/** The files that a container gets, whole: they are a secret, which mocks wrap. */
const uploads = (name: string) => JSON.stringify(resource(types.container, name).uploads);

describe("Mysql", () => {
  it("is reached by what uses it, and by nothing else", () => {
    const { networksAdvanced, ports } = resource(types.container, "mysql-container");
    expect(networksAdvanced).toEqual([{ name: "vigie-test-store-mysql", aliases: [] }]);
    expect(ports).toBeUndefined();
  });

  it("has no password in an environment, a label, a command or a healthcheck", () => {
    for (const { name, inputs } of registered.filter(
      ({ type }) => type === types.container || type === types.command,
    )) {
      const { uploads: _, ...rest } = inputs;
      expect.soft(JSON.stringify(rest), name).not.toContain("secret-of-");
    }
  });

  it("gets the passwords of its users as files, and its own clients theirs", () => {
    const files = uploads("mysql-secret-writer");
    for (const user of ["root", "vigie_monitoring", "vigie_health", "wordpress", "word_count"]) {
      expect(files).toContain(`"/run/secrets/${user}-password"`);
      expect(files).toContain(`"secret-of-mysql-${user}"`);
    }
    for (const user of ["root", "vigie_health"]) expect(files).toContain(`"/run/secrets/${user}.cnf"`);
    expect(files).not.toContain('"/run/secrets/wordpress.cnf"');
  });

  it("keeps its data in a volume that is protected, and sorts on the disk", () => {
    const { volumes, tmpfs, memory } = resource(types.container, "mysql-container");
    expect(volumes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ volumeName: "vigie-test-mysql-data", containerPath: "/var/lib/mysql" }),
        expect.objectContaining({ volumeName: "vigie-test-mysql-temporary", containerPath: "/var/tmp" }),
        expect.objectContaining({ containerPath: "/etc/mysql/conf.d", readOnly: true }),
        expect.objectContaining({ containerPath: "/docker-entrypoint-initdb.d", readOnly: true }),
      ]),
    );
    expect(Object.keys(tmpfs as object)).toEqual(["/tmp", "/var/run/mysqld"]);
    expect(memory).toBe(1024);
    expect(resource(types.command, "mysql-config").stdin).toContain("innodb-buffer-pool-size = 448M");
  });

  it("tells the running server of a new database, once its password is there", () => {
    const { create } = resource(types.command, "mysql-config") as { create: string };
    expect(create).toContain("docker exec vigie-test-mysql sh /docker-entrypoint-initdb.d/10-vigie.sh");
    expect(resource(types.command, "mysql-config").stdin).toContain("database wordpress");
    const waitsFor = manners.dependencies.get(`${types.command} mysql-config`);
    expect(waitsFor).toContainEqual(expect.stringMatching(/::mysql-secret-writer$/));
  });

  it("gives a service its settings and its own password", async () => {
    const { env, secrets, network, dependsOn } = mysql.connectionFor("wordpress");
    expect(env).toEqual({
      DATABASE_HOST: "vigie-test-mysql",
      DATABASE_PORT: "3306",
      DATABASE_NAME: "wordpress",
      DATABASE_USER: "wordpress",
      DATABASE_PASSWORD_FILE: "/run/secrets/database-password",
    });
    expect([network, dependsOn]).toEqual(["store-mysql", [mysql.container.ready]]);
    expect(await promiseOf(secrets["database-password"] as never)).toBe("secret-of-mysql-wordpress");
  });

  it("says how its databases are kept", async () => {
    const { backupsOf } = await import("../../../components/index.ts");
    const own = { kind: "mysql", name: "mysql", container: "vigie-test-mysql", databases: ["wordpress", "word_count"] };
    expect(backupsOf([{ name: "edge" }, mysql])).toEqual([{ ...own, flavour: "mysql" }]);
    expect(mariadb.backups).toEqual([expect.objectContaining({ flavour: "mariadb" })]);
  });

  it("is MySQL by the catalogue, and MariaDB where the image is named so", () => {
    expect([mysql.flavour, mariadb.flavour]).toEqual(["mysql", "mariadb"]);
    expect(resource(types.container, "mysql-container").command).toEqual(["mysqld"]);
    expect(resource(types.container, "maria-container").command).toEqual(["mariadbd"]);
    const health = (name: string) =>
      (resource(types.container, name).healthcheck as { tests: readonly string[] }).tests[1];
    expect([health("mysql-container"), health("maria-container")]).toEqual(["mysqladmin", "mariadb-admin"]);
  });

  it("is replaced by other settings, and not by another database", () => {
    const label = (name: string) =>
      (resource(types.container, name).labels as { label: string; value: string }[]).find(
        (given) => given.label === "vigie.read-at-start",
      )?.value;
    expect(label("mysql-container")).toMatch(/^[0-9a-f]{12}$/);
    expect(label("mysql-container")).not.toBe(label("maria-container"));
  });
});

describe("its exporter", () => {
  it("is what Prometheus scrapes, and its alerts have the pace that was asked for", () => {
    expect(mysql.signals.scrapeJobs).toEqual([
      { job: "mysql", targets: ["vigie-test-mysql-exporter:9104"], signsIn: true, emits: ["mysql"] },
    ]);
    const [group] = mysql.signals.ruleGroups ?? [];
    expect(group?.rules.map((rule) => ("alert" in rule ? [rule.alert, rule.for] : []))[0]).toEqual([
      "MysqlDown",
      "10s",
    ]);
  });

  it("gets its own password and no other", () => {
    const files = uploads("mysql-exporter-secret-writer");
    expect(files).toContain("secret-of-mysql-vigie_monitoring");
    expect(files).toContain("host = vigie-test-mysql");
    expect(files).not.toContain("secret-of-mysql-wordpress");
    expect(files).not.toContain("secret-of-mysql-root");
  });
});
